namespace Ptee.Training.Importing;

/// <summary>The parts of a key such as <c>layer1.0.conv1.weight</c>.</summary>
internal static class KeyName
{
    /// <summary>All before the last dot: <c>layer1.0.conv1</c>; empty where there is none.</summary>
    public static string LayerOf(string key) => key[..Math.Max(0, key.LastIndexOf('.'))];

    /// <summary>What comes after: <c>weight</c>.</summary>
    public static string LeafOf(string key) => key[(key.LastIndexOf('.') + 1)..];
}
