using System.Globalization;
using System.Numerics;

namespace Ptee.Shared.IO;

/// <summary>
/// Numbers as programs write them, the same in every culture: a point for decimals, no separators between thousands. With them
/// <c>0,9</c> would be 9.
/// </summary>
public static class PlainNumber
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign;
    private const NumberStyles Real = Whole | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <returns>False: no number, or one that is not finite, or too large for the type.</returns>
    public static bool TryParse<T>(string text, out T value)
        where T : struct, INumber<T> =>
        T.TryParse(text, default(T) is int or long ? Whole : Real, CultureInfo.InvariantCulture, out value) && T.IsFinite(value);
}
