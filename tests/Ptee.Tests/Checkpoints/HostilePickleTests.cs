using Ptee.Shared;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints;
using static Ptee.Tests.Checkpoints.CheckpointFiles;

namespace Ptee.Tests.Checkpoints;

/// <summary>Pickles that ask for what no checkpoint needs, or for too much of what one does.</summary>
public sealed class HostilePickleTests
{
    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "exec")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch.serialization", "load")]
    [InlineData("collections.OrderedDict", "__init__")]
    public void A_pickle_that_would_run_something_runs_nothing(string module, string name)
    {
        var victim = Path.Combine(Path.GetTempPath(), $"ptee-{Guid.NewGuid():N}");
        var byGlobal = new PickleWriter().Global(module, name).Text($"touch {victim}").Raw(0x85).Call().Stop();
        var byStack = new PickleWriter(protocol: 4)
            .Text(module).Text(name).Raw(0x93).Text($"touch {victim}").Raw(0x85).Call().Stop();

        Assert.All(
            new[] { byGlobal, byStack }.SelectMany(
                pickle => new[] { Zip(pickle), Legacy(pickle) }),
            file => Assert.Equal(
                $"net.pth: no tensors: expected a state dict, as torch.save(model.state_dict(), …) saves it; got '{module}.{name}'",
                Refuse(file)));
        Assert.False(File.Exists(victim));
    }

    [Fact]
    public void What_would_run_beside_the_weights_does_not_run()
    {
        var victim = Path.Combine(Path.GetTempPath(), $"ptee-{Guid.NewGuid():N}");
        var pickle = new PickleWriter().Dict().Mark()
            .Text("x").Global("os", "system").Text($"touch {victim}").Raw(0x85).Call()
            .Text("w").Tensor(w => w.Storage("FloatStorage", "0", 2), 0, [2], [1]).SetItems().Stop();

        Assert.Equal([1, 2], Weights(Checkpoint.Parse(Zip(pickle, ("0", Floats(1, 2))), "net.pth"))["w"].Values);
        Assert.False(File.Exists(victim));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'i' }, "opcode 0x69")] // INST: a global by another way.
    [InlineData(new byte[] { (byte)'o' }, "opcode 0x6F")] // OBJ
    [InlineData(new byte[] { 0x82, 1 }, "opcode 0x82")] // EXT1
    [InlineData(new byte[] { (byte)'P' }, "opcode 0x50")] // PERSID
    [InlineData(new byte[] { 0x8B, 255, 255, 255, 127 }, "opcode 0x8B")] // LONG4
    [InlineData(new byte[] { 0x80, 99 }, "protocol 99")]
    [InlineData(new byte[] { (byte)'X', 255, 255, 255, 255 }, "a text in the pickle has 4294967295 bytes")]
    [InlineData(new byte[] { (byte)'X', 255, 255, 0, 0 }, "ends early: expected 65535 bytes")]
    [InlineData(new byte[] { 0x8D, 255, 255, 255, 255, 255, 255, 255, 255 }, "a text in the pickle has -1 bytes")]
    [InlineData(new byte[] { 0x8E, 255, 255, 255, 255, 255, 255, 255, 127 }, "expected 9223372036854775807 bytes")]
    [InlineData(new byte[] { (byte)'B', 255, 255, 255, 255 }, "ends early: expected 4294967295 bytes")]
    [InlineData(new byte[] { (byte)'T', 255, 255, 255, 255 }, "a text in the pickle has -1 bytes")]
    [InlineData(new byte[] { (byte)'X', 1, 0, 0, 0, 0xFF }, "not UTF-8")]
    [InlineData(new byte[] { (byte)'c', (byte)'o', (byte)'s' }, "ends early")]
    [InlineData(new byte[] { (byte)'a' }, "empty stack")]
    [InlineData(new byte[] { (byte)'t' }, "lacks a mark")]
    [InlineData(new byte[] { (byte)'N', (byte)'(', (byte)'R' }, "empty stack")] // Nothing above the mark.
    [InlineData(new byte[] { (byte)'j', 255, 255, 255, 255 }, "memo entry 4294967295")]
    [InlineData(new byte[] { (byte)'N', (byte)')', (byte)'R' }, "the pickle has None for a call, expected a function")]
    [InlineData(new byte[] { (byte)'N', (byte)')', 0x81 }, "the pickle has None for a call, expected a function")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', (byte)'b' }, "an object with attributes")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', (byte)'a' }, "None for an append, expected a list")]
    [InlineData(new byte[] { (byte)'}', (byte)'(', (byte)'N', (byte)'u' }, "a dict key without a value")]
    [InlineData(new byte[] { (byte)'N', (byte)'Q' }, "a persistent id that is not a storage's")]
    [InlineData(new byte[] { (byte)'N' }, "no tensors: expected a state dict")]
    [InlineData(new byte[] { (byte)'N', (byte)'N' }, "ends with 2 values")]
    [InlineData(new byte[0], "ends with 0 values")]
    public void A_fault_is_named_in_one_line(byte[] opcodes, string expected) =>
        Assert.Contains(expected, Refuse(Zip(new PickleWriter().Raw(opcodes).Stop())), StringComparison.Ordinal);

    [Theory]
    [InlineData('N')]
    [InlineData('(')]
    [InlineData(']')]
    [InlineData('}')]
    public void A_stack_that_grows_without_end_is_stopped(char opcode) =>
        Assert.Contains(
            "stack is deeper than 65536", Refuse(Zip(Repeated(100_000, (byte)opcode))), StringComparison.Ordinal);

    [Fact]
    public void Tuples_nested_as_deep_as_the_limits_allow_are_harmless() =>
        Assert.Contains("got a tuple", Refuse(Zip(Repeated(900_000, 0x85))), StringComparison.Ordinal);

    [Fact]
    public void A_memo_that_grows_without_end_is_stopped()
    {
        var pickle = new PickleWriter().Op('N');
        for (var i = 0u; i <= CheckpointLimits.MaxMemo; i++)
        {
            pickle.Put(i);
        }

        Assert.Contains("memo has more than 250000", Refuse(Zip(pickle.Stop())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_memo_entry_with_a_huge_number_takes_no_room()
    {
        var file = Zip(new PickleWriter().Op('N').Put(uint.MaxValue).Stop());

        Assert.InRange(AllocatedBy(() => Refuse(file)), 0, 1_000_000);
    }

    [Fact]
    public void A_pickle_that_never_comes_to_its_end_is_stopped() =>
        Assert.Contains(
            "more than 1000000 steps",
            Refuse(Zip(Repeated(CheckpointLimits.MaxSteps, (byte)'q', 0))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 100)]
    [InlineData(40_000, 1)] // 40,000 · 60,000 items: more than an int counts.
    public void A_long_list_given_to_call_after_call_is_paid_for_each_time(int arguments, int calls)
    {
        // Key and value are None, so each call would walk 60,000 pairs and keep none.
        var pickle = new PickleWriter().Op('N').Op('N').Raw(0x86).Put(0).Op(']').Put(1).Mark();
        Repeat(60_000, () => pickle.Get(0));
        pickle.Op('e');
        Repeat(calls, () =>
        {
            pickle.Global("collections", "OrderedDict").Mark();
            Repeat(arguments, () => pickle.Get(1));
            pickle.Tuple().Call();
        });

        Assert.Contains("more than 1000000 steps", Refuse(Zip(pickle.Stop())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_from_the_file_cannot_break_the_line() =>
        Assert.Equal(
            "net.pth: no tensors: expected a state dict, as torch.save(model.state_dict(), …) saves it; got 'o?[2Js.sys?tem'",
            Refuse(Zip(new PickleWriter().Global("o\u001b[2Js", "sys\rtem").Op(')').Call().Stop())));

    internal static string Refuse(byte[] file)
    {
        var fault = Assert.Throws<PteeFormatException>(() => Read(file));
        Assert.StartsWith("net.pth: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(fault.Message, char.IsControl);
        return fault.Message;
    }

    /// <summary>All that the file holds, as an import that needs all of it would.</summary>
    internal static IReadOnlyDictionary<string, Weight> Read(byte[] file, string source = "net.pth")
    {
        var checkpoint = Checkpoint.Parse(file, source);
        try
        {
            return Weights(checkpoint);
        }
        catch (PteeFormatException fault)
        {
            throw new PteeFormatException($"{checkpoint.Source}: {fault.Message}", fault);
        }
    }

    internal static long AllocatedBy(Action action)
    {
        action(); // Once for what the runtime allocates only the first time.
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Repeated(int times, params byte[] opcodes)
    {
        var pickle = new PickleWriter().Op('N');
        Repeat(times, () => pickle.Raw(opcodes));
        return pickle.Stop();
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }
}
