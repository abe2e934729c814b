namespace Ptee.Tests.Edge;

/// <summary>Always the least: a link that comes back at once.</summary>
internal sealed class NoJitter : Random
{
    public override double NextDouble() => 0;
}
