using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Training.Importing;

/// <summary>
/// Other names for tensors: where <paramref name="Old"/> is a run of whole parts of a key, it becomes <paramref name="New"/>.
/// </summary>
/// <param name="Old"><c>res_layer1</c> or <c>cell.0</c>; in <c>res_layer1.0.cell.0.weight</c> both stand for whole parts.</param>
public sealed record Renaming(string Old, string New)
{
    /// <param name="text"><c>OLD=NEW</c>.</param>
    /// <exception cref="PteeFormatException">It is not written so.</exception>
    public static Renaming Parse(string text) =>
        text.Split('=').Select(part => part.Trim('.')).ToArray() is [{ Length: > 0 } old, { Length: > 0 } renamed]
        ? new Renaming(old, renamed)
        : throw new PteeFormatException($"--rename {Printable.Line(text)}: expected OLD=NEW, as in --rename head=linear");

    public override string ToString() => $"{Printable.Line(Old)}={Printable.Line(New)}";

    /// <returns>The new key; the same where it does not have the old parts. Only the first run is renamed.</returns>
    public string Apply(string key)
    {
        var at = $".{key}.".IndexOf($".{Old}.", StringComparison.Ordinal);
        return at < 0 ? key : $"{key[..at]}{New}{key[(at + Old.Length)..]}";
    }
}
