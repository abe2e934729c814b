using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Shared.Reports;

namespace Ptee.Shared.Adaptation;

/// <summary>
/// Moves the thresholds of the device's exits by what comes back, without labels. The reward of a set of thresholds for
/// an image is how likely its answer is the backbone's, minus price · cost (macs of all that ran, over the backbone's).
/// Safe from any thread.
/// </summary>
/// <remarks>
/// As SplitEE-S (Bajpai, Trivedi, Yadav and Hanawal 2023, arXiv:2309.09195) with sets of thresholds for arms. An image
/// that leaves early earns how much its exit is believed; one that went on also says what every laxer set would have
/// earned: its exit's belief where the deeper exit agrees, nothing where it does not. A stricter set is not learned about
/// from images that it might have sent on.
/// </remarks>
public sealed class ThresholdBandit
{
    private readonly Lock _gate = new();
    private readonly ExitPolicy[] _arms;
    private readonly int[][] _laxer;
    private readonly double[] _costs;
    private readonly int[] _images;
    private readonly ExitBeliefs _beliefs;
    private readonly DiscountedUcb _ucb;

    /// <param name="point">Name of the operating point whose price of macs is kept, and whose thresholds the exits after
    /// the split keep.</param>
    /// <param name="split">Index of the device's last exit; more than there are: all are the device's.</param>
    /// <exception cref="PteeFormatException">The bundle has no such point, or its curve offers nothing to choose from.</exception>
    public ThresholdBandit(Manifest manifest, string point, int split, AdaptationOptions? options = null)
    {
        options ??= new AdaptationOptions();
        var named = manifest.Point(point);
        _arms = ThresholdArms.Of(manifest, named, split, options.Arms);
        Price = options.Price ?? CurvePrice.At(named, manifest.Curve);
        // Nearly always a chain: a laxer set is laxer at every exit. Where it is not, less is learned, and nothing wrong.
        _laxer = [.. _arms.Select(arm =>
            Enumerable.Range(0, _arms.Length).Where(other => ThresholdArms.IsAsLax(_arms[other], arm)).ToArray())];
        _costs = [.. Enumerable.Range(0, manifest.Exits.Length + 1)
            .Select(exit => (double)manifest.AllInMacs(exit) / manifest.BackboneMacs)];
        _images = new int[_arms.Length];
        _beliefs = new ExitBeliefs(manifest.Exits.Length, options.Discount);
        _ucb = new DiscountedUcb(_arms.Length, options.Exploration, options.Discount);
    }

    /// <summary>Agreement that the macs of one whole backbone are worth.</summary>
    public double Price { get; }

    /// <summary>From few exits to many.</summary>
    public IReadOnlyList<ExitPolicy> Arms => _arms;

    /// <summary>The thresholds for the next images.</summary>
    public BanditChoice Choose(int images = 1)
    {
        lock (_gate)
        {
            var arm = _ucb.Choose();
            _images[arm] += images;
            return new BanditChoice(arm, _arms[arm]);
        }
    }

    /// <summary>What came of one image. One whose server did not answer says nothing about thresholds and is left out.</summary>
    /// <param name="arm">That was chosen for it.</param>
    /// <param name="judged">What exits said of it, in their order; the last one is its answer.</param>
    public void Learn(int arm, IReadOnlyList<ExitAnswer> judged)
    {
        lock (_gate)
        {
            var last = judged[^1];
            var belief = _beliefs.Of(last);
            _ucb.Learn(_laxer[arm].Select(other => (other, Reward(_arms[other], judged, last, belief))).ToArray());
            _beliefs.Learn(judged);
        }
    }

    public AdaptationReport Report()
    {
        lock (_gate)
        {
            return new AdaptationReport(
                Price, [.. _arms.Select((arm, i) => new ArmReport([.. arm.Thresholds], _images[i], _ucb.MeanReward(i)))]);
        }
    }

    private double Reward(ExitPolicy policy, IReadOnlyList<ExitAnswer> judged, ExitAnswer last, double belief)
    {
        var own = judged.First(answer =>
            answer.Exit == last.Exit || policy.Stands(answer.Exit, answer.Class, answer.Score));
        return (own.Class == last.Class ? belief : 0) - (Price * _costs[own.Exit]);
    }
}
