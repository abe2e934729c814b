using System.Buffers;
using Ptee.Data;
using Ptee.Data.Codecs;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Preprocessing;
using Ptee.Tests.EndToEnd;

namespace Ptee.Tests.Codecs;

public sealed class PictureCodecTests
{
    private static readonly Manifest Model = TestBundles.Random().Manifest;

    [Theory]
    [InlineData("raw")]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task A_lossless_picture_comes_back_bit_for_bit(string name)
    {
        var codec = FrameCodecs.Create(name, Model, cut: 1);

        foreach (var picture in await NormalizedAsync(50))
        {
            var (payload, back) = Travel(codec, picture);
            Assert.Equal(picture, back);
            Assert.InRange(payload.Length, 100, codec.MaxPayloadBytes);
        }
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("webp")]
    public async Task A_lower_quality_is_shorter_and_further_off(string format)
    {
        var (fine, coarse) = (FrameCodecs.Create($"{format}:95", Model, cut: 0), FrameCodecs.Create($"{format}:20", Model, cut: 0));
        var (bytes, error) = (0, 0.0);

        foreach (var picture in await NormalizedAsync(20))
        {
            var (first, second) = (Travel(fine, picture), Travel(coarse, picture));
            bytes += first.Payload.Length - second.Payload.Length;
            error += Error(second.Back, picture) - Error(first.Back, picture);
        }

        Assert.True(bytes > 0 && error > 0, $"{bytes} bytes shorter, {error} further off");
    }

    [Fact]
    public void Noise_fits_the_longest_payload_that_a_server_reads()
    {
        var random = new Random(1);
        var noise = new byte[3 * 32 * 32];
        random.NextBytes(noise);
        var values = new float[noise.Length];
        new Normalizer(Model.Preprocessing).Normalize(noise, values);

        Assert.All(["png", "webp", "jpeg:100", "webp:100"], name =>
        {
            var codec = FrameCodecs.Create(name, Model, cut: 0);
            Assert.InRange(Travel(codec, values).Payload.Length, 1, codec.MaxPayloadBytes);
        });
    }

    [Fact]
    public void Another_size_is_refused_before_it_is_decoded()
    {
        var larger = Pictures.PngBytes(new byte[3 * 33 * 33], 33);

        var message = Assert.Throws<PteeFormatException>(
            () => FrameCodecs.Create("png", Model, cut: 0).Decode(larger, new float[3 * 32 * 32])).Message;

        Assert.Equal("png: 33x33 pixels, expected 32x32", message);
    }

    [Fact]
    public void Bytes_that_are_no_picture_are_refused()
    {
        var codec = FrameCodecs.Create("webp", Model, cut: 0);

        Assert.Equal("webp: not a picture that can be read (expected PNG, JPEG or WebP)", Refused([1, 2, 3]));
        Assert.Equal("webp: not a picture that can be read (expected PNG, JPEG or WebP)", Refused([]));
        Assert.Equal("raw: expected 3072 bytes for 3x32x32, got 3071", Assert.Throws<PteeFormatException>(
            () => FrameCodecs.Create("raw", Model, cut: 0).Decode(new byte[3071], new float[3 * 32 * 32])).Message);
        Assert.Equal("webp: expected at most 7168 bytes for 3x32x32, got 7169", Refused(new byte[7169]));

        string Refused(byte[] payload) => Assert.Throws<PteeFormatException>(() => codec.Decode(payload, new float[3 * 32 * 32])).Message;
    }

    [Theory]
    [InlineData("jpeg:0", "codec 'jpeg:0': quality '0', expected 1 to 100")]
    [InlineData("webp:101", "codec 'webp:101': quality '101', expected 1 to 100")]
    [InlineData("jpeg:x", "codec 'jpeg:x': quality 'x', expected 1 to 100")]
    [InlineData("gif", "unknown codec 'gif'; known: bottleneck, bottleneck-2, bottleneck-3, bottleneck-4, f32, quant, u8, raw, png, webp, jpeg:Q, webp:Q")]
    [InlineData("png:9", "unknown codec 'png:9'; known: bottleneck, bottleneck-2, bottleneck-3, bottleneck-4, f32, quant, u8, raw, png, webp, jpeg:Q, webp:Q")]
    public void A_name_that_means_nothing_is_answered_with_those_that_do(string name, string message) =>
        Assert.Equal(message, Assert.Throws<PteeFormatException>(() => FrameCodecs.Create(name, Model, cut: 0)).Message);

    private static double Error(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Pow(a - b, 2)).Sum();

    private static (byte[] Payload, float[] Back) Travel(IFeatureCodec codec, float[] picture)
    {
        var payload = new ArrayBufferWriter<byte>();
        codec.Encode(picture, payload);
        var back = new float[codec.Shape.Count];
        codec.Decode(payload.WrittenSpan, back);
        return (payload.WrittenSpan.ToArray(), back);
    }

    private static async Task<float[][]> NormalizedAsync(int count)
    {
        var images = await DataSets.OpenAsync(Programs.EmbeddedImages, size: 32);
        var normalizer = new Normalizer(Model.Preprocessing);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var values = new float[3 * 32 * 32];
            normalizer.Normalize(images.Pixels(i), values);
            return values;
        })];
    }
}
