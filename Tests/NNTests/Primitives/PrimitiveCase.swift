import NN
import Testing

/// One application of a primitive that the derivative tests differentiate.
///
/// A new primitive needs a case here: `CatalogTests` says so where it is missing.
struct PrimitiveCase: CustomTestStringConvertible, Sendable {
    let primitive: any Primitive
    let operands: [Shape]
    /// The range of each operand's numbers.
    let range: ClosedRange<Float>
    /// Numbers in place of random ones, by operand, such as labels and keys.
    let fixed: [Int: [Float]]
    /// Operands that are the result of the primitive or another on the ones before; appended to the graph.
    let derived: @Sendable ([Value], inout Graph) throws -> [Value]
    /// Whether the function has kinks, which finite differences must stay away from.
    let note: String

    init(
        _ primitive: any Primitive,
        _ operands: Shape...,
        range: ClosedRange<Float> = -1...1,
        fixed: [Int: [Float]] = [:],
        note: String = "",
        derived: @escaping @Sendable ([Value], inout Graph) throws -> [Value] = { operands, _ in operands }
    ) {
        self.primitive = primitive
        self.operands = operands
        self.range = range
        self.fixed = fixed
        self.note = note
        self.derived = derived
    }

    var testDescription: String {
        primitive.name + " " + operands.map(\.description).joined(separator: " ") + (note.isEmpty ? "" : " " + note)
    }

    /// Numbers for the operands; neighbours differ by enough that a small step doesn't change which is the largest.
    func numbers() -> [[Float]] {
        var generator = TestNumbers(operands.map(\.volume).reduce(7, +))
        return operands.enumerated().map { index, shape in
            if let fixed = fixed[index] { return fixed }
            // Distinct levels in a shuffled order, none within half a level of zero.
            let count = shape.volume
            var levels = (0..<count).map { (Float($0) + 0.5) / Float(max(count, 1)) }
            for place in levels.indices.reversed() {
                let other = Int(generator.next(in: 0...Float(place) + 0.999))
                levels.swapAt(place, min(other, place))
            }
            return levels.map { range.lowerBound + $0 * (range.upperBound - range.lowerBound) }
        }
    }

    static let all: [PrimitiveCase] =
        elementwise + arrangement + reduction + convolution + pooling + recurrent + alignment

    /// The cases that have operands to differentiate by.
    static let differentiable = all.filter { !$0.operands.isEmpty }

    private static let elementwise: [PrimitiveCase] = [
        PrimitiveCase(Addition(), [2, 3], [2, 3]),
        PrimitiveCase(Subtraction(), [2, 3], [2, 3]),
        PrimitiveCase(Multiplication(), [2, 3], [2, 3]),
        PrimitiveCase(Division(), [2, 3], [2, 3], range: 0.7...2),
        PrimitiveCase(Negation(), [5]),
        PrimitiveCase(Exponential(), [7]),
        PrimitiveCase(Logarithm(), [7], range: 0.5...3),
        PrimitiveCase(SquareRoot(), [7], range: 0.5...3),
        PrimitiveCase(HyperbolicTangent(), [9], range: -2...2),
        PrimitiveCase(Sigmoid(), [9], range: -3...3),
        PrimitiveCase(ErrorFunction(), [9], range: -2...2),
        PrimitiveCase(Sine(), [9], range: -3...3),
        PrimitiveCase(Cosine(), [9], range: -3...3),
        PrimitiveCase(Power(exponent: 2), [9], range: -2...2),
        PrimitiveCase(Power(exponent: -1.5), [9], range: 0.5...2),
        PrimitiveCase(Rectifier(), [6]),
        PrimitiveCase(Positive(), [6]),
        PrimitiveCase(Floor(), [6], fixed: [0: [-1.7, -0.4, 0.3, 0.8, 1.2, 7.5]]),
        PrimitiveCase(StopGradient(), [4], fixed: [0: [0.3, -0.2, 1, 2]]),
        PrimitiveCase(Scale(factor: -2.5), [4]),
        PrimitiveCase(Offset(amount: 3), [4]),
        PrimitiveCase(PairwiseMaximum(), [2, 3], [2, 3], fixed: [1: [0.1, -0.3, 0.6, -0.7, 0.2, 0.3]]),
        PrimitiveCase(PairwiseMinimum(), [2, 3], [2, 3], fixed: [1: [0.1, -0.3, 0.6, -0.7, 0.2, 0.3]]),
    ]

    private static let arrangement: [PrimitiveCase] = [
        PrimitiveCase(Input(label: "x", shape: [2])),
        PrimitiveCase(Constant(number: 4, shape: [2, 2])),
        PrimitiveCase(Literal(tensor: Tensor([2, 2], [1, 2, 3, 4]))),
        PrimitiveCase(ReplicaSum(), [2, 3]),
        PrimitiveCase(Reshape(shape: [3, 2]), [2, 3]),
        PrimitiveCase(Transpose(permutation: [2, 0, 1]), [2, 3, 4]),
        PrimitiveCase(Transpose(permutation: [1, 0]), [1, 5], note: "moving only an extent of one"),
        PrimitiveCase(Slice(axis: 0, range: 1..<3), [4, 3]),
        PrimitiveCase(Slice(axis: 1, range: 1..<3), [2, 4, 3]),
        PrimitiveCase(Pad(axis: 1, before: 1, after: 2), [2, 3, 2]),
        PrimitiveCase(Concatenation(axis: 1), [2, 3], [2, 1], [2, 2]),
        PrimitiveCase(Reverse(axis: 1), [2, 3, 4]),
        PrimitiveCase(Broadcast(shape: [4, 2, 3]), [2, 3]),
        PrimitiveCase(Broadcast(shape: [2, 3, 4]), [2, 1, 4]),
        PrimitiveCase(Broadcast(shape: [2, 3]), []),
        PrimitiveCase(OneHot(classes: 4), [2, 2], fixed: [0: [0, 3, 1, 7]]),
        PrimitiveCase(Gather(), [2, 3], [5, 4], fixed: [0: [0, 4, 2, 2, 9, 1]]),
        PrimitiveCase(ScatterAdd(rows: 5), [2, 3], [2, 3, 4], fixed: [0: [0, 4, 2, 2, 9, 1]]),
        PrimitiveCase(RandomNormal(shape: [3, 3], stream: 1), [4], fixed: [0: [1, 2, 3, 65535]]),
        PrimitiveCase(RandomUniform(shape: [3, 3], stream: 2), [4], fixed: [0: [1, 2, 3, 65535]]),
    ]

    private static let reduction: [PrimitiveCase] = [
        PrimitiveCase(Sum(axes: [0]), [5, 3]),
        PrimitiveCase(Sum(axes: [1]), [3, 37]),
        PrimitiveCase(Sum(axes: [0, 2]), [2, 3, 4]),
        PrimitiveCase(Sum(axes: [0, 1]), [5, 60, 3], note: "in groups of rows"),
        PrimitiveCase(LogSoftmax(), [3, 5]),
        PrimitiveCase(Softmax(), [3, 5]),
        PrimitiveCase(MatrixProduct(transposesLeft: false, transposesRight: false), [2, 3], [3, 4]),
        PrimitiveCase(MatrixProduct(transposesLeft: true, transposesRight: false), [3, 2], [3, 4]),
        PrimitiveCase(MatrixProduct(transposesLeft: false, transposesRight: true), [2, 3], [4, 3]),
        PrimitiveCase(MatrixProduct(transposesLeft: true, transposesRight: true), [3, 2], [4, 3]),
        PrimitiveCase(BatchProduct(transposesLeft: false, transposesRight: false), [2, 2, 3], [2, 3, 4]),
        PrimitiveCase(BatchProduct(transposesLeft: true, transposesRight: false), [2, 3, 2], [2, 3, 4]),
        PrimitiveCase(BatchProduct(transposesLeft: false, transposesRight: true), [2, 2, 3], [2, 4, 3]),
        PrimitiveCase(BatchProduct(transposesLeft: true, transposesRight: true), [2, 3, 2], [2, 4, 3]),
    ]

    private static let window = Window2D(
        (3, 2),
        strides: (2, 1),
        padding: Padding2D(top: 1, bottom: 0, left: 0, right: 1)
    )

    private static let convolution: [PrimitiveCase] = [
        PrimitiveCase(Convolution2D(window: window), [2, 6, 5, 3], [3, 2, 3, 4]),
        PrimitiveCase(
            Convolution2D(window: Window2D((2, 2), strides: (3, 3), padding: Padding2D())),
            [1, 6, 7, 1],
            [2, 2, 1, 2],
            note: "with pixels that no window reaches"
        ),
        PrimitiveCase(
            Convolution2D(window: Window2D((3, 2), strides: (1, 1), padding: Padding2D(top: 1), dilation: (2, 3))),
            [2, 6, 5, 3],
            [3, 2, 3, 4],
            note: "under a dilated window"
        ),
        PrimitiveCase(Convolution2D(window: window), [2, 6, 5, 4], [3, 2, 1, 4], note: "channel by channel"),
        PrimitiveCase(Convolution2D(window: window), [2, 6, 5, 4], [3, 2, 2, 6], note: "in two groups"),
        PrimitiveCase(Convolution2DImageGradient(window: window, image: [2, 6, 5, 3]), [2, 3, 5, 4], [3, 2, 3, 4]),
        PrimitiveCase(Convolution2DKernelGradient(window: window, kernel: [3, 2, 3, 4]), [2, 6, 5, 3], [2, 3, 5, 4]),
    ]

    private static let overlapping = Window2D(
        (3, 3),
        strides: (2, 2),
        padding: Padding2D(top: 1, bottom: 1, left: 0, right: 1)
    )

    private static let tiles = Window2D((2, 2), strides: (2, 2), padding: Padding2D())

    private static let pooling: [PrimitiveCase] = [
        PrimitiveCase(MaxPool2D(window: overlapping), [2, 5, 4, 3]),
        PrimitiveCase(MaxPool2DScatter(window: overlapping), [2, 5, 4, 3], [2, 3, 2, 3]) { operands, graph in
            let pooled = try graph.append(MaxPool2D(window: overlapping), operands[0])
            return [operands[0], pooled, operands[1]]
        },
        PrimitiveCase(MaxPool2DGather(window: overlapping), [2, 5, 4, 3], [2, 5, 4, 3]) { operands, graph in
            let pooled = try graph.append(MaxPool2D(window: overlapping), operands[0])
            return [operands[0], pooled, operands[1]]
        },
        PrimitiveCase(MaxPool2D(window: tiles), [2, 5, 4, 16], note: "in tiles of 16 channels"),
        PrimitiveCase(MaxPool2DScatter(window: tiles), [2, 5, 4, 16], [2, 2, 2, 16]) { operands, graph in
            let pooled = try graph.append(MaxPool2D(window: tiles), operands[0])
            return [operands[0], pooled, operands[1]]
        },
        PrimitiveCase(AveragePool2D(window: overlapping), [2, 5, 4, 3]),
        PrimitiveCase(AveragePool2DSpread(window: overlapping, image: [2, 5, 4, 3]), [2, 3, 2, 3]),
    ]

    private static let recurrent: [PrimitiveCase] = [
        PrimitiveCase(MaskedSteps(reversed: true, zeroesMasked: false), [2, 3], fixed: [0: [1, 0, 1, 0, 0, 0]]),
        PrimitiveCase(GRUSequence(resetsAfter: true), [3, 2, 12], [2, 4], [4, 12], [12]),
        PrimitiveCase(GRUSequence(resetsAfter: false), [3, 2, 12], [2, 4], [4, 12]),
        PrimitiveCase(GRUSequenceGradient(resetsAfter: true), [3, 2, 12], [2, 4], [4, 12], [12], [4, 2, 4]) {
            operands,
            graph in
            let results = try graph.append(GRUSequence(resetsAfter: true), to: Array(operands[..<4]))
            return results + [operands[2], operands[4]]
        },
        PrimitiveCase(GRUSequenceGradient(resetsAfter: false), [3, 2, 12], [2, 4], [4, 12], [4, 2, 4]) {
            operands,
            graph in
            let results = try graph.append(GRUSequence(resetsAfter: false), to: Array(operands[..<3]))
            return results + [operands[2], operands[3]]
        },
        PrimitiveCase(LSTMSequence(), [3, 2, 16], [2, 4], [2, 4], [4, 16]),
        PrimitiveCase(LSTMSequenceGradient(), [3, 2, 16], [2, 4], [2, 4], [4, 16], [4, 2, 4], [4, 2, 4]) {
            operands,
            graph in
            let results = try graph.append(LSTMSequence(), to: Array(operands[..<4]))
            return [results[1], results[2]] + operands[3...]
        },
        PrimitiveCase(SimpleRNNSequence(), [3, 2, 4], [2, 4], [4, 4]),
        PrimitiveCase(SimpleRNNSequenceGradient(), [3, 2, 4], [2, 4], [4, 4], [4, 2, 4]) { operands, graph in
            let results = try graph.append(SimpleRNNSequence(), to: Array(operands[..<3]))
            return results + operands[2...]
        },
    ]

    private static let alignment: [PrimitiveCase] = [
        PrimitiveCase(
            CTCLoss(),
            [2, 4, 4],
            [2, 2],
            [2, 4],
            fixed: [1: [1, 2, 3, 0], 2: [1, 1, 1, 1, 1, 0, 1, 1]]
        ),
        PrimitiveCase(
            CTCLoss(zeroesInfinity: true),
            [1, 4, 3],
            [1, 2],
            [1, 4],
            fixed: [1: [1, 1], 2: [1, 1, 1, 1]],
            note: "of a repeated label"
        ),
        PrimitiveCase(
            CTCLoss(),
            [2, 3, 2],
            [2, 1],
            [2, 3],
            fixed: [1: [0, 1], 2: [1, 1, 1, 0, 1, 1]],
            note: "of one or none"
        ),
        PrimitiveCase(
            CTCLossGradient(),
            [2, 4, 4],
            [2, 2],
            [2, 4],
            [2],
            fixed: [1: [1, 2, 3, 0], 2: [1, 1, 1, 1, 1, 0, 1, 1]]
        ),
    ]
}
