namespace Ptee.Shared.Adaptation;

/// <summary>
/// A bandit that plays the arm whose reward may be the highest: its mean plus exploration · √(2 ln n / n_arm). With
/// discount 1 this is UCB1; below it old rounds fade and a change of the world is noticed. Nothing in it is random: an
/// arm that was never seen goes first, and of equal ones the first. Not thread-safe.
/// </summary>
/// <remarks>Sources: UCB1, Auer, Cesa-Bianchi and Fischer 2002; D-UCB, Garivier and Moulines 2008, arXiv:0805.3415.</remarks>
/// <param name="arms">1 or more.</param>
/// <param name="exploration">0 or more, in units of the reward.</param>
/// <param name="discount">In (0, 1].</param>
public sealed class DiscountedUcb(int arms, double exploration, double discount = 1)
{
    private readonly double[] _weights = new double[arms];
    private readonly double[] _sums = new double[arms];
    private double _rounds;

    public int Choose()
    {
        var (best, highest) = (0, double.NegativeInfinity);
        for (var arm = 0; arm < arms; arm++)
        {
            var bound = Bound(arm);
            if (bound > highest)
            {
                (best, highest) = (arm, bound);
            }
        }

        return best;
    }

    /// <summary>One round: the arm that was played, and others whose reward became known beside it.</summary>
    public void Learn(IEnumerable<(int Arm, double Reward)> observed)
    {
        _rounds = (discount * _rounds) + 1;
        for (var arm = 0; arm < arms; arm++)
        {
            _weights[arm] *= discount;
            _sums[arm] *= discount;
        }

        foreach (var (arm, reward) in observed)
        {
            _weights[arm]++;
            _sums[arm] += reward;
        }
    }

    /// <returns>Null for an arm that was never seen.</returns>
    public double? MeanReward(int arm) => _weights[arm] > 0 ? _sums[arm] / _weights[arm] : null;

    private double Bound(int arm) => MeanReward(arm) is { } mean
        ? mean + (exploration * Math.Sqrt(2 * Math.Log(Math.Max(1, _rounds)) / _weights[arm]))
        : double.PositiveInfinity;
}
