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

    public static byte[] Serialize(Manifest manifest) => MessagePackSerializer.Serialize(manifest, Options);

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
