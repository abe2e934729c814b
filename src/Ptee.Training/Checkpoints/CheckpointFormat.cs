namespace Ptee.Training.Checkpoints;

/// <summary>What kind of checkpoint a file may be, as its first bytes say.</summary>
internal enum CheckpointFormat
{
    Zip,
    Legacy,
    Safetensors,

    /// <summary>JSON that names safetensors files.</summary>
    Index,
}
