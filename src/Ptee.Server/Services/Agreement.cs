using Ptee.Shared.Exits;
using Ptee.Shared.Features;

namespace Ptee.Server.Services;

/// <summary>What both ends agreed on in Hello.</summary>
/// <param name="Codecs">As Hello names them; of each, one a cut.</param>
internal sealed record Agreement(IReadOnlyList<IReadOnlyList<IFeatureCodec?>> Codecs, ExitPolicy Policy);
