namespace Ptee.Shared.Reports;

/// <summary>What <c>ptee demo</c> and <c>ptee eval</c> found: the contract that scripts read.</summary>
/// <param name="Bundle">Id; empty for a backbone without exits.</param>
/// <param name="Threshold">One an early exit, or one for each early exit and class, exit after exit.</param>
/// <param name="Seconds">The system's own run; start-up and the comparison with the backbone are apart.</param>
/// <param name="Bytes">Null where nothing travelled.</param>
/// <param name="LatencyMs">Null where images were not answered one by one.</param>
/// <param name="Expected">Null where no operating point was run, or with another gate than its own.</param>
/// <param name="Adaptation">What moved the device's thresholds during the run; null when they stayed.</param>
/// <param name="Unreadable">Pictures of the data that could not be read; no other figure knows of them.</param>
/// <param name="Coding">How images were handed over in one process; null where <paramref name="Bytes"/> says it, or nothing was coded.</param>
/// <param name="ServerEnd">How the server's process ended during the run, one line; null when it did not.</param>
public sealed record Report(
    string Bundle,
    string Data,
    int Images,
    string Engine,
    string Point,
    float[] Threshold,
    double Seconds,
    AccuracyReport Accuracy,
    AnsweredReport Answered,
    ExitReport[] Exits,
    MacsReport Macs,
    BytesReport? Bytes,
    LatencyReport? LatencyMs,
    MemoryReport MemoryMb,
    ExpectedReport? Expected = null,
    AdaptationReport? Adaptation = null,
    int Unreadable = 0,
    string? ServerEnd = null,
    CodingReport? Coding = null);

/// <summary>Fractions: system and backbone of the images that have a label, null where none has; agreement of all images.</summary>
/// <param name="Labelled">Images whose true class is known, and a class of the model.</param>
public sealed record AccuracyReport(double? System, double? Backbone, double Agreement, int Labelled);

/// <summary>What calibration promised of the operating point, and how far what was measured lies above it. Fractions.</summary>
/// <param name="Agreement">With the backbone, on held-out training images.</param>
/// <param name="AllInRatio">Macs of all that ran, branches included, over the backbone, on the same images.</param>
/// <param name="AgreementDifference">Measured minus expected.</param>
/// <param name="AllInRatioDifference">Measured minus expected; what coding cost, which no point knows of, is not in it.</param>
public sealed record ExpectedReport(
    double Agreement, double AllInRatio, double AgreementDifference, double AllInRatioDifference);

/// <param name="Accuracy">Of the images that left here and have a label; null where none has.</param>
/// <param name="Agreement">With the backbone, of the images that left here; null without images.</param>
public sealed record ExitReport(string Name, string Tier, int Count, double? Accuracy, double? Agreement);

/// <param name="Backbone">The undivided network, one image.</param>
/// <param name="EdgeMean">What ran on the device, branches included, a mean over all images.</param>
/// <param name="ServerMean">What ran on the server, a mean over all images.</param>
/// <param name="CodecMean">Of both, what coding cost: a bottleneck's networks, and segments that the server ran once more because it
/// was sent the picture.</param>
/// <param name="AllInRatio">Edge and server, over the backbone.</param>
/// <param name="PaperRatio">The paper's count: without the branches that did not answer.</param>
public sealed record MacsReport(long Backbone, double EdgeMean, double ServerMean, double CodecMean, double AllInRatio, double PaperRatio);

/// <summary>A mean per image over all images; up and down counted at the socket.</summary>
/// <param name="Sent">Images that were sent with each codec.</param>
/// <param name="SentAsFeatures">Images that were sent as features or as their latent.</param>
/// <param name="SentAsPicture">Images that were sent as pictures.</param>
public sealed record BytesReport(
    double UpMean,
    double DownMean,
    double PayloadMean,
    IReadOnlyDictionary<string, int> Sent,
    BaselineReport Baselines,
    int SentAsFeatures = 0,
    int SentAsPicture = 0);

/// <summary>What would be sent, without what the socket adds.</summary>
/// <param name="PayloadMean">Bytes, a mean over all images, also those that nothing was sent of.</param>
/// <param name="Sent">Images that took each codec.</param>
/// <param name="SentMeans">Bytes, a mean over the images that took each codec; one that none took is left out.</param>
public sealed record CodingReport(
    double PayloadMean, IReadOnlyDictionary<string, int> Sent, IReadOnlyDictionary<string, double> SentMeans);

/// <summary>What sending the picture would cost, the same mean: every picture, or only those that were handed over.</summary>
public sealed record BaselineReport(
    double Raw, double Png, double Webp, double Jpeg, double SameExitsRaw, double SameExitsPng, double SameExitsWebp, double FeaturesF32);

public sealed record LatencyReport(double Mean, double P50, double P99, double? EdgeP50, double? ServerP50);

/// <summary>Largest resident size, units of 2^20 bytes.</summary>
public sealed record MemoryReport(double Edge, double? Server);
