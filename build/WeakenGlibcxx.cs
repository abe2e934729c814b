using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Marks the needed symbol version GLIBCXX_3.4.32 of a 64-bit little-endian ELF library as weak, in place of the file.
/// </summary>
/// <remarks>
/// TorchSharp 0.107's native library asks for that version because of one symbol that no relocation uses, so it does not
/// load where libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04, RHEL 9). A weak entry is looked for and not
/// missed. Where the version exists, nothing changes.
/// The file is written anew and renamed, never altered: it can be a hard link into the package cache.
/// Layout: System V ABI, Elf64_Verneed and Elf64_Vernaux (LSB, "Symbol Versioning").
/// </remarks>
public class WeakenGlibcxx : Task
{
    private const string Version = "GLIBCXX_3.4.32";
    private const uint VersionNeeded = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 0x2;               // VER_FLG_WEAK

    [Required]
    public ITaskItem[] Files { get; set; }

    public override bool Execute()
    {
        foreach (var item in Files)
        {
            var path = item.ItemSpec;
            var bytes = File.ReadAllBytes(path);
            if (!Mark(bytes))
            {
                continue;
            }

            var modified = File.GetLastWriteTimeUtc(path);
            var temporary = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
            File.WriteAllBytes(temporary, bytes);
            // Same size and time as the original: an incremental copy then sees nothing to do.
            File.SetLastWriteTimeUtc(temporary, modified);
            File.Delete(path);
            File.Move(temporary, path);
            Log.LogMessage(MessageImportance.Normal, "{0}: {1} is now a weak requirement", path, Version);
        }

        return true;
    }

    /// <returns>True when a flag was changed.</returns>
    private static bool Mark(byte[] elf)
    {
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
        {
            return false;
        }

        var sections = checked((int)BitConverter.ToUInt64(elf, 40));
        int size = BitConverter.ToUInt16(elf, 58), count = BitConverter.ToUInt16(elf, 60);
        var changed = false;
        for (var i = 0; i < count; i++)
        {
            var section = sections + (i * size);
            if (BitConverter.ToUInt32(elf, section + 4) == VersionNeeded)
            {
                var strings = sections + (checked((int)BitConverter.ToUInt32(elf, section + 40)) * size);
                changed |= MarkSection(elf, Offset(elf, section), Offset(elf, strings));
            }
        }

        return changed;
    }

    private static bool MarkSection(byte[] elf, int need, int strings)
    {
        var changed = false;
        while (true)
        {
            var aux = need + (int)BitConverter.ToUInt32(elf, need + 8);
            for (int left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--)
            {
                var flags = BitConverter.ToUInt16(elf, aux + 4);
                if (Text(elf, strings + (int)BitConverter.ToUInt32(elf, aux + 8)) == Version && (flags & Weak) == 0)
                {
                    BitConverter.GetBytes((ushort)(flags | Weak)).CopyTo(elf, aux + 4);
                    changed = true;
                }

                aux += (int)BitConverter.ToUInt32(elf, aux + 12);
            }

            var next = (int)BitConverter.ToUInt32(elf, need + 12);
            if (next == 0)
            {
                return changed;
            }

            need += next;
        }
    }

    private static int Offset(byte[] elf, int section)
    {
        return checked((int)BitConverter.ToUInt64(elf, section + 24));
    }

    private static string Text(byte[] elf, int start)
    {
        var end = Array.IndexOf(elf, (byte)0, start);
        return Encoding.ASCII.GetString(elf, start, end - start);
    }
}
