using System.CommandLine;
using System.CommandLine.Parsing;
using Ptee.Shared.IO;

namespace Ptee.CommandLine;

/// <summary>An option that takes a number or a list of them, as <see cref="PlainNumber"/> reads them, within limits: the only kind there is.</summary>
/// <typeparam name="TValue">The number's type, it or null, or an array of it.</typeparam>
public sealed class NumberOption<TValue> : Option<TValue>
{
    internal NumberOption(string name, string description, string range, string valueName, Func<ArgumentResult, TValue?> parse)
        : base(name)
    {
        Description = range.Length > 0 ? $"{description} {range}" : description;
        HelpName = valueName;
        CustomParser = parse;
        Arity = ArgumentArity.ExactlyOne;
    }
}
