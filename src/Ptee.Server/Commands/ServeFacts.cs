namespace Ptee.Server.Commands;

/// <summary>What <c>--json</c> writes once the server listens.</summary>
/// <param name="Urls">With the ports that were really taken.</param>
/// <param name="Bundle">Its id, lower-case hex.</param>
/// <param name="Pid">Of this process.</param>
internal sealed record ServeFacts(IReadOnlyList<string> Urls, string Bundle, int Pid);
