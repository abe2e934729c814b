using System.Security.Cryptography;
using Ptee.Model;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Weights;
using Ptee.Training.Calibration;
using Ptee.Training.Placement;

namespace Ptee.Training.Folders;

/// <summary>
/// A model on its way from checkpoint to bundle: a folder in which each step reads the files of the steps before and
/// writes its own.
/// </summary>
public sealed class ModelFolder(string path)
{
    private const long MaxWeightBytes = 2L << 30;

    public string Path { get; } = path;

    public string Description => File("backbone.json");

    public string BackboneWeights => File("backbone.safetensors");

    public string Placement => File("placement.json");

    public string ExitWeights => File("exits.safetensors");

    public string Training => File("training.json");

    public string TrainingLog => File("training.log");

    public string Calibration => File("calibration.json");

    /// <summary>What <see cref="CodecWeights"/> are of; there if a codec was trained.</summary>
    public string Codec => File("codec.json");

    public string CodecWeights => File("codec.safetensors");

    public string CodecLog => File("codec.log");

    /// <summary>To be taken by a command that changes the model, before it reads what its changes build on.</summary>
    /// <exception cref="PteeFormatException">There is no model, or another command is changing it.</exception>
    public FolderLock Lock() => System.IO.File.Exists(Description) ? LockForWriting() : throw Missing();

    /// <summary>The same for a command that may make the model: makes the folder where it is missing.</summary>
    /// <exception cref="PteeFormatException">The folder cannot be made, or another command is changing it.</exception>
    public FolderLock LockForWriting() => FolderLock.TryTake(Path) ?? throw new PteeFormatException(
        $"{Path}: another command is changing this model; expected one at a time: wait until it has ended");

    /// <exception cref="PteeFormatException">The file is missing or damaged, or does not fit itself.</exception>
    public BackboneDescription ReadDescription()
    {
        if (!System.IO.File.Exists(Description))
        {
            throw Missing();
        }

        var description = JsonFile.Read<BackboneDescription>(Description);
        try
        {
            description.Validate();
            return description;
        }
        catch (PteeFormatException exception)
        {
            throw new PteeFormatException($"{Description}: {exception.Message}", exception);
        }
    }

    /// <exception cref="PteeFormatException">The file is missing or damaged, or does not fit the backbone.</exception>
    public PlacementPlan ReadPlacement()
    {
        RequirePlacement();
        return PlacementPlan.Read(Placement, Backbones.Build(ReadDescription().Architecture));
    }

    /// <summary>What calibration chose for the exits.</summary>
    /// <exception cref="PteeFormatException">The file is missing or damaged.</exception>
    public CalibrationResult ReadCalibration()
    {
        RequireCalibration();
        var result = JsonFile.Read<CalibrationResult>(Calibration);
        return result.Points.Concat(result.Curve).Any(point => point is null) || result.Clips.Any(clip => clip is null) || result.Quality.Any(gate => gate is null)
            ? throw new PteeFormatException($"{Calibration}: a point, clip range or gate is null; ptee calibrate writes it anew")
            : result;
    }

    /// <summary>How the exits came about.</summary>
    /// <exception cref="PteeFormatException">The file is missing or damaged.</exception>
    public Provenance ReadTraining() => System.IO.File.Exists(Training)
        ? JsonFile.Read<Provenance>(Training)
        : throw new PteeFormatException($"{Training}: not found; it says how {ExitWeights} came about, and ptee train writes both");

    /// <summary>The backbone with its weights, frozen. The caller disposes of it.</summary>
    /// <exception cref="PteeFormatException">A file is missing or not what it should be.</exception>
    public BackboneNetwork ReadBackbone()
    {
        var network = new BackboneNetwork(Backbones.Build(ReadDescription().Architecture));
        network.SetWeights(ReadWeights(BackboneWeights));
        return network.Freeze();
    }

    public static IReadOnlyDictionary<string, Weight> ReadWeights(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new PteeFormatException($"{path}: not found");
        }

        return file.Length <= MaxWeightBytes
            ? Safetensors.Read(System.IO.File.ReadAllBytes(path), path)
            : throw new PteeFormatException($"{path}: {file.Length} bytes, expected at most {MaxWeightBytes}");
    }

    public static void WriteWeights(string path, IReadOnlyDictionary<string, Weight> weights) =>
        AtomicFile.Write(path, stream => Safetensors.Write(weights, stream));

    /// <summary>Writes the weights and their description, both or neither.</summary>
    public void WriteBackbone(BackboneDescription description, IReadOnlyDictionary<string, Weight> weights) => AtomicFile.WriteTogether(
        (BackboneWeights, stream => Safetensors.Write(weights, stream)), (Description, stream => JsonFile.Write(stream, description)));

    /// <summary>For a command that makes a model in a moment, and would replace one that may have taken hours. Changes nothing.</summary>
    /// <param name="weights">Of the backbone that will be written.</param>
    /// <exception cref="PteeFormatException">The folder has another backbone, or exits that were trained on another.</exception>
    public void RequireNoOther(PreprocessingSpec preprocessing, IReadOnlyDictionary<string, Weight> weights)
    {
        RequireNoOtherExits(preprocessing, weights);
        if (System.IO.File.Exists(Description) && Fingerprint(ReadWeights(BackboneWeights)) != Fingerprint(weights))
        {
            throw new PteeFormatException(
                $"{Path}: has another network, a {ReadDescription().Architecture}, which would be lost; "
                + "expected a folder without one, or the same network");
        }
    }

    /// <summary>Before a backbone is written: what was chosen for exits that are gone goes, too.</summary>
    /// <exception cref="PteeFormatException">As <see cref="RequireNoOtherExits"/> says.</exception>
    public void PrepareFor(PreprocessingSpec preprocessing, IReadOnlyDictionary<string, Weight> weights)
    {
        RequireNoOtherExits(preprocessing, weights);
        DeleteLeftovers();
    }

    /// <summary>Exits fit one backbone and its input only, and their file does not say which. Changes nothing.</summary>
    /// <param name="weights">Of the backbone that will be written; null where it is not trained yet.</param>
    /// <exception cref="PteeFormatException">The folder has exits that were trained on another.</exception>
    public void RequireNoOtherExits(PreprocessingSpec preprocessing, IReadOnlyDictionary<string, Weight>? weights)
    {
        if (!System.IO.File.Exists(ExitWeights))
        {
            return;
        }

        if (weights is null || Fingerprint(ReadWeights(BackboneWeights)) != Fingerprint(weights))
        {
            throw new PteeFormatException($"{ExitWeights}: trained on the backbone that is there now; expected a folder without exits for another");
        }
        else if (ReadDescription().Preprocessing is var now && !now.Equals(preprocessing))
        {
            throw new PteeFormatException(
                $"{ExitWeights}: trained on pictures of {now}; expected the same, or a folder without exits for {preprocessing}");
        }
    }

    /// <summary>What the trained exits were placed by, where that is not <paramref name="plan"/>: weights do not say where their exits sit, and
    /// those of another plan would be taken for this one's.</summary>
    /// <returns>Null when there are no exits, or they are this plan's.</returns>
    public PlacementPlan? OtherPlanOfExits(PlacementPlan plan) =>
        System.IO.File.Exists(ExitWeights) && ReadPlacement() is var trained && !trained.Exits.SequenceEqual(plan.Exits) ? trained : null;

    /// <summary>To be asked before data is fetched, as the two below.</summary>
    /// <exception cref="PteeFormatException">No exits are placed: says what to run first.</exception>
    public void RequirePlacement() => ModelSteps.Require(this, Placement);

    /// <exception cref="PteeFormatException">No exits are trained.</exception>
    public void RequireExits() => ModelSteps.Require(this, ExitWeights);

    /// <exception cref="PteeFormatException">The exits are not calibrated.</exception>
    public void RequireCalibration() => ModelSteps.Require(this, Calibration);

    /// <summary>The backbone and where its exits go.</summary>
    /// <exception cref="PteeFormatException">One of them is missing or damaged.</exception>
    public PlacedBackbone ReadPlaced()
    {
        var plan = ReadPlacement(); // First: the step that users forget.
        return new(ReadDescription(), ReadWeights(BackboneWeights), plan);
    }

    /// <summary>Writes a backbone and where its exits go, for exits of the folder's own.</summary>
    /// <exception cref="PteeFormatException">As <see cref="RequireTaking"/> says.</exception>
    public void Write(PlacedBackbone placed)
    {
        RequireTaking(placed);
        DeleteLeftovers();
        JsonFile.Write(Placement, placed.Plan);
        WriteBackbone(placed.Description, placed.Weights);
    }

    /// <summary>Whether <see cref="Write"/> would write: to be asked before work that takes long. Changes nothing.</summary>
    /// <exception cref="PteeFormatException">The folder has exits that were trained for others.</exception>
    public void RequireTaking(PlacedBackbone placed)
    {
        RequireNoOtherExits(placed.Description.Preprocessing, placed.Weights);
        if (OtherPlanOfExits(placed.Plan) is { } trained)
        {
            var backbone = Backbones.Build(placed.Description.Architecture);
            throw new PteeFormatException(
                $"{ExitWeights}: trained for {trained.Describe(backbone)}; expected {placed.Plan.Describe(backbone)}, or a folder without exits");
        }
    }

    /// <summary>Deletes what was chosen for exits that are no longer these: thresholds and codec tables. A trained codec is held against the exits by itself.</summary>
    public void DeleteCalibration() => System.IO.File.Delete(Calibration);

    /// <summary>Deletes the trained exits and all that was made for them.</summary>
    public void DeleteExits()
    {
        // Weights last: what is left of a deletion that stops on the way still says that they are there.
        foreach (var file in (string[])[Calibration, Codec, CodecWeights, Training, ExitWeights])
        {
            System.IO.File.Delete(file);
        }
    }

    /// <summary>Whether both are the same folder, however it is written, links included.</summary>
    public bool IsAt(string path) => Whole(Path) == Whole(path);

    /// <returns>SHA-256 of the weights, lower-case hex.</returns>
    public static string Fingerprint(IReadOnlyDictionary<string, Weight> weights)
    {
        using var memory = new MemoryStream();
        Safetensors.Write(weights, memory);
        return Convert.ToHexStringLower(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
    }

    /// <summary>What was made for exits that are gone.</summary>
    private void DeleteLeftovers()
    {
        if (Directory.Exists(Path) && !System.IO.File.Exists(ExitWeights))
        {
            DeleteExits();
        }
    }

    private static string Whole(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var whole = System.IO.Path.GetPathRoot(full)!;
        foreach (var name in full[whole.Length..].Split(System.IO.Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new DirectoryInfo(System.IO.Path.Combine(whole, name));
            // A link's target may lie behind links in its turn.
            whole = next.Exists && next.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Whole(target.FullName) : next.FullName;
        }

        return whole;
    }

    private PteeFormatException Missing() =>
        new($"{Description}: not found; expected a model's folder, which ptee import, backbone train and unpack make");

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
