using MessagePack;

namespace Ptee.Shared.Architectures;

/// <summary>All that tells one backbone from another, small enough for a manifest.</summary>
/// <param name="Name">A name from <see cref="Backbones.Names"/>.</param>
/// <param name="Shortcut">ResNet only: <c>A</c> (subsample and pad) or <c>B</c> (1×1 convolution); else empty.</param>
/// <param name="Classes">Size of the last layer, 2 to 100,000.</param>
/// <param name="InputSize">Rows and columns of the picture, 8 to 1,024.</param>
[MessagePackObject]
public sealed record Architecture(
    [property: Key("name")] string Name,
    [property: Key("shortcut")] string Shortcut,
    [property: Key("classes")] int Classes,
    [property: Key("input_size")] int InputSize)
{
    public override string ToString() => Shortcut.Length == 0 ? Name : $"{Name} (option {Shortcut} shortcuts)";
}
