namespace Ptee.Data.Folders;

/// <summary>What of a folder is not taken, or taken otherwise than its user may think, counted for one line.</summary>
internal sealed class LeftOut
{
    private const int MostFaults = 10;

    private readonly Dictionary<string, int> _kinds = [];
    private readonly List<string> _faults = [];
    private readonly List<string> _empty = [];
    private readonly List<string> _deeper = [];
    private int _beside;

    /// <summary>Files that are no pictures by their names.</summary>
    public void Add(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            var ending = Path.GetExtension(file).ToLowerInvariant();
            var kind = ending.Length > 1 ? ending : "without an ending";
            _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
        }
    }

    /// <summary>A class folder that cannot be read.</summary>
    public void AddFault(string fault) => _faults.Add(fault);

    /// <summary>A class folder without pictures.</summary>
    public void AddEmpty(string folder) => _empty.Add(folder);

    /// <summary>Folders inside a class folder.</summary>
    public void AddDeeper(IEnumerable<string> folders) => _deeper.AddRange(folders);

    /// <summary>Pictures that are in no class folder though there are some.</summary>
    public void AddBeside(int pictures) => _beside += pictures;

    /// <summary>One for each kind of thing there is something to say of.</summary>
    public IReadOnlyList<string> Lines()
    {
        var lines = new List<string>();
        if (_kinds.Count > 0)
        {
            var isPlain = _kinds.Values.All(count => count == 1);
            var kinds = _kinds.OrderByDescending(kind => kind.Value).ThenBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => isPlain ? kind.Key : $"{kind.Value} {kind.Key}");
            lines.Add($"{Words.Count(_kinds.Values.Sum(), "file")} left out ({Words.List([.. kinds])})");
        }

        if (_empty.Count > 0)
        {
            lines.Add($"{Words.Count(_empty.Count, "folder")} without pictures left out ({Words.List(_empty)})");
        }

        if (_deeper.Count > 0)
        {
            lines.Add($"{Words.Count(_deeper.Count, "folder")} inside its folders left out ({Words.List(_deeper)})");
        }

        lines.AddRange(_faults.Take(MostFaults));
        if (_faults.Count > MostFaults)
        {
            lines.Add($"{_faults.Count - MostFaults} more folders cannot be read");
        }

        if (_beside > 0)
        {
            lines.Add($"{Words.Count(_beside, "picture")} beside its folders {(_beside == 1 ? "has" : "have")} no class");
        }

        return lines;
    }
}
