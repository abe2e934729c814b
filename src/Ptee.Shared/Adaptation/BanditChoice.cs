using Ptee.Shared.Exits;

namespace Ptee.Shared.Adaptation;

/// <param name="Arm">To be given back with what came of it.</param>
/// <param name="Policy">For the next images.</param>
public readonly record struct BanditChoice(int Arm, ExitPolicy Policy);
