import JSON
import NN

/// A layer that is to be written into a definition.
struct LayerPlan {
    /// A value of an argument.
    indirect enum Argument {
        /// An integer.
        case int(Int)
        /// A list of integers.
        case ints([Int])
        /// A list of pairs.
        case pairs([[Int]])
        /// A number.
        case number(Double)
        /// A truth value.
        case flag(Bool)
        /// A word.
        case word(String)
        /// A shape, nil for open extents.
        case shape([Int?])
        /// A layer within the layer.
        case layer(String, [(String, Argument)])
    }

    /// A result of a layer.
    struct Reference: Hashable {
        /// The place of the layer.
        let layer: Int
        /// Which of its results.
        var result = 0
    }

    /// Keras's class name.
    let type: String
    /// The arguments.
    var arguments: [(String, Argument)]
    /// Whose results it takes.
    let inputs: [Reference]
    /// Its weights by their names within it.
    let weights: [(String, Tensor)]
    /// What its name is to be made of.
    var hint: String
    /// The node that it is for; nil for an input or output.
    let node: Int?
    /// Its name, once it has one.
    var name = ""

    /// The same layer that takes these results.
    func taking(_ inputs: [Reference]) -> LayerPlan {
        LayerPlan(
            type: type,
            arguments: arguments,
            inputs: inputs,
            weights: weights,
            hint: hint,
            node: node,
            name: name
        )
    }

    /// The layer as a member of a definition.
    func write(to json: inout JSONWriter, inputs names: [String]) {
        json.object { json in
            json.field("type", type)
            json.field("name", name)
            if !names.isEmpty { json.field("inputs", names) }
            for (key, argument) in arguments { Self.write(key, argument, to: &json) }
        }
    }

    private static func write(_ key: String, _ argument: Argument, to json: inout JSONWriter) {
        json.key(key)
        switch argument {
        case .int(let value): json.write(value)
        case .ints(let values): json.write(values)
        case .pairs(let values): json.write(values)
        case .number(let value): json.write(value)
        case .flag(let value): json.write(value)
        case .word(let value): json.write(value)
        case .shape(let extents):
            json.array { json in
                for extent in extents { if let extent { json.write(extent) } else { json.null() } }
            }
        case .layer(let type, let arguments):
            json.object { json in
                json.field("type", type)
                for (key, argument) in arguments { write(key, argument, to: &json) }
            }
        }
    }
}

/// A value of the graph as layers give it.
struct Flow {
    /// The result that it is.
    var reference: LayerPlan.Reference
    /// Which of the file's axes a sample of the result has, outermost first; those that are missing have the extent 1.
    var order: [Int]
    /// What is known of the value.
    var fact: Fact
    /// Whether no number is below zero, so that zeros around it change no maximum.
    var isPositive = false

    /// The extents of a sample of the result; nil for open ones.
    var stored: [Int?] { order.map { fact.extent($0) } }
}
