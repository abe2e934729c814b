using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Training.Checkpoints;

namespace Ptee.Training.Importing;

/// <summary>Looks for a network among a file's tensors, and says which were taken and which were left.</summary>
/// <param name="variants">The network with each kind of shortcuts that it comes with.</param>
internal sealed class CandidateChoice(Checkpoint checkpoint, IReadOnlyList<NetworkKeys> variants, ImportOptions options)
{
    private const int Named = 5;

    /// <summary>A network with so many times its tensors is another one: its faults need not be counted.</summary>
    private const int MostTimes = 4;

    private readonly List<Fit> _whole = [];
    private readonly List<Fit> _byOrder = [];
    private Fit? _nearest;

    /// <summary>The likeliest of those that fit by name; where none does, of those that fit by order and shape.</summary>
    /// <returns>What was chosen, and sentences for a person.</returns>
    /// <exception cref="PteeFormatException">None fits: the nearest is named with its faults. Or the options name what is not
    /// there.</exception>
    public (Fit Fit, IReadOnlyList<string> Remarks) Make()
    {
        RequireUsed(options.Renamings);
        foreach (var candidate in Candidates())
        {
            Try(candidate);
        }

        Fit[] fits = [.. (_whole.Count > 0 ? _whole : _byOrder).OrderBy(fit => fit.Candidate.Rank)];
        return fits.Length > 0 ? (fits[0], [.. Remarks(fits)]) : throw Misfit();
    }

    private IEnumerable<Candidate> Candidates()
    {
        // Half of the network's tensors: what has fewer is not nearly it.
        var least = variants.Min(network => network.Slots.Count) / 2;
        return checkpoint.StateDicts
            .SelectMany(dict => Candidate.Of(dict, PlainKeys.Of(dict, options.Renamings), variants[0].Slots[0].Key, least))
            .Where(candidate => options.Key is not { } key || $"{candidate.Path}.".StartsWith($"{key}.", StringComparison.Ordinal));
    }

    private void Try(Candidate candidate)
    {
        foreach (var network in variants.Where(network => _nearest is null || candidate.Tensors.Count <= MostTimes * network.Slots.Count))
        {
            var fit = NameFitting.Try(candidate, network);
            if (fit.IsWhole)
            {
                _whole.Add(fit);
            }
            else if (OrderFitting.Try(candidate, network) is { } byOrder)
            {
                _byOrder.Add(byOrder);
            }

            _nearest = _nearest is null || fit.IsNearerThan(_nearest) ? fit : _nearest;
        }
    }

    private IEnumerable<string> Remarks(Fit[] fits)
    {
        if (options.Key is null && fits is [var taken, .. { Length: > 0 } left])
        {
            var other = left.Select(fit => fit.Candidate.Path).FirstOrDefault(path => path.Length > 0);
            yield return $"Took {taken.Candidate} and left {List(left.Select(fit => fit.Candidate.ToString()))}"
                + (other is null ? "." : $": --key {Printable.Line(other)} takes that one instead.");
        }

        if (options.Key is null && Beside(fits).ToArray() is { Length: > 0 } beside)
        {
            yield return $"Left out, because they are no part of the network: {List(beside)}.";
        }

        if (fits[0].Remark is { } remark)
        {
            yield return remark;
        }
    }

    /// <summary>Tensors that no fit has: outside of a prefix, or in other dicts.</summary>
    private IEnumerable<string> Beside(Fit[] fits) =>
        from dict in checkpoint.StateDicts
        let inDict = fits.Where(fit => fit.Candidate.Dict == dict).Select(fit => fit.Candidate.Prefix).ToArray()
        from tensor in PlainKeys.Of(dict, options.Renamings)
        where !inDict.Any(prefix => tensor.Key.StartsWith(prefix, StringComparison.Ordinal))
        select $"{Printable.Line(inDict.Length > 0 || dict.Path.Length == 0 ? tensor.Key : $"{dict.Path}.{tensor.Key}")} ({tensor.Value})";

    private void RequireUsed(IReadOnlyList<Renaming> renamings)
    {
        for (var i = 0; i < renamings.Count; i++)
        {
            // Each finds the names that the ones before it made.
            var before = renamings.Take(i).ToArray();
            if (!checkpoint.StateDicts.Any(dict => PlainKeys.Of(dict, before).Any(tensor => renamings[i].Apply(tensor.Key) != tensor.Key)))
            {
                throw new PteeFormatException($"--rename {renamings[i]}: no tensor's name has {Printable.Quote(renamings[i].Old)} in it");
            }
        }
    }

    private PteeFormatException Misfit()
    {
        if (_nearest is null)
        {
            return new PteeFormatException(
                $"--key {Printable.Line(options.Key ?? "")}: no tensors there; expected one of: "
                + List(checkpoint.StateDicts.Select(dict => new Candidate(dict, "", dict.Tensors).ToString())));
        }

        var place = _nearest.Candidate.Path is { Length: > 0 } path ? $" of {Printable.Line(path)}" : "";
        var hint = _nearest.HasOtherNames ? "; --rename OLD=NEW gives tensors the names that are missing" : "";
        return new PteeFormatException(
            $"weights{place} do not fit {_nearest.Network.Architecture}: {_nearest.Network.Faults(_nearest.Tensors)}{hint}");
    }

    private static string List(IEnumerable<string> names)
    {
        var all = names.ToArray();
        return string.Join(", ", all.Take(Named)) + (all.Length > Named ? $" and {all.Length - Named} more" : "");
    }
}
