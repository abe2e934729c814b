namespace Ptee.Edge.Offload;

/// <summary>The link to the server went down or came back, or what comes over it is of little use.</summary>
/// <param name="Up">Whether there is a stream to the server.</param>
/// <param name="Text">One line for a person.</param>
public readonly record struct LinkNotice(bool Up, string Text);
