using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Training.Checkpoints;
using Ptee.Training.Folders;
using Ptee.Training.Importing;

namespace Ptee.Tests.Importing;

/// <summary>Ways in which people save one and the same network; all of its weights have one value, so that the files are small.</summary>
public sealed class FailingFilesTests
{
    public FailingFilesTests() => TorchRuntime.Initialize(threads: 1);

    [Theory]
    [InlineData("checkpoint-prefix/_orig_mod.module.pth")]
    [InlineData("checkpoint-prefix/_orig_mod.pth")]
    [InlineData("checkpoint-prefix/backbone.pth")]
    [InlineData("checkpoint-prefix/model-and-criterion.pth", "Left out, because they are no part of the network: criterion.weight (10).")]
    [InlineData("checkpoint-prefix/model.pth")]
    [InlineData("checkpoint-prefix/model.resnet.pth")]
    [InlineData("checkpoint-prefix/module._orig_mod.pth")]
    [InlineData("checkpoint-prefix/net.pth")]
    [InlineData("checkpoint-wrapper/averaged-model.pth")]
    [InlineData("checkpoint-wrapper/ema.pth")]
    [InlineData("checkpoint-wrapper/ema_state_dict.pth")]
    [InlineData("checkpoint-wrapper/list.pth")]
    [InlineData("checkpoint-wrapper/model_ema.pth")]
    [InlineData("checkpoint-wrapper/model_state.pth")]
    [InlineData("checkpoint-wrapper/nested.pth")]
    [InlineData("checkpoint-wrapper/network.pth")]
    [InlineData("checkpoint-wrapper/params.pth")]
    [InlineData("checkpoint-wrapper/params_ema.pth")]
    [InlineData("checkpoint-wrapper/state_dict_ema.pth")]
    [InlineData("checkpoint-wrapper/weights.pth")]
    [InlineData("checkpoint-beside/curve.pth", "Left out, because they are no part of the network: losses (3).")]
    [InlineData("checkpoint-beside/defaultdict.pth")]
    [InlineData("checkpoint-beside/lightning.pth")]
    [InlineData("checkpoint-beside/namespace.pth")]
    [InlineData("checkpoint-beside/numpy-scalar.pth")]
    [InlineData("checkpoint-beside/numpy2-scalar.pth")]
    [InlineData("checkpoint-beside/path.pth")]
    [InlineData("checkpoint-beside/rng-state.pth", "Left out, because they are no part of the network: rng (64 uint8).")]
    [InlineData("checkpoint-beside/set.pth")]
    [InlineData("checkpoint-beside/tensor-of-one.pth", "Left out, because they are no part of the network: best_acc (1).")]
    [InlineData("checkpoint-beside/torch-device.pth")]
    [InlineData("checkpoint-beside/torch-size.pth")]
    [InlineData("checkpoint-extra-keys/float-num_batches_tracked.pth")]
    [InlineData("checkpoint-extra-keys/flop-counter.pth")]
    [InlineData("checkpoint-names/resnet20-all-other.pth",
        "The tensors have other names than resnet20's: all 97 were taken by their order and shapes, pre_conv.weight for conv1.weight and so on. "
        + "ptee eval shows whether that is right; --rename OLD=NEW names them otherwise.")]
    [InlineData("checkpoint-names/resnet20-classifier.pth")]
    [InlineData("checkpoint-names/resnet20-head.pth", "The linear layer head was taken for linear, by order and shape.")]
    [InlineData("checkpoint-names/resnet20-last_linear.pth", "The linear layer last_linear was taken for linear, by order and shape.")]
    [InlineData("checkpoint-pruned/mask.pth")]
    [InlineData("checkpoint-silent/model-and-ema.pth", "Took model (97 tensors) and left model_ema (97 tensors): --key model_ema takes that one instead.")]
    public void It_gives_the_same_weights_as_a_plain_state_dict_and_says_what_is_not_plain(string file, params string[] remarks) =>
        AssertSame("resnet20", "control/plain.pth", file, remarks);

    [Theory]
    [InlineData("checkpoint-names/vgg16-classifier-0-3-6.pth", "The linear layers classifier.0, classifier.3 were taken for classifier.1, classifier.4, by order and shape.")]
    [InlineData("checkpoint-names/vgg16-features-module.pth")]
    public void Other_numbers_and_wrapped_parts_of_a_vgg_are_understood(string file, params string[] remarks) =>
        AssertSame("vgg16", "checkpoint-names/vgg16-features-module.pth", file, remarks);

    [Fact]
    public void The_mobilenet_for_small_pictures_is_told_from_the_other_in_words()
    {
        using var network = Import("mobilenetv2", "checkpoint-silent/mobilenetv2-1000-classes.pth", out var remarks);

        Assert.Equal(1000, network.Backbone.Classes);
        Assert.StartsWith("mobilenetv2 is the network for small pictures, 32x32,", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lfs-pointer.pth", "got a Git LFS pointer, which only says where the file is: run git lfs pull")]
    [InlineData("web-page.pth", "got a web page: the download gave a page instead of the file")]
    [InlineData("network.onnx", "got an ONNX file, which cannot be imported")]
    [InlineData("whole-module.pth", "the whole module was saved (models.resnet.ResNet), which needs its code: load it where that is, and save its weights with torch.save(model.state_dict(), …)")]
    [InlineData("torchscript.pt", "TorchScript, a program with its weights: load it with torch.jit.load")]
    public void A_file_of_another_kind_is_called_what_it_is(string file, string says)
    {
        var path = TestData.Folder("failing", "checkpoint-message", file);

        var message = Assert.Throws<PteeFormatException>(() => Checkpoint.Read(path)).Message;

        Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    private static void AssertSame(string architecture, string control, string file, string[] remarks)
    {
        using var expected = Import(architecture, control, out _);
        using var network = Import(architecture, file, out var said);

        Assert.Equal(ModelFolder.Fingerprint(expected.CopyWeights()), ModelFolder.Fingerprint(network.CopyWeights()));
        Assert.Equal(expected.Backbone.Architecture, network.Backbone.Architecture);
        Assert.Equal(remarks, said);
    }

    private static BackboneNetwork Import(string architecture, string file, out IReadOnlyList<string> remarks)
    {
        var imported = BackboneImporter.Import(architecture, Checkpoint.Read(TestData.Folder("failing", file)), 32);
        remarks = imported.Remarks;
        return imported.Network;
    }
}
