using System.Buffers;
using Ptee.Data.Codecs;
using Ptee.Shared.Features;

namespace Ptee.Tests.Codecs;

public sealed class FrameCoderTests
{
    private static readonly float[] Picture = new float[3 * 32 * 32]; // Tried from 615 bytes on.

    [Theory]
    [InlineData(900, 800, 1)]
    [InlineData(800, 900, 0)]
    [InlineData(800, 800, 0)]
    public void The_shorter_of_features_and_picture_is_sent(int features, int picture, int expected)
    {
        var payload = new ArrayBufferWriter<byte>();

        var codec = new FrameCoder([new OfLength(features, CodecInput.Features), new OfLength(picture, CodecInput.Picture)])
            .Code(new float[4], Picture, payload);

        Assert.Equal((expected, Math.Min(features, picture)), (codec, payload.WrittenCount));
        Assert.All(payload.WrittenSpan.ToArray(), value => Assert.Equal((byte)(expected == 0 ? CodecInput.Features : CodecInput.Picture), value));
    }

    [Fact]
    public void Features_that_no_picture_is_shorter_than_spare_the_trial()
    {
        var picture = new OfLength(1, CodecInput.Picture);

        var codec = new FrameCoder([new OfLength(614, CodecInput.Latent), picture]).Code(new float[4], Picture, new ArrayBufferWriter<byte>());

        Assert.Equal((0, 0), (codec, picture.Encoded));
    }

    [Fact]
    public void Among_pictures_alone_the_shortest_is_sent()
    {
        var payload = new ArrayBufferWriter<byte>();

        var codec = new FrameCoder([new OfLength(60, CodecInput.Picture), new OfLength(50, CodecInput.Picture), new OfLength(70, CodecInput.Picture)])
            .Code([], Picture, payload);

        Assert.Equal((1, 50), (codec, payload.WrittenCount));
    }

    /// <summary>Writes so many bytes, whatever the values: each says what the codec codes.</summary>
    private sealed class OfLength(int bytes, CodecInput input) : IFeatureCodec
    {
        public string Name => "of length";

        public FeatureShape Shape => new(1, 2, 2);

        public CodecInput Input => input;

        public int MaxPayloadBytes => bytes;

        public int Encoded { get; private set; }

        public void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output)
        {
            Assert.Equal(input == CodecInput.Picture ? Picture.Length : 4, values.Length);
            Encoded++;
            output.GetSpan(bytes)[..bytes].Fill((byte)input);
            output.Advance(bytes);
        }

        public void Decode(ReadOnlySpan<byte> payload, Span<float> values) => throw new NotSupportedException();
    }
}
