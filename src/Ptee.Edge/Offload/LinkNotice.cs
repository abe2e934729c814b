namespace Ptee.Edge.Offload;

/// <summary>The link to the server went down or came back.</summary>
/// <param name="Text">One line for a person.</param>
public readonly record struct LinkNotice(bool Up, string Text);
