namespace Ptee.Training.Calibration;

/// <summary>The budget that a point was searched for, and how much of it the point takes on held-out images.</summary>
/// <param name="Measure">A name from <see cref="Budget.Measures"/>.</param>
/// <param name="Limit">A mean image's, in the measure's unit.</param>
/// <param name="Spent">The same, at the point.</param>
/// <param name="Codec">That bytes were counted with; empty for the other measures.</param>
public sealed record BudgetOutcome(string Measure, double Limit, double Spent, string Codec);
