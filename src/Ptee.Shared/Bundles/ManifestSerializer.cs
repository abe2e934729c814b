using System.Security.Cryptography;
using MessagePack;
using MessagePack.Resolvers;

namespace Ptee.Shared.Bundles;

/// <summary>The manifest as MessagePack. The bytes are what the bundle id is taken of.</summary>
public static class ManifestSerializer
{
    private static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard
        .WithResolver(StandardResolver.Instance)
        .WithSecurity(MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(16));

    /// <summary>Last in the map, and left out where there is none: so a manifest from before has the same bytes, and id, as ever.</summary>
    private static readonly byte[] NoEvidence = [.. MessagePackSerializer.Serialize(Manifest.EvidenceKey), MessagePackCode.Nil];

    public static byte[] Serialize(Manifest manifest)
    {
        var bytes = MessagePackSerializer.Serialize(manifest, Options);
        if (manifest.Evidence is not null)
        {
            return bytes;
        }

        bytes[0]--; // A map of at most 15 keys has their number in its first byte.
        return bytes.AsSpan().EndsWith(NoEvidence)
            ? bytes[..^NoEvidence.Length]
            : throw new InvalidOperationException("the manifest does not end in its evidence");
    }

    /// <exception cref="PteeFormatException">Not a manifest, or one of another version or with values out of range.</exception>
    public static Manifest Deserialize(ReadOnlyMemory<byte> bytes, string source)
    {
        Manifest? manifest;
        try
        {
            manifest = MessagePackSerializer.Deserialize<Manifest>(bytes, Options);
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException)
        {
            throw new PteeFormatException(
                $"{source}: the manifest cannot be read: {exception.GetBaseException().Message.ReplaceLineEndings(" ")}", exception);
        }

        ManifestValidator.Validate(manifest, source);
        return manifest;
    }

    /// <summary>SHA-256 of the manifest's bytes, lower-case hex. A signature is not part of them.</summary>
    public static string Id(ReadOnlySpan<byte> manifest) => Convert.ToHexStringLower(SHA256.HashData(manifest));
}
