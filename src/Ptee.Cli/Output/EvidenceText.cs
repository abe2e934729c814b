using Ptee.Shared.Bundles;

namespace Ptee.Cli.Output;

/// <summary>What stands behind operating points, as people read it.</summary>
internal static class EvidenceText
{
    /// <param name="classes">That the model has.</param>
    public static string Of(PointEvidence? evidence, int classes)
    {
        if (evidence is null)
        {
            return "how many held-out images stand behind the points is not recorded";
        }

        var line = $"the points stand on {Text.Count(evidence.Images)} held-out images, of which the backbone says {evidence.Classes} of {classes} classes";
        return evidence.Classes == classes
            ? line
            : $"{line}\nwarning: images of the other classes were not among them, and for those the points promise nothing";
    }
}
