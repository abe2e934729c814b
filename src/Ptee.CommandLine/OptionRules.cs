using System.CommandLine;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.CommandLine;

/// <summary>What an option's value has to be, said before anything runs.</summary>
public static class OptionRules
{
    /// <summary>Refuses a file that is there already: a folder is read, or made, of that name.</summary>
    public static Option<T> MustBeFolder<T>(this Option<T> option) => option.Try(path =>
    {
        if (File.Exists(path))
        {
            throw new PteeFormatException($"{path}: a file, expected a folder");
        }
    });

    /// <summary>A folder that the command writes into: tried before the work whose results go there.</summary>
    public static Option<T> MustBeWritableFolder<T>(this Option<T> option) => option.Try(AtomicFile.RequireWritableFolder);

    /// <summary>A file that the command writes, when its work is done: tried before.</summary>
    public static Option<T> MustBeWritableFile<T>(this Option<T> option) => option.Try(AtomicFile.RequireWritable);

    private static Option<T> Try<T>(this Option<T> option, Action<string> rule)
    {
        option.Validators.Add(result =>
        {
            try
            {
                if (result.Tokens is [{ Value: var path }])
                {
                    rule(path);
                }
            }
            catch (PteeFormatException exception)
            {
                result.AddError($"{option.Name} {exception.Message}");
            }
        });
        return option;
    }
}
