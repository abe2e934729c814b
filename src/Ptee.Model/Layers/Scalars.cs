using TorchSharp;

namespace Ptee.Model.Layers;

/// <summary>Numbers that operators take, kept for good.</summary>
/// <remarks>
/// TorchSharp 0.107 makes a Scalar of each plain number and hands libtorch its address only. Nothing refers to the object while
/// the operator runs, so a collection at that moment frees it there ("Expected false to be true … Scalar.h"). What runs for
/// every image takes these, or an operator without one.
/// </remarks>
internal static class Scalars
{
    public static readonly Scalar Zero = 0;
    public static readonly Scalar One = 1;
    public static readonly Scalar NegativeInfinity = float.NegativeInfinity;
}
