using System.Reflection;
using Ptee.CommandLine;
using Ptee.Data;
using Ptee.Model;
using Ptee.Onnx;
using Ptee.Training.Folders;

namespace Ptee.Tests;

/// <summary>docs/architecture.md as a test: who may lean on whom.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void Data_knows_neither_Torch_nor_gRPC() => AssertNeedsNone<ImageSet>("TorchSharp", "Grpc", "Microsoft.AspNetCore", "Ptee.Model");

    [Fact]
    public void Model_knows_neither_gRPC_nor_pictures() => AssertNeedsNone<TorchEngine>("Grpc", "Microsoft.AspNetCore", "SkiaSharp", "Ptee.Data");

    [Fact]
    public void The_engine_on_ONNX_Runtime_knows_neither_Torch_nor_gRPC() =>
        AssertNeedsNone<OnnxEngine>("TorchSharp", "Grpc", "Microsoft.AspNetCore", "Ptee.Model");

    [Fact]
    public void Edge_and_server_ask_for_an_engine_by_name_and_know_none()
    {
        AssertNeedsNone<global::Ptee.Edge.Classification.SplitClassifier>("TorchSharp", "Microsoft.ML.OnnxRuntime", "Ptee.Model", "Ptee.Onnx");
        AssertNeedsNone<global::Ptee.Server.Hosting.ServerOptions>("TorchSharp", "Microsoft.ML.OnnxRuntime", "Ptee.Model", "Ptee.Onnx");
    }

    [Fact]
    public void Training_knows_neither_gRPC_nor_the_console_nor_the_programs() =>
        AssertNeedsNone<ModelFolder>("Grpc", "Microsoft.AspNetCore", "System.CommandLine", "System.Console", "ptee");

    [Fact]
    public void The_command_starts_the_programs_and_does_not_call_them() =>
        AssertNeedsNone(typeof(Cli.Cli).Assembly, "ptee-edge", "ptee-server", "Microsoft.AspNetCore");

    [Fact]
    public void The_edge_needs_neither_a_server_s_framework_nor_the_trainer() =>
        AssertNeedsNone<global::Ptee.Edge.Classification.SplitClassifier>("Microsoft.AspNetCore", "Ptee.Training", "ptee-server");

    [Fact]
    public void The_server_needs_neither_the_trainer_nor_a_decoder_of_its_own() =>
        AssertNeedsNone<global::Ptee.Server.Hosting.ServerOptions>("SkiaSharp", "Ptee.Training", "ptee-edge");

    [Fact]
    public void The_programs_read_their_command_lines_with_one_kit_which_knows_none_of_them()
    {
        var kit = typeof(CommandLineProgram).Assembly;
        AssertNeedsNone(kit, "TorchSharp", "Microsoft.ML.OnnxRuntime", "Grpc", "Microsoft.AspNetCore", "Ptee.Model", "Ptee.Onnx", "Ptee.Training", "ptee-");
        Assert.All(
            new[] { typeof(Cli.Cli), typeof(global::Ptee.Edge.Classification.SplitClassifier), typeof(global::Ptee.Server.Hosting.ServerOptions) },
            program => Assert.Contains(kit.GetName().Name, program.Assembly.GetReferencedAssemblies().Select(needed => needed.Name)));
    }

    /// <summary>What sends is to be a project of its own: a server that passes on what it cannot finish sends too.</summary>
    [Fact]
    public void What_sends_knows_nothing_of_the_rest_of_the_edge()
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        string[] sending = ["Ptee.Edge.Net", "Ptee.Edge.Offload"];
        var types = typeof(global::Ptee.Edge.Classification.SplitClassifier).Assembly.GetTypes()
            .Where(type => sending.Contains(type.Namespace)).ToArray();
        var needed = types.SelectMany(type => type.GetFields(all).Select(field => field.FieldType)
            .Concat(type.GetMethods(all).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)))
            .Concat(type.GetConstructors(all).SelectMany(constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType))));

        Assert.NotEmpty(types);
        Assert.DoesNotContain(needed, type => type.Namespace?.StartsWith("Ptee.Edge", StringComparison.Ordinal) == true && !sending.Contains(type.Namespace));
    }

    private static void AssertNeedsNone<T>(params string[] prefixes) => AssertNeedsNone(typeof(T).Assembly, prefixes);

    private static void AssertNeedsNone(Assembly assembly, params string[] prefixes) => Assert.DoesNotContain(
        assembly.GetReferencedAssemblies().Select(needed => needed.Name!),
        name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
}
