namespace Ptee.Data.Sets;

/// <summary>What a data element of a MAT-file holds, by its number there.</summary>
internal enum MatType
{
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,

    /// <summary>A variable: other elements, one after another.</summary>
    Matrix = 14,

    /// <summary>A zlib stream with a variable in it.</summary>
    Compressed = 15,
}
