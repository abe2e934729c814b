using System.Buffers.Binary;
using System.Text;

namespace Ptee.Shared.Tests.Weights;

/// <summary>Safetensors bytes put together by hand, right or wrong.</summary>
internal static class SafetensorsFile
{
    public static byte[] Of(string header, params byte[] data) => Of(header, Encoding.UTF8.GetByteCount(header), data);

    public static byte[] Of(string header, long declaredLength, params byte[] data)
    {
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, declaredLength);
        return [.. length, .. Encoding.UTF8.GetBytes(header), .. data];
    }

    /// <summary>A tensor's entry: <c>"name":{"dtype":…}</c>.</summary>
    public static string Entry(string name, string dtype, string shape, long begin, long end) =>
        $$"""
        "{{name}}":{"dtype":"{{dtype}}","shape":[{{shape}}],"data_offsets":[{{begin}},{{end}}]}
        """;
}
