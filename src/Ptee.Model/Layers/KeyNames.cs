namespace Ptee.Model.Layers;

/// <summary>
/// A module's name may hold no dot, but a block's key does (<c>layer1.0</c>): dots are written as slashes
/// inside modules and put back where keys are read.
/// </summary>
internal static class KeyNames
{
    public static string Escape(string name) => name.Replace('.', '/');

    public static string Unescape(string key) => key.Replace('/', '.');
}
