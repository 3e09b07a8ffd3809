/// The operators that are read.
enum Operators {
    /// Those that give a value of their input's shape, number by number or along an axis.
    static let shapeKeeping: Set = [
        "Identity", "Dropout", "Cast", "Relu", "LeakyRelu", "PRelu", "Elu", "Celu", "Selu", "Sigmoid", "HardSigmoid",
        "HardSwish", "Tanh", "Softplus", "Softsign", "Exp", "Mish", "Gelu", "Swish", "ThresholdedRelu", "Clip", "Erf",
        "Neg", "Abs", "Sqrt", "Reciprocal", "Softmax", "LogSoftmax", "BatchNormalization", "InstanceNormalization",
        "GroupNormalization", "LayerNormalization", "RMSNormalization", "LpNormalization",
        "MeanVarianceNormalization", "CumSum", "Sign",
        "Log", "Sin", "Cos", "Floor", "Ceil", "LRN",
    ]

    /// Those of two or more values that are stretched to one shape.
    static let elementwise: Set = ["Add", "Sub", "Mul", "Div", "Max", "Min", "Mean", "Sum", "Pow"]

    /// Those that reduce axes.
    static let reductions: Set = [
        "ReduceMean", "ReduceMax", "ReduceMin", "ReduceSum", "ReduceL1", "ReduceSumSquare",
    ]

    /// The others of inputs.
    static let others: Set = [
        "Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool", "Gemm", "MatMul",
        "Einsum", "Attention", "GRU", "LSTM", "RNN", "Resize", "Reshape", "Flatten", "Transpose", "Squeeze",
        "Unsqueeze",
        "Concat", "Split", "Slice", "Pad", "Gather", "Expand", "Tile", "DepthToSpace", "SpaceToDepth",
    ]

    /// Those that are computed beforehand, of shapes and constants alone.
    static let foldedOnly: Set = [
        "Constant", "ConstantOfShape", "Shape", "Size", "Range", "Mod", "Round", "ReduceProd", "Trilu", "ScatterND",
    ]

    /// Those that are others together.
    static let composed: Set = [
        "Where", "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Not", "And", "Or", "Xor", "IsNaN",
        "GatherND", "ReduceL2", "ReduceLogSumExp", "ReduceLogSum", "LpPool", "GlobalLpPool",
    ]

    /// All that are read where their inputs are the model's.
    static var read: Set<String> {
        shapeKeeping.union(elementwise).union(reductions).union(others).union(composed)
    }

    /// Why a node's operator can't be read; nil where it can.
    static func objection(to node: ONNXNode, functions: Set<String>) -> String? {
        if functions.contains("\(node.domain).\(node.type)") {
            return "it calls a function of the file, which isn't read; inline it (onnx.inliner.inline_local_functions)"
        }
        guard node.domain.isEmpty else {
            return "it is of the domain \"\(node.domain)\"; only ONNX's own operators are read"
        }
        if node.type == "If" {
            return "its condition depends on the inputs, and each of its branches would be another model"
        }
        if ["Loop", "Scan"].contains(node.type) {
            return
                "\(node.type) holds a graph of its own, which isn't read; export a recurrence as GRU, LSTM or RNN, as "
                + "torch.onnx.export does"
        }
        if read.contains(node.type) || foldedOnly.contains(node.type) { return nil }
        return "there is no layer for the operator \(node.type)"
    }
}
