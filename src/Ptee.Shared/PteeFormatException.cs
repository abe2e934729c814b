namespace Ptee.Shared;

/// <summary>
/// Something that came from outside is not what it should be. The message is one line for the person who
/// gave it: it names the thing, what was expected and what came.
/// </summary>
public sealed class PteeFormatException : Exception
{
    public PteeFormatException(string message)
        : base(message)
    {
    }

    public PteeFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public PteeFormatException()
    {
    }
}
