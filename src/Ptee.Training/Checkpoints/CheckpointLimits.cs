namespace Ptee.Training.Checkpoints;

/// <summary>What a checkpoint may ask of its reader, beside <see cref="Ptee.Shared.Weights.WeightLimits"/>.</summary>
/// <remarks>ResNet-110's pickle has 20,000 opcodes, 4,600 memo entries and 2,000 values on its stack.</remarks>
internal static class CheckpointLimits
{
    /// <summary>Bytes of a file; it is read into one array.</summary>
    public const long MaxFileBytes = 0x7FFFFFC7; // Array.MaxLength, which is no constant.

    /// <summary>Entries of a zip: one for each storage, and some. A reader makes an object of each before any is looked at.</summary>
    public const int MaxZipEntries = 32_768;

    /// <summary>Bytes of a zip's data.pkl, inflated.</summary>
    public const int MaxPickleBytes = 16 << 20;

    /// <summary>Bytes of a zip's other small entries.</summary>
    public const int MaxNoteBytes = 64;

    /// <summary>Opcodes of one pickle, and items that a call walks over.</summary>
    public const int MaxSteps = 1_000_000;

    /// <summary>Values and marks on the stack.</summary>
    public const int MaxStack = 65_536;

    public const int MaxMemo = 250_000;

    /// <summary>Bytes of one text.</summary>
    public const int MaxText = 1 << 20;

    /// <summary>Characters of a dict's key, where tensors are looked for.</summary>
    public const int MaxKey = 1_000;

    /// <summary>How deep dicts and lists lie in each other, where tensors are looked for.</summary>
    public const int MaxDepth = 16;

    /// <summary>Dicts, lists and tuples that are looked into for tensors, the outermost first; what lies behind them is not.</summary>
    public const int MaxPlaces = 65_536;

    /// <summary>Dicts with tensors in one file.</summary>
    public const int MaxStateDicts = 1_000;

    /// <summary>Files of one safetensors index.</summary>
    public const int MaxShards = 1_000;

    /// <summary>Deflate cannot do better: 258 bytes for two bits, and a little.</summary>
    public const int MaxInflation = 1_032;
}
