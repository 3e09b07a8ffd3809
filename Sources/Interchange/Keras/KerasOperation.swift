import JSON
import NN

/// Operations of Keras 3 among a model's layers, such as `x * 2`, and the layers that compute the same here.
struct KerasOperation {
    /// The layer's class.
    let className: String
    /// Its arguments beside the name.
    var arguments: [(key: String, value: any JSONWritable)] = []

    /// The operations that have their names here too, and the modules where Keras has them.
    static let modules: [String: String] = [
        "Absolute": "numpy", "Clip": "numpy", "Cos": "numpy", "Divide": "numpy", "Erf": "math", "Floor": "numpy",
        "Log": "numpy", "Power": "numpy", "Reciprocal": "numpy", "Sign": "numpy", "Sin": "numpy", "Sqrt": "numpy",
        "Square": "numpy",
    ]

    /// Operations that are activation functions.
    private static let activations: [String: String] = [
        "Exp": "exponential", "Relu": "relu", "Relu6": "relu6", "Selu": "selu", "Sigmoid": "sigmoid",
        "HardSigmoid": "hard_sigmoid", "Silu": "silu", "HardSilu": "hard_silu", "Tanh": "tanh", "Softplus": "softplus",
        "Softsign": "softsign", "LogSoftmax": "log_softmax",
    ]

    /// Operations on two tensors, or on a tensor and a number.
    private static let joining: Set = [
        "Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Maximum", "Minimum", "Power",
    ]

    /// Whether an object is an operation, not a layer.
    static func isOne(_ layer: JSONValue) -> Bool {
        layer["module"].flatMap { try? $0.string() }?.hasPrefix("keras.src.ops.") ?? false
    }

    /// The number that stands beside the tensor of an operation such as `x * 2`, and whether it comes first; nil where
    /// there is none.
    static func constant(of layer: JSONValue) -> (value: JSONValue, isFirst: Bool)? {
        // Others have numbers too, such as those by which Keras makes a mask.
        guard joining.contains(KerasClasses.name(of: layer)) else { return nil }
        let calls = layer["inbound_nodes"]?.elements.compactMap { $0.kind == .object ? $0["args"] : nil } ?? []
        for arguments in calls {
            for (place, value) in arguments.elements.enumerated() where value.kind == .number {
                return (value, place == 0)
            }
        }
        return nil
    }

    /// The layer in place of an operation; nil where it is a layer of the same name, or none that is known.
    init?(_ layer: JSONValue) {
        guard Self.isOne(layer) else { return nil }
        let (name, config) = (KerasClasses.name(of: layer), layer["config"])
        func number(_ key: String, _ standard: Double) -> Double { (try? config?[key]?.double()) ?? standard }
        if let (value, isFirst) = Self.constant(of: layer) {
            guard layer["inbound_nodes"]?.count == 1, let constant = try? value.double(), constant.isFinite,
                let own = Self.joined(name, constant, isFirst: isFirst)
            else { return nil }
            self = own
            return
        }
        switch name {
        case "Negative": self.init(className: "Rescaling", arguments: [("scale", -1.0)])
        case "Rsqrt": self.init(className: "Power", arguments: [("exponent", -0.5)])
        case "Elu": self.init(className: "ELU", arguments: [("alpha", number("alpha", 1))])
        case "LeakyRelu":
            self.init(className: "LeakyReLU", arguments: [("negative_slope", number("negative_slope", 0.2))])
        case "Softmax": self.init(className: "Softmax", arguments: [("axis", Int(number("axis", -1)))])
        case "Gelu" where (try? config?["approximate"]?.bool()) == false:
            self.init(className: "Activation", arguments: [("activation", "gelu")])
        case "LogSoftmax" where number("axis", -1) != -1: return nil
        default:
            guard let function = Self.activations[name] else { return nil }
            self.init(className: "Activation", arguments: [("activation", function)])
        }
    }

    private init(className: String, arguments: [(key: String, value: any JSONWritable)]) {
        (self.className, self.arguments) = (className, arguments)
    }

    /// An operation on a tensor and a number.
    private static func joined(_ name: String, _ number: Double, isFirst: Bool) -> KerasOperation? {
        func rescaling(_ scale: Double, _ offset: Double = 0) -> KerasOperation {
            KerasOperation(className: "Rescaling", arguments: [("scale", scale), ("offset", offset)])
        }
        switch name {
        case "Add": return rescaling(1, number)
        case "Subtract": return isFirst ? rescaling(-1, number) : rescaling(1, -number)
        case "Multiply": return rescaling(number)
        case "Divide", "TrueDivide":
            if !isFirst { return rescaling(1 / number) }
            return number == 1 ? KerasOperation(className: "Reciprocal", arguments: []) : nil
        case "Maximum": return KerasOperation(className: "Clip", arguments: [("x_min", number)])
        case "Minimum": return KerasOperation(className: "Clip", arguments: [("x_max", number)])
        case "Power" where !isFirst: return KerasOperation(className: "Power", arguments: [("exponent", number)])
        default: return nil
        }
    }
}
