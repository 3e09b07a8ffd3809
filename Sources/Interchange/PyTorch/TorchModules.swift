import JSON
import NN

/// Which module of PyTorch holds the weights of which layer, and how.
///
/// Sources: pytorch.org/docs/stable/nn.html, "Variables" of each module; keras.io/api/layers, "weights" of each layer.
enum TorchModules {
    /// The weights of a layer as its module has them, by Keras's class name.
    static let byType: [String: @Sendable (TorchLayer) throws(InterchangeError) -> [TorchWeight]] = [
        "Dense": linear,
        "Conv1D": convolution, "Conv2D": convolution, "Conv3D": convolution,
        "DepthwiseConv1D": depthwise, "DepthwiseConv2D": depthwise,
        "Conv1DTranspose": transposed, "Conv2DTranspose": transposed, "Conv3DTranspose": transposed,
        "BatchNormalization": normalization, "LayerNormalization": normalization,
        "GroupNormalization": normalization, "RMSNormalization": normalization,
        "Embedding": embedding, "PReLU": rectifier,
        "GRU": recurrent, "LSTM": recurrent, "SimpleRNN": recurrent,
    ]

    /// `Linear.weight` is `[out, in]`, a kernel `[in, out]`.
    private static func linear(_ layer: TorchLayer) -> [TorchWeight] {
        (layer["kernel"].map { [TorchWeight($0, "weight", axes: [1, 0])] } ?? []) + layer.named(["bias": "bias"])
    }

    /// `Conv2d.weight` is `[out, in/groups, height, width]`, a kernel `[height, width, in/groups, out]`.
    private static func convolution(_ layer: TorchLayer) -> [TorchWeight] {
        kernel(of: layer) { rank in [rank - 1, rank - 2] + Array(0..<rank - 2) }
    }

    /// `ConvTranspose2d.weight` is `[in, out, height, width]`, a kernel `[height, width, out, in]`, not flipped.
    private static func transposed(_ layer: TorchLayer) -> [TorchWeight] {
        kernel(of: layer) { rank in [rank - 1, rank - 2] + Array(0..<rank - 2) }
    }

    private static func kernel(of layer: TorchLayer, axes: (Int) -> [Int]) -> [TorchWeight] {
        (layer["kernel"].map { [TorchWeight($0, "weight", axes: axes($0.shape.rank))] } ?? [])
            + layer.named(["bias": "bias"])
    }

    /// `Conv2d.weight` with a group a channel is `[in·m, 1, height, width]` with channel `i·m + j`; a kernel is
    /// `[height, width, in, m]`.
    private static func depthwise(_ layer: TorchLayer) -> [TorchWeight] {
        let kernels = layer["kernel"].map { kernel in
            let (extents, rank) = (kernel.shape.extents, kernel.shape.rank)
            let (size, channels) = (Array(extents[..<(rank - 2)]), Array(extents[(rank - 2)...]))
            let outer = [rank - 2, rank - 1] + Array(0..<rank - 2)
            let inner = Array(2..<rank) + [0, 1]
            return TorchWeight(kernel.name, ["weight"], [Shape([channels[0] * channels[1], 1] + size)]) { tensors in
                tensors[0].reshaped(Shape(channels + size)).permuted(inner)
            } split: { weight in
                [weight.permuted(outer).reshaped(Shape([channels[0] * channels[1], 1] + size))]
            }
        }
        return (kernels.map { [$0] } ?? []) + layer.named(["bias": "bias"])
    }

    private static func normalization(_ layer: TorchLayer) -> [TorchWeight] {
        layer.named([
            "gamma": "weight", "scale": "weight", "beta": "bias",
            "moving_mean": "running_mean", "moving_variance": "running_var",
        ])
    }

    private static func embedding(_ layer: TorchLayer) -> [TorchWeight] { layer.named(["embeddings": "weight"]) }

    /// `PReLU.weight` is `[C]` or `[1]`; a layer that shares its slopes over the other axes has as many.
    private static func rectifier(_ layer: TorchLayer) throws(InterchangeError) -> [TorchWeight] {
        guard let alpha = layer["alpha"] else { return [] }
        guard alpha.shape.volume == alpha.shape.extents.max() else {
            throw InterchangeError(
                "layer \"\(layer.name)\" has slopes of shape \(alpha.shape); PReLU of PyTorch has one a channel: name the other axes in \"shared_axes\""
            )
        }
        return [TorchWeight(alpha, "weight", shape: [alpha.shape.volume])]
    }

    /// `weight_ih_l0` is `[gates·units, in]`, a kernel `[in, gates·units]`; the gates of a `GRU` are r, z, n there and
    /// z, r, h here, those of an `LSTM` i, f, g, o in both.
    private static func recurrent(_ layer: TorchLayer) throws(InterchangeError) -> [TorchWeight] {
        let isGated = layer.type == "GRU"
        if isGated, (try? layer.arguments["reset_after"]?.bool()) == false {
            throw InterchangeError(
                "layer \"\(layer.name)\" has \"reset_after\": false, which GRU of PyTorch can't compute; expected true"
            )
        }
        let directions = layer.isBidirectional ? [("forward/", ""), ("backward/", "_reverse")] : [("", "")]
        return directions.flatMap { prefix, suffix in
            let kernels = [("kernel", "weight_ih_l0"), ("recurrent_kernel", "weight_hh_l0")].compactMap { name, torch in
                layer[prefix + name].map { kernel(of: $0, torch + suffix, swapsGates: isGated) }
            }
            let biases = ["bias_ih_l0" + suffix, "bias_hh_l0" + suffix]
            let bias = layer[prefix + "bias"].map { isGated ? gatedBias($0, biases) : summedBias($0, biases) }
            return kernels + (bias.map { [$0] } ?? [])
        }
    }

    private static func kernel(of weight: TorchLayer.Weight, _ torch: String, swapsGates: Bool) -> TorchWeight {
        let shape = Shape([weight.shape[1], weight.shape[0]])
        return TorchWeight(weight.name, [torch], [shape]) { tensors in
            (swapsGates ? tensors[0].swappingGates() : tensors[0]).permuted([1, 0])
        } split: { weight in
            let turned = weight.permuted([1, 0])
            return [swapsGates ? turned.swappingGates() : turned]
        }
    }

    /// The two biases of a `GRU`, which stay apart.
    private static func gatedBias(_ weight: TorchLayer.Weight, _ names: [String]) -> TorchWeight {
        let width = weight.shape.last
        return TorchWeight(weight.name, names, [[width], [width]]) { tensors in
            Tensor(weight.shape, tensors.flatMap { $0.swappingGates().values })
        } split: { bias in
            [bias.values.prefix(width), bias.values.suffix(width)].map { Tensor([width], Array($0)).swappingGates() }
        }
    }

    /// The two biases of the others, whose sum is the one here; on the way out the second is 0.
    private static func summedBias(_ weight: TorchLayer.Weight, _ names: [String]) -> TorchWeight {
        TorchWeight(weight.name, names, [weight.shape, weight.shape]) { tensors in
            Tensor(weight.shape, zip(tensors[0].values, tensors[1].values).map { $0 + $1 })
        } split: { bias in
            [bias, Tensor(repeating: 0, weight.shape)]
        }
    }
}

extension Tensor {
    /// The rows of three gates with the first two gates exchanged.
    fileprivate func swappingGates() -> Tensor {
        let third = volume / 3
        return Tensor(shape, Array(values[third..<2 * third] + values[..<third] + values[(2 * third)...]))
    }
}
