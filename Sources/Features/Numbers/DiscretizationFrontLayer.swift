public import JSON

/// Keras's `Discretization`: numbers to bins, by boundaries that are given or learned; a number on a boundary belongs to
/// the bin above it.
///
/// Holes have no bin: they are not learned, and refused; an `Imputation` in front fills them.
public struct DiscretizationFrontLayer: LearningFrontLayer {
    /// Keras's class name.
    public static let name = "Discretization"

    private let title: String
    private let given: [Float]?
    private let bins: Int?
    private let epsilon: Double
    private let mode: CategoryMode
    private let isSparse: Bool
    /// The boundaries in rising order, one fewer than there are bins; nil before they are known.
    private(set) var boundaries: [Float]?

    /// How many bins there may be.
    private static let greatestBins = 1 << 20

    /// Reads `bin_boundaries` or `num_bins`, `epsilon`, `output_mode`, and `sparse`, which changes nothing here.
    public init(reading arguments: inout ObjectReader) {
        title = layerTitle(Self.name, arguments)
        bins = arguments.optionalInt("num_bins", in: 1...Self.greatestBins)
        epsilon = arguments.double("epsilon", in: .from(1e-6, through: 1), default: 0.01)
        let modes: [CategoryMode] = [.int, .oneHot, .multiHot, .count]
        let word = arguments.choice("output_mode", among: modes.map(\.rawValue), default: CategoryMode.int.rawValue)
        mode = CategoryMode(rawValue: word) ?? .int
        isSparse = arguments.bool("sparse", default: false)
        if arguments.optionalValue("bin_boundaries") != nil {
            let boundaries = arguments.array("bin_boundaries", count: 1...Self.greatestBins) { value, faults in
                Float(faults.collect { () throws(Fault) in try value.double(in: .any) } ?? 0)
            }
            if zip(boundaries, boundaries.dropFirst()).contains(where: { $0 > $1 }) {
                arguments.fault(at: "bin_boundaries", "expected boundaries in rising order")
            }
            given = boundaries
        } else {
            given = nil
        }
        if (bins == nil) == (given == nil) {
            arguments.fault(
                at: "num_bins",
                "expected either \"num_bins\" or \"bin_boundaries\", found \(bins == nil ? "neither" : "both")"
            )
        }
        boundaries = given
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("bin_boundaries", given)
        json.field("num_bins", bins)
        json.field("epsilon", epsilon)
        json.field("output_mode", mode.rawValue)
        json.field("sparse", isSparse)
    }

    /// Whole numbers in mode `int`, else numbers as wide as there are bins.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        let input = try inputs.single(of: [.float, .integer, .byte], "numbers", for: title)
        if mode == .int { return FrontType(.integer, input.shape) }
        let width = Extent(boundaries.map { $0.count + 1 })
        return FrontType(.float, mode.shape(of: input.shape.map(Extent.init), width: width).map(\.value))
    }

    /// Finds the bins.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        guard let boundaries else {
            throw FrontError("\(title) has no boundaries yet; give it \"bin_boundaries\", or train the model")
        }
        guard let numbers = inputs[0].floats else { throw FrontError("\(title) takes numbers, found words") }
        var places: [Int] = []
        places.reserveCapacity(numbers.count)
        for number in numbers {
            guard !number.isNaN else {
                throw FrontError("\(title) found no value and has no bin for that; put an Imputation in front of it")
            }
            places.append(boundaries.countBelow { $0 <= number })
        }
        return mode.encoded(places, inputs[0].shape, width: boundaries.count + 1)
    }

    // MARK: Learning

    /// Whether there are boundaries.
    public var hasLearned: Bool { boundaries != nil }

    /// Gathers the numbers, holes left out.
    public func learner(for inputs: [FrontType]) throws(FrontError) -> any FrontLearner {
        _ = try inputs.single(of: [.float, .integer, .byte], "numbers", for: title)
        return Learner(layer: self, summary: QuantileSummary(epsilon: epsilon))
    }

    /// Writes the boundaries.
    public func writeState(to json: inout JSONWriter) { writeSummary(to: &json) }

    /// The layer with boundaries.
    public func restored(from state: JSONValue) throws(Fault) -> DiscretizationFrontLayer {
        var copy = self
        copy.boundaries = try state.numbers("bin_boundaries")
        return copy
    }

    /// Writes `bin_boundaries`.
    public func writeSummary(to json: inout JSONWriter) { json.field("bin_boundaries", ifPresent: boundaries) }

    private struct Learner: FrontLearner {
        var layer: DiscretizationFrontLayer
        var summary: QuantileSummary
        var hasValues = false

        init(layer: DiscretizationFrontLayer, summary: QuantileSummary) {
            (self.layer, self.summary) = (layer, summary)
        }

        mutating func add(_ inputs: [FrontValue]) throws(FrontError) {
            guard let numbers = inputs[0].floats else { throw FrontError("\(layer.title) takes numbers, found words") }
            for number in numbers where number.isFinite {
                summary.add(number)
                hasValues = true
            }
        }

        consuming func finish() throws(FrontError) -> any LearningFrontLayer {
            guard hasValues else { throw nothingToLearn(layer.title) }
            layer.boundaries = summary.boundaries(bins: layer.bins ?? 1)
            return layer
        }
    }
}

/// The refusal of training rows that are all holes.
func nothingToLearn(_ title: String) -> FrontError {
    FrontError("\(title) has nothing to learn: the training rows have no value there; leave the column out")
}

extension JSONValue {
    /// The numbers of a field of a layer's state.
    func numbers(_ key: String) throws(Fault) -> [Float] {
        guard let array = self[key] else { throw Fault(pointer: pointer, detail: "\(quoted(key)) is missing") }
        var numbers: [Float] = []
        for element in try array.array() { numbers.append(Float(try element.double())) }
        return numbers
    }
}
