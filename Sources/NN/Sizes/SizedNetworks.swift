public import JSON
import Synchronization

/// A network whose inputs have open extents, as a network for the rows of each size.
///
/// Weights know no length, so every size is a network of its own with the same weights. Sequences may be padded to a
/// common length where what stands behind a row's end shows nowhere in its answer, since masks tell the steps that
/// count; whether that is so is asked of the network itself (`PaddingProbe`). Where it isn't, as behind a convolution
/// over the steps, and for images, rows of equal size go together and nothing is padded.
public final class SizedNetworks: Sendable {
    private let definition: ModelDefinition
    private let limits: Limits
    /// Networks for two sizes.
    private let examples: (Network, Network)
    private let isPadded = Mutex<Bool?>(nil)
    /// The networks of late, by their size.
    private let known = Mutex<[BatchSize: Network]>([:])
    /// How many of them are kept.
    private static let knownLimit = 64

    init(_ one: Network, _ other: Network) {
        (definition, limits) = (one.definition, one.limits)
        examples = (one, other)
    }

    /// The network for rows of another size than those that the network itself shows.
    public var other: Network { examples.1 }

    /// The inputs' shapes as they were defined.
    public var inputShapes: [OpenShape] { examples.0.inputs.map(\.openShape) }

    /// A shape that is told of a network, open where it differs from size to size.
    public func shape(_ tell: (Network) -> Shape) -> OpenShape { OpenShape(tell(examples.0), tell(examples.1)) }

    /// Whether sequences of unequal length may go in one batch, padded.
    ///
    /// - Throws: What keeps the network from being compiled.
    public func padsSequences() throws -> Bool {
        try isPadded.withLock { known in
            if let known { return known }
            let found = try PaddingProbe.allowsPadding(of: examples, in: self)
            known = found
            return found
        }
    }

    /// The inputs whose rows are padded where any are: the sequences of any length.
    public var sequences: [Int] { inputShapes.indices.filter { inputShapes[$0].isSequence } }

    /// The network for rows of one size.
    ///
    /// - Parameter size: The inputs' shapes.
    /// - Returns: The network; where sequences are padded, it takes behind its inputs which steps of each count.
    /// - Throws: `FaultyInput` where the layers don't take rows of that size.
    public func network(for size: BatchSize) throws(FaultyInput) -> Network {
        let key = BatchSize(inputs: size.inputs, isPadded: size.isPadded)
        if let network = known.withLock({ $0[key] }) { return network }
        let made = try makeNetwork(for: key)
        known.withLock { known in
            if known.count >= Self.knownLimit { known.removeAll() }
            known[key] = made
        }
        return made
    }

    private func makeNetwork(for size: BatchSize) throws(FaultyInput) -> Network {
        let shapes = size.inputs
        let network = try Network(definition, limits: limits) { number, shape in
            shapes.indices.contains(number) && shape.allows(shapes[number]) ? shapes[number] : shape.filled(with: 1)
        }
        for (own, known) in zip(network.parameters, examples.0.parameters) where own.shape != known.shape {
            throw FaultyInput(
                Fault(
                    pointer: "",
                    detail:
                        "\"\(own.name)\" would be \(own.shape) for rows of \(size), and the model has \(known.shape)"
                )
            )
        }
        return size.isPadded ? network.masked(sequences) : network
    }

    /// The size in which a row is answered, by itself or beside rows of the same: that of its bucket of lengths where
    /// sequences are padded, else its own.
    ///
    /// - Parameter inputs: The shapes of the row's inputs.
    /// - Returns: The size, which follows from the row alone.
    /// - Throws: What keeps the network from being compiled.
    public func bucket(for inputs: [Shape]) throws -> BatchSize {
        guard try padsSequences() else { return BatchSize(inputs: inputs, isPadded: false) }
        return BatchSize(inputs: bucketed(inputs), isPadded: true)
    }

    /// The shapes of inputs whose sequences are as long as the bucket of their length.
    func bucketed(_ inputs: [Shape]) -> [Shape] {
        zip(inputs, inputShapes).map { shape, open in
            open.isSequence ? shape.replacing(axis: 0, with: LengthBucket.length(for: shape[0])) : shape
        }
    }
}

/// The size of the rows of a batch.
public struct BatchSize: Hashable, Sendable, CustomStringConvertible {
    /// The shapes of the inputs.
    public let inputs: [Shape]
    /// The shapes of the targets; none where nothing is learned.
    public var targets: [Shape] = []
    /// Whether rows may be shorter: behind the inputs of a row then stands, for each sequence, which of its steps count.
    public let isPadded: Bool

    /// A size of inputs alone.
    public init(inputs: [Shape], isPadded: Bool) { (self.inputs, self.isPadded) = (inputs, isPadded) }

    /// A size of inputs and targets.
    public init(inputs: [Shape], targets: [Shape], isPadded: Bool) {
        (self.inputs, self.targets, self.isPadded) = (inputs, targets, isPadded)
    }

    /// The shapes in words.
    public var description: String { inputs.map(\.description).joined(separator: " and ") }
}

/// The lengths to which sequences are padded: powers of two and the halves between, so that at most a third of a row is
/// padding, and a sixth where lengths lie evenly.
enum LengthBucket {
    /// The least of them that holds so many steps.
    static func length(for steps: Int) -> Int {
        guard steps > 2 else { return max(steps, 1) }
        let power = 1 << (Int.bitWidth - (steps - 1).leadingZeroBitCount)
        return steps <= power / 4 * 3 ? power / 4 * 3 : power
    }
}

extension Network {
    /// What stands for open extents, in the order in which they are tried.
    static let openExtents = [8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024, 6, 4, 3, 2, 1]

    /// The networks of an open definition for two sizes.
    ///
    /// - Throws: `FaultyInput` with what fits no size, and with every layer whose weights depend on it.
    static func openPair(
        _ definition: ModelDefinition,
        limits: Limits
    ) throws(FaultyInput) -> (Network, Network) {
        var found: Network?
        var misfit = Faults()
        for extent in openExtents {
            let network: Network
            do throws(FaultyInput) {
                network = try Network(definition, limits: limits) { _, shape in shape.filled(with: extent) }
            } catch {
                guard extent == openExtents.max() else { continue }
                for fault in error.faults {
                    misfit.add(fault.pointer, "\(fault.detail) (with \(extent) for each null)")
                }
                continue
            }
            guard let first = found else {
                found = network
                continue
            }
            try first.checkWeights(agreeWith: network)
            return (first, network)
        }
        if misfit.isEmpty {
            misfit.add("/input_shape", "the layers fit one size of rows alone; give numbers in place of null")
        }
        try misfit.check()
        preconditionFailure("faults that are none")
    }

    /// Refuses layers whose weights differ between two sizes.
    private func checkWeights(agreeWith other: Network) throws(FaultyInput) {
        var faults = Faults()
        for (place, node) in nodes.enumerated() {
            let differing = node.parameters.first { parameters[$0].shape != other.parameters[$0].shape }
            guard let differing else { continue }
            faults.add(
                "/layers/\(place)",
                "\"\(layers[place].name)\" needs to know the extents that are null: \"\(parameters[differing].name)\" "
                    + "would be \(parameters[differing].shape) for one size of rows and "
                    + "\(other.parameters[differing].shape) for another; give numbers in their place, or put a layer before "
                    + "it whose result has one size, such as a recurrent layer without return_sequences or a global pooling"
            )
        }
        try faults.check()
    }

    /// The same network, which takes behind its inputs which steps of some of them count, `[T]` each.
    func masked(_ sequences: [Int]) -> Network {
        var inputs = self.inputs
        for number in sequences {
            inputs[number].mask = inputs.count
            inputs.append(NetworkInput(name: "mask:\(inputs[number].name)", shape: [inputs[number].shape[0]]))
        }
        return taking(inputs)
    }
}
