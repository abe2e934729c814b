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

        List<string> lines =
        [
            $"the points stand on {Text.Count(evidence.Images)} held-out images, of which the backbone says {evidence.Classes} of {classes} classes",
        ];
        if (evidence.Classes < classes)
        {
            lines.Add("warning: images of the other classes were not among them, and for those the points promise nothing");
        }

        if (!evidence.NewToBackbone)
        {
            lines.Add(
                "warning: it is not known whether the backbone learned from these images; if it did, "
                + "agreement and cost are promised better than new images will give");
        }

        return string.Join('\n', lines);
    }
}
