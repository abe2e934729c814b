using System.Buffers;
using CsCheck;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Preprocessing;

namespace Ptee.Shared.Tests.Features;

public sealed class FeatureCodecTests
{
    private static readonly CutDescription Cut = new(
        3, "s1b3", new FeatureShape(2, 1, 2), 1, FeatureCodecs.UInt8, [new ClipRange(0, 255), new ClipRange(-1, 1)]);

    [Fact]
    public void F32_writes_little_endian_floats_and_nothing_else() =>
        Assert.Equal("0000803F" + "00000000" + "000000C0" + "0000003F", Encoded(FeatureCodecs.Float32, [1, 0, -2, 0.5f]));

    [Fact]
    public void U8_cuts_each_channel_s_clip_range_into_255_steps() =>
        Assert.Equal("00" + "FF" + "00" + "FF", Encoded(FeatureCodecs.UInt8, [-3, 254.6f, -1, 7]));

    [Fact]
    public void F32_is_exact() => Gen.Float[-1e30f, 1e30f].Array[4].Sample(values =>
        Assert.Equal(values, RoundTrip(FeatureCodecs.Float32, values)));

    [Fact]
    public void U8_is_off_by_half_a_step_at_most_inside_the_clip_range() =>
        Gen.Select(Gen.Float[0, 255].Array[2], Gen.Float[-1, 1].Array[2]).Sample((first, second) =>
        {
            var back = RoundTrip(FeatureCodecs.UInt8, [.. first, .. second]);
            Assert.All(first.Zip(back), pair => Assert.True(MathF.Abs(pair.First - pair.Second) <= 0.5f + 1e-4f));
            Assert.All(second.Zip(back.Skip(2)), pair => Assert.True(MathF.Abs(pair.First - pair.Second) <= (1f / 255) + 1e-6f));
        });

    [Fact]
    public void U8_of_a_picture_is_the_picture_s_own_bytes() => Gen.Byte.Array[3 * 2 * 2].Sample(pixels =>
    {
        var preprocessing = PreprocessingSpec.ImageNet(2);
        var values = new float[pixels.Length];
        new Normalizer(preprocessing).Normalize(pixels, values);
        var codec = new UInt8Codec(new FeatureShape(3, 2, 2), preprocessing.Ranges());
        var payload = new ArrayBufferWriter<byte>();

        codec.Encode(values, payload);

        Assert.Equal(pixels, payload.WrittenSpan.ToArray());
    });

    /// <summary>Wide planes are coded many values at a time, and what is left at their end one by one.</summary>
    [Fact]
    public void U8_does_to_every_value_what_its_formula_says() => Gen.Float[-5, 5].Array[2 * 7 * 11].Sample(values =>
    {
        ClipRange[] clips = [new(-1, 1), new(0, 3)];
        var codec = new UInt8Codec(new FeatureShape(2, 7, 11), clips);
        var payload = new ArrayBufferWriter<byte>();
        var back = new float[values.Length];

        codec.Encode(values, payload);
        codec.Decode(payload.WrittenSpan, back);

        for (var i = 0; i < values.Length; i++)
        {
            var (low, step) = (clips[i / 77].Low, (clips[i / 77].High - clips[i / 77].Low) / 255);
            var level = MathF.Round(Math.Clamp((values[i] - low) / step, 0, 255));
            Assert.Equal(level, payload.WrittenSpan[i]);
            Assert.Equal(low + (level * step), back[i]);
        }
    });

    [Fact]
    public void A_value_that_is_not_finite_is_found_anywhere() =>
        Gen.Select(Gen.Int[0, 153], Gen.OneOf(Gen.Const(float.NaN), Gen.Const(float.PositiveInfinity), Gen.Const(float.NegativeInfinity))).Sample((at, value) =>
        {
            var values = new float[2 * 7 * 11];
            values[at] = value;
            var message = Assert.Throws<PteeFormatException>(() => new Float32Codec(new FeatureShape(2, 7, 11))
                .Decode([.. values.SelectMany(BitConverter.GetBytes)], new float[values.Length])).Message;
            Assert.Contains($"value {at} of 2x7x11", message, StringComparison.Ordinal);
        });

    /// <summary>Near misses: the right floats, some of them not finite, and some bytes too many or too few.</summary>
    [Fact]
    public void Any_payload_decodes_to_finite_values_or_is_refused() =>
        Gen.Select(Gen.OneOf(Gen.Const(FeatureCodecs.Float32), Gen.Const(FeatureCodecs.UInt8)), Gen.OneOf(Gen.Float, Gen.Float.Special).Array[3, 5], Gen.Byte.Array[0, 5])
            .Sample((name, floats, tail) =>
            {
                byte[] payload = [.. floats.SelectMany(BitConverter.GetBytes), .. tail];
                var values = new float[Cut.Shape.Count];
                try
                {
                    FeatureCodecs.Create(name, Cut).Decode(payload.AsSpan(0, Math.Min(payload.Length, 20)), values);
                    Assert.All(values, value => Assert.True(float.IsFinite(value)));
                }
                catch (PteeFormatException exception)
                {
                    Assert.StartsWith(name, exception.Message, StringComparison.Ordinal);
                }
            });

    [Theory]
    [InlineData(FeatureCodecs.Float32, 15, "f32: expected 16 bytes for 2x1x2, got 15")]
    [InlineData(FeatureCodecs.UInt8, 5, "u8: expected 4 bytes for 2x1x2, got 5")]
    public void A_wrong_length_is_named_with_the_right_one(string codec, int length, string message) =>
        Assert.Equal(message, Assert.Throws<PteeFormatException>(
            () => FeatureCodecs.Create(codec, Cut).Decode(new byte[length], new float[4])).Message);

    [Fact]
    public void A_value_that_is_not_finite_is_refused() => Assert.Contains(
        "value 1 of 2x1x2 is NaN",
        Assert.Throws<PteeFormatException>(() => FeatureCodecs.Create(FeatureCodecs.Float32, Cut)
            .Decode([.. new[] { 0f, float.NaN, 0, 0 }.SelectMany(BitConverter.GetBytes)], new float[4])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Tables_that_do_not_fit_the_cut_are_refused()
    {
        Assert.Throws<PteeFormatException>(() => FeatureCodecs.Create(FeatureCodecs.UInt8, Cut with { Clips = [] }));
        Assert.Throws<PteeFormatException>(() => FeatureCodecs.Create(
            FeatureCodecs.UInt8, Cut with { Clips = [new ClipRange(0, 1), new ClipRange(float.NaN, 1)] }));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones() => Assert.Equal(
        "unknown codec 'zip'; known: bottleneck, bottleneck-2, bottleneck-3, bottleneck-4, f32, quant, u8",
        Assert.Throws<PteeFormatException>(() => FeatureCodecs.Create("zip", Cut)).Message);

    private static string Encoded(string codec, float[] values)
    {
        var output = new ArrayBufferWriter<byte>();
        FeatureCodecs.Create(codec, Cut).Encode(values, output);
        return Convert.ToHexString(output.WrittenSpan);
    }

    private static float[] RoundTrip(string codec, float[] values)
    {
        var back = new float[values.Length];
        FeatureCodecs.Create(codec, Cut).Decode(Convert.FromHexString(Encoded(codec, values)), back);
        return back;
    }
}
