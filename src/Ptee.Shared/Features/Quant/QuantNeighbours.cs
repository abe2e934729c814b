namespace Ptee.Shared.Features.Quant;

/// <summary>
/// The levels that a level is expected from: some before it in its own channel, and of each channel before, the one at the same
/// place and the sum of the four around that. What lies outside the map is level 0.
/// </summary>
public static class QuantNeighbours
{
    /// <summary>Rows and columns from a level to its neighbours in its own channel, all of them coded before it.</summary>
    public static IReadOnlyList<(int Row, int Column)> Own { get; } = [(0, -1), (-1, 0), (-1, 1), (-1, -1), (0, -2), (-2, 0)];

    /// <summary>Same place, and around it.</summary>
    public const int OfOtherChannel = 2;

    /// <summary>Weights of one channel: <see cref="Own"/>, then two for each channel before.</summary>
    public static int CountOf(int channel) => Own.Count + (OfOtherChannel * channel);

    /// <summary>Where a channel's weights start.</summary>
    public static int Start(int channel) => (Own.Count * channel) + (channel * (channel - 1));

    /// <summary>Weights of all channels.</summary>
    public static int Count(int channels) => Start(channels);
}
