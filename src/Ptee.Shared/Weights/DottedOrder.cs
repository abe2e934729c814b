namespace Ptee.Shared.Weights;

/// <summary>Orders keys part by part, numbers by their value and before texts: <c>features.2</c> before <c>features.10</c>.</summary>
public sealed class DottedOrder : IComparer<string>
{
    public static DottedOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = ((x ?? "").Split('.'), (y ?? "").Split('.'));
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = (IsNumber(left[i]), IsNumber(right[i])) switch
            {
                (true, true) when left[i].Length != right[i].Length => left[i].Length.CompareTo(right[i].Length),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(left[i], right[i]),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    // Without leading zeros, as Python writes them, the longer of two numbers is the larger.
    private static bool IsNumber(string part) => part.Length > 0 && part.All(char.IsAsciiDigit);
}
