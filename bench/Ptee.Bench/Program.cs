using System.CommandLine;
using System.Runtime.InteropServices;
using Ptee.Bench;
using Ptee.Bench.Attacks;
using Ptee.Bench.Scenarios;
using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Shared.Processes;

var bundle = new Option<string?>("--bundle") { Description = "Another bundle than the embedded one." };
var images = new Option<int>("--images") { Description = "How many images to run.", DefaultValueFactory = _ => Soak.Images };
var json = new Option<string?>("--json") { Description = "Write the figures to this file." };
var budgets = new Option<string?>("--budgets") { Description = "Fail where a figure is above what this file allows it." };
var soak = Scenario("soak", "Edge and server over 20,000 images: nothing may grow.", [bundle, images], async (parsed, cancellationToken) =>
    await Soak.RunAsync(parsed.GetValue(bundle), parsed.GetValue(images), cancellationToken), Soak.RequireFlat);
var rounds = new Option<int>("--rounds") { Description = "Times that all sides are measured in turn.", DefaultValueFactory = _ => 10 };
var threads = new Option<int>("--threads") { Description = "Threads inside one operator, for all sides.", DefaultValueFactory = _ => 1 };
var timed = new Option<string?>("--data") { Description = "The first 1,000 pictures of this, fashion-mnist:test or a path; CIFAR-10's test images unless said." };
var latency = Scenario("latency", "Time for an image: with exits, in segments, split with a server process on loopback, and the whole network in one session.", [bundle, timed, rounds, threads], (parsed, cancellationToken) =>
    Latency.RunAsync(parsed.GetValue(bundle), parsed.GetValue(timed), parsed.GetValue(rounds), parsed.GetValue(threads), cancellationToken));
var throughput = Scenario("throughput", "Images a second of the server against the bare engine, and its tail at 70 % of that.", [bundle, rounds], (parsed, cancellationToken) =>
    Throughput.RunAsync(parsed.GetValue(bundle), parsed.GetValue(rounds), cancellationToken));
var overhead = Scenario("overhead", "What serving adds to a frame's time, one device on loopback.", [bundle, rounds], (parsed, cancellationToken) =>
    Overhead.RunAsync(parsed.GetValue(bundle), parsed.GetValue(rounds), cancellationToken));
var memory = Scenario("memory", "The agent without Torch: folder, resident memory, allocation for an image.", [], (_, cancellationToken) =>
    Memory.RunAsync(cancellationToken));
var train = Scenario("train", "Training exits against only running the frozen backbone.", [bundle, rounds], (parsed, cancellationToken) =>
    Train.RunAsync(parsed.GetValue(bundle), parsed.GetValue(rounds), cancellationToken));

var scale = Scenario("scale", "What an image costs as images, devices and depth grow.", [bundle, rounds], (parsed, cancellationToken) =>
    Scale.RunAsync(parsed.GetValue(bundle), parsed.GetValue(rounds), cancellationToken));
var micro = Scenario("micro", "Codecs, gate, queue and cascade: time and allocation each time. With --bundle NAME.ptee the budgets are those of micro.NAME.", [bundle, rounds], (parsed, cancellationToken) =>
    Micro.RunAsync(parsed.GetValue(bundle), parsed.GetValue(rounds), cancellationToken));

var data = new Option<string>("--data") { Description = "The pictures: a name or a path.", DefaultValueFactory = _ => "cifar10:test" };
var plot = new Option<string?>("--plot") { Description = "Draw accuracy against bytes into this file (.png), of the whole comparison; the last model's, where there are several." };
var codecs = new Option<string[]>("--codec")
{
    Description = "Only these codecs, the chosen one and f32, all with exits; else the whole comparison.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [],
};
var bytes = Scenario("bytes", "What an image costs at the device's socket, with each codec and the same exits.", [bundle, data, codecs, plot], (parsed, cancellationToken) =>
    Bytes.RunAsync(
        parsed.GetValue(bundle), parsed.GetRequiredValue(data), parsed.GetRequiredValue(codecs), parsed.GetValue(plot), cancellationToken));

var payloads = new Option<int>("--payloads") { Description = "How many payloads to try.", DefaultValueFactory = _ => Fuzz.Payloads };
var seed = new Option<int>("--seed") { Description = "Of everything random.", DefaultValueFactory = _ => 1 };
var fuzz = Scenario("fuzz", "Payloads that no device sends: they decode or are refused.", [bundle, payloads, seed], (parsed, cancellationToken) =>
    Fuzz.RunAsync(parsed.GetValue(bundle), parsed.GetValue(payloads), parsed.GetValue(seed), cancellationToken), Fuzz.RequireNone);

var rates = new Option<string[]>("--rate")
{
    Description = "Of the cable, as tc takes it; several may be given.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["250kbit", "1mbit", "10mbit"],
};
var mtu = new Option<int>("--mtu") { Description = "Bytes of a packet, at most; as many pass at once after a pause, whatever the rate.", DefaultValueFactory = _ => 576 };
var roundTrip = new Option<int>("--round-trip-ms") { Description = "What the way takes there and back, besides its rate.", DefaultValueFactory = _ => 50 };
var few = new Option<int>("--images") { Description = "How many images to run, one at a time.", DefaultValueFactory = _ => 200 };
var thrice = new Option<int>("--rounds") { Description = "Times that all sides are measured in turn.", DefaultValueFactory = _ => 3 };
var link = Scenario("link", "Time for an image over a slow way: device alone, server alone, split. Needs root.", [bundle, rates, mtu, roundTrip, few, thrice], (parsed, cancellationToken) =>
    Link.RunAsync(
        parsed.GetValue(bundle), parsed.GetRequiredValue(rates), parsed.GetValue(mtu), parsed.GetValue(roundTrip), parsed.GetValue(few), parsed.GetValue(thrice), cancellationToken));
var (listen, to, delay) = (new Option<string>("--listen") { Required = true }, new Option<string>("--to") { Required = true }, new Option<double>("--delay-ms"));
var relay = new Command("relay", "Passes TCP connections on, late; link starts it.") { listen, to, delay };
relay.SetAction((parsed, cancellationToken) => DelayRelay.RunAsync(
    parsed.GetRequiredValue(listen), parsed.GetRequiredValue(to), TimeSpan.FromMilliseconds(parsed.GetValue(delay)), cancellationToken));

var names = new Option<string[]>("--attack")
{
    Description = "Only these attacks, by name; else all.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [],
};
var attack = Scenario("attack", "A well-behaved client beside callers who want to do the server harm.", [bundle, names], (parsed, cancellationToken) =>
    Attacked.RunAsync(parsed.GetValue(bundle), parsed.GetRequiredValue(names), cancellationToken));
var (name, model) = (new Option<string>("--name") { Required = true }, new Option<string>("--bundle") { Required = true });
var attacker = new Command("attacker", "Attacks a server until it is ended; attack starts it.") { name, to, model };
attacker.SetAction((parsed, cancellationToken) => Attacker.RunAsync(
    parsed.GetRequiredValue(name), parsed.GetRequiredValue(to), parsed.GetRequiredValue(model), cancellationToken));

Command Scenario(
    string name, string description, Option[] options, Func<ParseResult, CancellationToken, Task<ScenarioResult>> run, Action<ScenarioResult>? require = null)
{
    var command = new Command(name, description);
    foreach (var option in options.Append(json).Append(budgets))
    {
        command.Add(option);
    }

    command.SetAction(async (parsed, cancellationToken) =>
    {
        var result = await run(parsed, cancellationToken);
        Console.WriteLine(result);
        if (parsed.GetValue(json) is { } file)
        {
            JsonFile.Write(file, result);
        }

        require?.Invoke(result);
        if (parsed.GetValue(budgets) is { } most)
        {
            Budgets.Require(most, result);
        }
    });
    return command;
}

// Signals are handled here: since .NET 10 the runtime ends a program at once, and servers that a scenario has started would stay.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return await new RootCommand("Ptee's measured claims.") { soak, latency, throughput, overhead, memory, train, scale, micro, bytes, link, fuzz, relay, attack, attacker }.Parse(args).InvokeAsync(
        new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
}
catch (Exception) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("bench: stopped");
    return 130; // As shells say it of Ctrl-C.
}
catch (Exception exception) when (exception is PteeFormatException or ProgramEndedException)
{
    Console.Error.WriteLine($"bench: {exception.Message}");
    return 1;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true; // Not at once: what was started is ended first.
    stop.Cancel();
}
