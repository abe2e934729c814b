namespace Ptee.Tests;

/// <summary>
/// Tests that count what the whole process holds, or that start processes of their own: they run one by one, when no
/// other test does.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
