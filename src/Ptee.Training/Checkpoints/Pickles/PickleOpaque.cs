namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>
/// What lies beside the weights: a NumPy scalar, a Namespace, a path, a whole module. It is held so that the pickle can be
/// read on, and never used.
/// </summary>
/// <param name="name">The class or function that would have made it.</param>
internal sealed class PickleOpaque(string name)
{
    public string Name { get; } = name;

    /// <summary>Its items where it is a kind of dict; else null.</summary>
    public PickleDict? Items { get; private set; }

    /// <summary>What its attributes were to be set from; mostly a dict.</summary>
    public object? State { get; set; }

    /// <summary>Whether it is a network of PyTorch's, saved with its code's names instead of its weights alone.</summary>
    public bool IsModule => State is PickleDict state && state.Has("_modules") && state.Has("_parameters");

    /// <summary>Whether tensors may be found in it, or its name is worth a word.</summary>
    public bool MayHold => Items is not null || IsModule;

    public PickleDict MakeItems() => Items ??= new PickleDict();
}
