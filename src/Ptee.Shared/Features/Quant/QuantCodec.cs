using System.Buffers;

namespace Ptee.Shared.Features.Quant;

/// <summary>
/// A few levels a value, chosen for what they cost and what they lose, and coded with probabilities that depend on the levels
/// around. No training: tables are fitted to the features of a cut and lie in the bundle.
/// </summary>
/// <remarks>
/// Payload: a range code (<see cref="RangeEncoder"/>) of one bit, whether levels follow as plain bits, and of the level of each
/// value, (C, H, W). Decoding does at most a few steps for each value of the cut's shape, whatever the bytes are; bytes that no
/// value needs are refused.
/// </remarks>
public sealed class QuantCodec : IFeatureCodec
{
    private readonly FeatureShape _shape;
    private readonly QuantTables _tables;
    private readonly QuantModel _model;
    private readonly LevelBits _bits;
    private readonly float[] _costs; // (C, K, L), bits.

    /// <exception cref="PteeFormatException">The tables are not for that shape.</exception>
    public QuantCodec(FeatureShape shape, QuantTables tables)
    {
        (_shape, _tables) = (shape, tables);
        _model = new QuantModel(shape, tables);
        _bits = new LevelBits(tables);
        _costs = new float[shape.Channels * tables.Contexts * tables.Levels];
        for (var row = 0; row < shape.Channels * tables.Contexts; row++)
        {
            _bits.Costs(Probabilities(row), _costs.AsSpan(row * tables.Levels, tables.Levels));
        }

        MaxPayloadBytes = checked(((RangeEncoder.ProbabilityBits + (shape.Count * _bits.PlainBits)) / 8) + sizeof(uint) + 1);
    }

    public string Name => FeatureCodecs.Quant;

    public FeatureShape Shape => _shape;

    public int MaxPayloadBytes { get; }

    public void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output)
    {
        var levels = ArrayPool<byte>.Shared.Rent(_shape.Count);
        try
        {
            var bytes = output.GetSpan(MaxPayloadBytes)[..MaxPayloadBytes];
            var writer = new LevelWriter(this, values, levels, bytes);
            _model.Walk(ref writer);
            output.Advance(writer.Finish(out var length) ? length : EncodePlain(levels.AsSpan(0, _shape.Count), bytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(levels);
        }
    }

    public void Decode(ReadOnlySpan<byte> payload, Span<float> values)
    {
        if (payload.Length > MaxPayloadBytes)
        {
            throw new PteeFormatException($"{Name}: expected at most {MaxPayloadBytes} bytes for {_shape}, got {payload.Length}");
        }

        var reader = new LevelReader(this, payload, values);
        _model.Walk(ref reader, values);
        if (reader.Unread > 0)
        {
            throw new PteeFormatException($"{Name}: {reader.Unread} bytes after the last value of {_shape}");
        }
    }

    /// <summary>The levels that <see cref="Encode"/> chooses, (C, H, W): for fitting tables.</summary>
    public void Quantize(ReadOnlySpan<float> values, Span<byte> levels)
    {
        var chooser = new LevelChooser(this, values, levels);
        _model.Walk(ref chooser);
    }

    private int EncodePlain(ReadOnlySpan<byte> levels, Span<byte> bytes)
    {
        var encoder = new RangeEncoder(bytes);
        encoder.Write(bit: true, LevelBits.PlainProbability);
        foreach (var level in levels)
        {
            _bits.WritePlain(ref encoder, level);
        }

        return encoder.Finish();
    }

    private ReadOnlySpan<ushort> Probabilities(int row) => _tables.Probabilities.AsSpan(row * _tables.Decisions, _tables.Decisions);

    /// <summary>
    /// The nearest level, or the one below it or the lowest where those lose less than they save: the squared error, in steps,
    /// against <see cref="QuantTables.Trade"/> times bits. What the choice does to later levels is left out.
    /// </summary>
    private int Choose(float value, int channel, int context)
    {
        var position = (value - _tables.Lows[channel]) / _tables.Steps[channel];
        // NaN becomes level 0.
        var nearest = position > 0 ? (int)Math.Min(position + 0.5f, _tables.Levels - 1) : 0;
        if (nearest == 0)
        {
            return 0;
        }

        var costs = _costs.AsSpan(((channel * _tables.Contexts) + context) * _tables.Levels, _tables.Levels);
        var best = nearest;
        var least = Loss(value, channel, nearest, costs);
        var below = Loss(value, channel, nearest - 1, costs);
        if (below < least)
        {
            (best, least) = (nearest - 1, below);
        }

        return nearest > 1 && Loss(value, channel, 0, costs) < least ? 0 : best;
    }

    private float Loss(float value, int channel, int level, ReadOnlySpan<float> costs)
    {
        var error = (value - _tables.Values[(channel * _tables.Levels) + level]) / _tables.Steps[channel];
        return (error * error) + (_tables.Trade * costs[level]);
    }

    private readonly ref struct LevelChooser(QuantCodec codec, ReadOnlySpan<float> values, Span<byte> levels) : IQuantCoder
    {
        private readonly ReadOnlySpan<float> _values = values;
        private readonly Span<byte> _levels = levels;

        public int Level(int index, int channel, int context)
        {
            var level = codec.Choose(_values[index], channel, context);
            _levels[index] = (byte)level;
            return level;
        }
    }

    private ref struct LevelWriter : IQuantCoder
    {
        private readonly QuantCodec _codec;
        private readonly LevelChooser _chooser;
        private RangeEncoder _encoder;

        public LevelWriter(QuantCodec codec, ReadOnlySpan<float> values, Span<byte> levels, Span<byte> output)
        {
            _codec = codec;
            _chooser = new LevelChooser(codec, values, levels);
            _encoder = new RangeEncoder(output);
            _encoder.Write(bit: false, LevelBits.PlainProbability);
        }

        public int Level(int index, int channel, int context)
        {
            var level = _chooser.Level(index, channel, context);
            _codec._bits.Write(ref _encoder, level, _codec.Probabilities((channel * _codec._tables.Contexts) + context));
            return level;
        }

        /// <returns>False: it would not fit.</returns>
        public bool Finish(out int length)
        {
            length = _encoder.Finish();
            return !_encoder.Overflown;
        }
    }

    private ref struct LevelReader : IQuantCoder
    {
        private readonly QuantCodec _codec;
        private readonly Span<float> _values;
        private readonly bool _plain;
        private RangeDecoder _decoder;

        public LevelReader(QuantCodec codec, ReadOnlySpan<byte> payload, Span<float> values)
        {
            _codec = codec;
            _decoder = new RangeDecoder(payload);
            _values = values;
            _plain = _decoder.Read(LevelBits.PlainProbability);
        }

        public readonly int Unread => _decoder.Unread;

        public int Level(int index, int channel, int context)
        {
            var level = _plain
                ? _codec._bits.ReadPlain(ref _decoder)
                : _codec._bits.Read(ref _decoder, _codec.Probabilities((channel * _codec._tables.Contexts) + context));
            _values[index] = _codec._tables.Values[(channel * _codec._tables.Levels) + level];
            return level;
        }
    }
}
