import NN
import Testing

/// Derivatives of derivatives, which are graphs like any other.
struct HigherDerivativeTests {
    /// A network for the tests.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let shape: Shape
        let layers: [String]

        func network() throws -> Network {
            try NNTests.network(
                "{\"name\": \"m\", \"input_shape\": \(shape), \"layers\": [\(layers.joined(separator: ", "))]}"
            )
        }
    }

    /// Networks that between them use most kinds of primitives.
    static let networks = [
        Row(
            testDescription: "dense",
            shape: [4],
            layers: [
                #"{"type": "Dense", "units": 5, "activation": "tanh"}"#, #"{"type": "Dense", "units": 3}"#,
            ]
        ),
        Row(
            testDescription: "convolution",
            shape: [5, 4, 2],
            layers: [
                #"{"type": "Conv2D", "filters": 3, "kernel_size": 3, "padding": "same", "activation": "sigmoid"}"#,
                #"{"type": "AveragePooling2D", "pool_size": 2}"#, #"{"type": "Flatten"}"#,
                #"{"type": "Dense", "units": 2, "activation": "softmax"}"#,
            ]
        ),
        Row(testDescription: "GRU", shape: [4, 3], layers: [#"{"type": "GRU", "units": 3}"#]),
        Row(
            testDescription: "GRU, reset before",
            shape: [4, 3],
            layers: [#"{"type": "GRU", "units": 3, "reset_after": false}"#]
        ),
        Row(testDescription: "LSTM", shape: [4, 3], layers: [#"{"type": "LSTM", "units": 3}"#]),
        Row(
            testDescription: "batch normalization",
            shape: [4],
            layers: [#"{"type": "BatchNormalization"}"#, #"{"type": "Dense", "units": 2}"#]
        ),
        Row(
            testDescription: "layer normalization",
            shape: [3, 4],
            layers: [#"{"type": "LayerNormalization"}"#, #"{"type": "GlobalAveragePooling1D"}"#]
        ),
    ]

    /// The squared length of a network's results on a batch, by its weights, in a direction.
    private struct Trial {
        var trial: NetworkTrial
        let value: Value
        let variables: [Value]
        let direction: [Value]

        init(_ network: Network) throws {
            var numbers = TestNumbers(5)
            let shape = Shape([3] + network.inputShape.extents)
            trial = try NetworkTrial(
                network,
                samples: Tensor(shape, numbers.list(shape.volume)),
                weights: network.parameters.map { Tensor($0.shape, numbers.list($0.shape.volume, in: 0.2...0.9)) },
                key: [1, 2, 3, 4]
            )
            let output = trial.applied.output
            let squares = try trial.graph.multiply(output, output)
            value = try trial.graph.sum(squares, axes: Array(0..<trial.graph.shape(of: output).rank))
            variables = trial.variables.map(\.value)
            var direction: [Value] = []
            for (place, variable) in variables.enumerated() {
                let shape = trial.graph.shape(of: variable)
                let tangent = try trial.graph.input("direction \(place)", shape: shape)
                trial.numbers[tangent] = numbers.list(shape.volume)
                direction.append(tangent)
            }
            self.direction = direction
        }

        mutating func gradients() throws -> [Value] {
            try trial.graph.gradients(of: value, withRespectTo: variables)
        }
    }

    @Test(arguments: networks)
    func `a Hessian-vector product is the same by every combination of modes`(row: Row) throws {
        var trial = try Trial(row.network())
        let gradients = try trial.gradients()
        let (variables, direction) = (trial.variables, trial.direction)

        let forwardOverReverse = try trial.trial.graph.jvp(
            of: gradients,
            withRespectTo: variables,
            tangents: direction
        )
        let reverseOverReverse = try trial.trial.graph.vjp(
            of: gradients,
            cotangents: direction,
            withRespectTo: variables
        )
        let slope = try trial.trial.graph.jvp(of: [trial.value], withRespectTo: variables, tangents: direction)
        let reverseOverForward = try trial.trial.graph.gradients(of: slope[0], withRespectTo: variables)
        let count = variables.count
        let found = try trial.trial.evaluate(forwardOverReverse + reverseOverReverse + reverseOverForward)

        #expect(found[..<count].contains { $0.contains { abs($0) > 1e-3 } })
        for place in 0..<count {
            #expect(relativeError(found[count + place], found[place]) < 1e-4)
            #expect(relativeError(found[2 * count + place], found[place]) < 1e-4)
        }
    }

    @Test(arguments: networks)
    func `a Hessian-vector product is how the gradient changes in its direction`(row: Row) throws {
        var trial = try Trial(row.network())
        let gradients = try trial.gradients()
        let (variables, direction) = (trial.variables, trial.direction)
        let products = try trial.trial.graph.jvp(of: gradients, withRespectTo: variables, tangents: direction)
        let found = try trial.trial.evaluate(products)
        let start = trial.trial.numbers
        let step: Float = 0x1p-8

        func moved(_ distance: Float) throws -> [[Float]] {
            for (variable, tangent) in zip(variables, direction) {
                trial.trial.numbers[variable] = zip(start[variable] ?? [], start[tangent] ?? []).map {
                    $0 + distance * $1
                }
            }
            return try trial.trial.evaluate(gradients)
        }
        let (above, below) = (try moved(step), try moved(-step))

        let scale = found.joined().reduce(1) { max($0, abs($1)) }
        for place in found.indices {
            for (number, ends) in zip(found[place], zip(above[place], below[place])) {
                let difference = (ends.0 - ends.1) / (2 * step)
                #expect(abs(difference - number) < 2e-3 * scale)
            }
        }
    }

    @Test func `every derivative of the exponential function is itself`() throws {
        var graph = Graph()
        let x = try graph.input("x", shape: [])
        var derivatives = [try graph.exp(x)]
        for _ in 0..<5 {
            derivatives.append(try graph.gradients(of: derivatives[derivatives.count - 1], withRespectTo: [x])[0])
        }

        let found = try evaluate(graph, [x: [0.7]], derivatives).map { $0[0] }

        #expect(found.allSatisfy { $0 == found[0] })
        #expect(abs(found[0] - 2.013_752_7) < 1e-6)
    }
}
