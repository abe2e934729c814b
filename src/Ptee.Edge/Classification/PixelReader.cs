namespace Ptee.Edge.Classification;

/// <summary>Makes a picture's pixels when they are wanted.</summary>
/// <returns>(3, size, size), RGB; valid until the next call.</returns>
/// <exception cref="Shared.PteeFormatException">It cannot be read. One line.</exception>
public delegate ReadOnlySpan<byte> PixelReader();
