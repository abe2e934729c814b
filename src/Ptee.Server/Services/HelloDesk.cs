using Ptee.Server.Hosting;
using Ptee.Shared;
using Ptee.Shared.Wire;

namespace Ptee.Server.Services;

/// <summary>Looks at a Hello: what it asks for is what this server runs, or it is refused.</summary>
internal sealed class HelloDesk(ServedModel model)
{
    /// <summary>Frames name a codec by index; more names than this are not a list of codecs.</summary>
    private const int MaxCodecs = 16;

    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: the edge runs another bundle.</exception>
    /// <exception cref="PteeFormatException">Anything else that is wrong in it.</exception>
    public Agreement Accept(Hello? hello)
    {
        if (hello is null)
        {
            throw new PteeFormatException("expected Hello first, got none");
        }

        RequireSameBundle(hello);
        if (hello.Codecs.Count is < 1 or > MaxCodecs)
        {
            throw new PteeFormatException($"Hello names {hello.Codecs.Count} codecs, expected 1 to {MaxCodecs}");
        }

        var policy = model.Manifest.Policy(hello.Gate, hello.Thresholds, owner: "Hello");
        return new Agreement([.. hello.Codecs.Select(model.Codecs)], policy);
    }

    private void RequireSameBundle(Hello hello)
    {
        if (hello.BundleId.Length != model.BundleId.Length)
        {
            throw new PteeFormatException(
                $"Hello's bundle id has {hello.BundleId.Length} bytes, expected {model.BundleId.Length}");
        }

        if (hello.BundleId != model.BundleId)
        {
            throw Refusals.OtherBundle(model.Bundle.Id, Convert.ToHexStringLower(hello.BundleId.Span));
        }
    }
}
