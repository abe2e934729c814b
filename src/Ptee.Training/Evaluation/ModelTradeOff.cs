namespace Ptee.Training.Evaluation;

/// <summary>A model's trade-off as it is shown.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="Points">From few exits to many, or from λ to λ.</param>
/// <param name="OperatingPoints">Those of the bundle with their names, on the same images; none where there is no bundle.</param>
/// <param name="Undivided">True accuracy of the network without exits; null without labels.</param>
public sealed record ModelTradeOff(
    string Name, TradeOffPoint[] Points, (string Name, TradeOffPoint Point)[] OperatingPoints, double? Undivided);
