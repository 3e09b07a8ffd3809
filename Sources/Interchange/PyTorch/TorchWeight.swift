import NN

/// How one weight of a layer stands in a module of PyTorch: under which names, in which shapes, and how to get from one
/// to the other.
struct TorchWeight {
    /// The weight's name in its layer, as in `kernel`.
    let name: String
    /// The names that its numbers have in the module, as in `bias_ih_l0` and `bias_hh_l0`.
    let names: [String]
    /// Their shapes.
    let shapes: [Shape]
    /// Makes the weight of the module's tensors.
    let join: @Sendable ([Tensor]) -> Tensor
    /// Makes the module's tensors of the weight.
    let split: @Sendable (Tensor) -> [Tensor]

    /// A weight of several tensors.
    init(
        _ name: String,
        _ names: [String],
        _ shapes: [Shape],
        join: @escaping @Sendable ([Tensor]) -> Tensor,
        split: @escaping @Sendable (Tensor) -> [Tensor]
    ) {
        (self.name, self.names, self.shapes, self.join, self.split) = (name, names, shapes, join, split)
    }

    /// A weight that is one tensor with its axes in another order, or in the same.
    ///
    /// - Parameters:
    ///   - parameter: The weight.
    ///   - torch: The tensor's name in the module.
    ///   - axes: For each axis of the tensor, which of the weight's it is; nil for the same.
    init(_ parameter: TorchLayer.Weight, _ torch: String, axes: [Int]? = nil) {
        let axes = axes ?? Array(0..<parameter.shape.rank)
        let back = axes.indices.map { axis in axes.firstIndex(of: axis) ?? axis }
        self.init(parameter.name, [torch], [Shape(axes.map { parameter.shape.extents[$0] })]) { tensors in
            tensors[0].permuted(back)
        } split: { weight in
            [weight.permuted(axes)]
        }
    }

    /// A weight that is one tensor of another shape with the numbers in the same order.
    init(_ parameter: TorchLayer.Weight, _ torch: String, shape: Shape) {
        self.init(parameter.name, [torch], [shape]) { tensors in
            tensors[0].reshaped(parameter.shape)
        } split: { weight in
            [weight.reshaped(shape)]
        }
    }
}
