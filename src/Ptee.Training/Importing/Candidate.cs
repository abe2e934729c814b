using Ptee.Shared.IO;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints;

namespace Ptee.Training.Importing;

/// <summary>Tensors that may be a network's: those of one dict whose keys begin alike.</summary>
/// <param name="Prefix">What their keys begin with, a dot at its end; or empty.</param>
/// <param name="Tensors">By their keys without the prefix, in the dict's order.</param>
internal sealed record Candidate(StateDict Dict, string Prefix, IReadOnlyList<KeyValuePair<string, StoredTensor>> Tensors)
{
    /// <summary>Prefixes of one dict that are looked at; inside of a network its first key comes once a block.</summary>
    private const int MostPrefixes = 256;

    /// <summary>Parts of names that averaged copies and teachers have: the network itself is taken before them.</summary>
    private static readonly string[] Copies = ["ema", "swa", "avg", "averaged", "shadow", "teacher", "momentum", "target"];

    /// <summary>Where training scripts put the weights when they save more, the usual one first.</summary>
    private static readonly string[] Usual = ["state_dict", "model_state_dict", "model", "net"];

    /// <summary>How to come to it from the file's top; empty where all is at the top.</summary>
    public string Path => string.Join('.', new[] { Dict.Path, Prefix.TrimEnd('.') }.Where(part => part.Length > 0));

    /// <summary>For a message: <c>model_ema (97 tensors)</c>.</summary>
    public override string ToString() =>
        $"{(Path.Length == 0 ? "the file's top" : Printable.Line(Path))} ({Tensors.Count} tensor{(Tensors.Count == 1 ? "" : "s")})";

    /// <summary>Smaller for the one that is likelier meant.</summary>
    public int Rank
    {
        get
        {
            var isCopy = Path.ToLowerInvariant().Split('.', '_').Any(Copies.Contains);
            var usual = Array.FindIndex(Usual, name => Path.Split('.').Contains(name));
            return isCopy ? Usual.Length + 1 : usual < 0 ? Usual.Length : usual;
        }
    }

    /// <summary>
    /// The dict's tensors without what all of their keys begin with, and those behind each prefix that comes before the network's
    /// first key.
    /// </summary>
    /// <param name="first">That key: <c>conv1.weight</c>.</param>
    /// <param name="least">How many tensors a prefix has, at least.</param>
    public static IEnumerable<Candidate> Of(
        StateDict dict, IReadOnlyList<KeyValuePair<string, StoredTensor>> tensors, string first, int least)
    {
        var before = tensors.Where(tensor => tensor.Key.EndsWith($".{first}", StringComparison.Ordinal))
            .Select(tensor => tensor.Key[..^first.Length]);
        var shared = SharedPrefix(tensors);
        return before.Prepend(shared).Distinct(StringComparer.Ordinal).Take(MostPrefixes)
            .Select(prefix => new Candidate(dict, prefix, Behind(prefix, tensors)))
            .Where(candidate => candidate.Prefix == shared || candidate.Tensors.Count >= least);
    }

    private static string SharedPrefix(IReadOnlyList<KeyValuePair<string, StoredTensor>> tensors)
    {
        // One tensor alone shares nothing: what comes before its last part is its layer.
        var prefix = tensors.Count < 2 ? "" : tensors[0].Key;
        foreach (var (key, _) in tensors)
        {
            prefix = prefix[..prefix.AsSpan().CommonPrefixLength(key)];
        }

        return prefix[..(prefix.LastIndexOf('.') + 1)];
    }

    private static List<KeyValuePair<string, StoredTensor>> Behind(
        string prefix, IReadOnlyList<KeyValuePair<string, StoredTensor>> tensors) =>
    [
        .. tensors.Where(tensor => tensor.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(tensor => KeyValuePair.Create(tensor.Key[prefix.Length..], tensor.Value)),
    ];
}
