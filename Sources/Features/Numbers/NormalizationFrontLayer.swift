public import JSON

/// Keras's `Normalization` behind other front layers: each number minus the mean, over the deviation, of its place along
/// the axes that are kept; with `invert` the other way round.
///
/// Holes are not learned and stay holes. Deviations are of the whole (over N), at least 1e-7. Axis 0 is the batch's.
public struct NormalizationFrontLayer: LearningFrontLayer {
    /// Keras's class name.
    public static let name = "Normalization"

    private let title: String
    /// The axes kept, with the batch in front; nil is none: one mean for all numbers.
    private let axes: [Int]?
    private let axisIsNumber: Bool
    private let given: Given?
    private let isInverted: Bool
    /// What was given or learned, for the places along the kept axes.
    private(set) var moments: Moments?

    /// `mean` and `variance` as the definition gives them.
    private struct Given: Sendable {
        var mean: JSONValue
        var variance: JSONValue
    }

    /// Means and variances, row-major along the kept axes; one of each stands for all places.
    struct Moments: Sendable, Equatable {
        /// In 64 bits: the mean of large numbers lies between those of 32 bits.
        let means: [Double]
        let variances: [Float]
        /// The kept extents; `[]` of one mean for all.
        let shape: [Int]
        /// What a number is divided by.
        let deviations: [Float]

        init(means: [Double], variances: [Float], shape: [Int]) {
            (self.means, self.variances, self.shape) = (means, variances, shape)
            deviations = variances.map { max($0.squareRoot(), 1e-7) }
        }
    }

    /// Reads `axis`, `mean`, `variance` and `invert`.
    public init(reading arguments: inout ObjectReader) {
        title = layerTitle(Self.name, arguments)
        let axis = arguments.optionalValue("axis")
        axisIsNumber = axis?.kind == .number || !arguments.has("axis")
        if let axis, axis.kind == .array {
            axes = arguments.ints("axis", in: -16...16)
        } else {
            axes = arguments.has("axis") ? arguments.optionalInt("axis", in: -16...16).map { [$0] } : [-1]
        }
        if axes?.contains(0) == true {
            arguments.fault(at: "axis", "axis 0 counts the rows; expected one from 1 or counted back from -1")
        }
        isInverted = arguments.bool("invert", default: false)
        let mean = arguments.optionalValue("mean")
        let variance = arguments.optionalValue("variance")
        guard let mean, let variance else {
            if (mean == nil) != (variance == nil) {
                arguments.fault(
                    at: mean == nil ? "mean" : "variance",
                    "missing; expected both \"mean\" and \"variance\", or neither"
                )
            }
            given = nil
            return
        }
        given = Given(mean: mean, variance: variance)
        var means = Self.flat(mean, &arguments.faults).map { Double($0) }
        var variances = Self.flat(variance, &arguments.faults)
        if variances.contains(where: { $0 < 0 }) {
            arguments.fault(at: "variance", "expected numbers of at least 0")
        }
        let counts = Set([means.count, variances.count]).subtracting([1])
        if counts.count > 1 || counts.contains(0) {
            arguments.fault(at: "variance", "expected as many numbers as in \"mean\", \(means.count)")
        }
        let count = counts.max() ?? 1
        if means.count == 1 { means = Array(repeating: means[0], count: count) }
        if variances.count == 1 { variances = Array(repeating: variances[0], count: count) }
        moments = Moments(means: means, variances: variances, shape: counts.isEmpty ? [] : [count])
    }

    /// The numbers of nested arrays, row-major.
    private static func flat(_ value: JSONValue, _ faults: inout Faults) -> [Float] {
        guard value.kind == .array else {
            return [Float(faults.collect { () throws(Fault) in try value.double(in: .any) } ?? 0)]
        }
        return value.elements.flatMap { flat($0, &faults) }
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        switch axes {
        case let axes? where axisIsNumber: json.field("axis", axes.first)
        default: json.field("axis", axes)
        }
        json.field("mean", given?.mean)
        json.field("variance", given?.variance)
        json.field("invert", isInverted)
    }

    /// Numbers of the same shape.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        let input = try inputs.single(of: [.float, .integer, .byte], "numbers", for: title)
        let kept = try keptAxes(rank: input.shape.count).map { input.shape[$0] }
        guard !kept.contains(nil) else {
            throw FrontError(
                "\(title) can't keep an axis in which rows differ, found \(input); choose another \"axis\""
            )
        }
        if let moments, moments.means.count > 1, moments.means.count != kept.reduce(1, { $0 * ($1 ?? 1) }) {
            throw FrontError("\(title) has \(moments.means.count) means, found \(input) along axis \(axes ?? [])")
        }
        return FrontType(.float, input.shape, sampleRate: input.sampleRate)
    }

    /// Normalizes.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        guard let moments else {
            throw FrontError("\(title) has no mean yet; give it \"mean\" and \"variance\", or train the model")
        }
        guard var numbers = inputs[0].floats else { throw FrontError("\(title) takes numbers, found words") }
        if moments.means.count == 1 {
            for index in numbers.indices { numbers[index] = normalized(numbers[index], 0, moments) }
            return FrontValue(.floats(numbers), inputs[0].shape)
        }
        let places = try Places(inputs[0].shape, kept: keptAxes(rank: inputs[0].shape.count))
        guard moments.means.count == places.count else {
            throw FrontError("\(title) has \(moments.means.count) means, found a row of \(places.count) places")
        }
        var walk = places.walk()
        for index in numbers.indices { numbers[index] = normalized(numbers[index], walk.next(), moments) }
        return FrontValue(.floats(numbers), inputs[0].shape)
    }

    private func normalized(_ number: Float, _ place: Int, _ moments: Moments) -> Float {
        let (mean, deviation) = (moments.means[place], moments.deviations[place])
        return isInverted ? Float(Double(number * deviation) + mean) : Float(Double(number) - mean) / deviation
    }

    /// The axes of a row that are kept, in rising order.
    private func keptAxes(rank: Int) throws(FrontError) -> [Int] {
        guard let axes, rank > 0 else { return [] }
        var kept: Set<Int> = []
        for axis in axes {
            let place = axis < 0 ? rank + axis : axis - 1
            guard place >= 0, place < rank else {
                throw FrontError("\(title) has axis \(axis), but rows have \(rank) axes, from 1 to \(rank)")
            }
            kept.insert(place)
        }
        return kept.sorted()
    }

    // MARK: Learning

    /// Whether mean and variance are known.
    public var hasLearned: Bool { moments != nil }

    /// Gathers means and variances.
    public func learner(for inputs: [FrontType]) throws(FrontError) -> any FrontLearner {
        _ = try output(for: inputs)
        return Learner(layer: self)
    }

    /// Writes mean, variance and their shape.
    public func writeState(to json: inout JSONWriter) {
        guard let moments else { return }
        json.field("mean", moments.means)
        json.field("variance", moments.variances)
        json.field("shape", moments.shape)
    }

    /// The layer with mean and variance.
    public func restored(from state: JSONValue) throws(Fault) -> NormalizationFrontLayer {
        var means: [Double] = []
        for element in state["mean"]?.elements.map({ $0 }) ?? [] { means.append(try element.double()) }
        let variances = try state.numbers("variance")
        let shape = try state.numbers("shape").map { Int($0) }
        guard means.count == variances.count, means.count == shape.reduce(1, *), !means.isEmpty else {
            throw Fault(pointer: state.pointer, detail: "mean, variance and shape don't go together")
        }
        var copy = self
        copy.moments = Moments(means: means, variances: variances, shape: shape)
        return copy
    }

    /// Writes `mean` and `variance`, nested by the axes kept.
    public func writeSummary(to json: inout JSONWriter) {
        guard let moments else { return }
        for (key, numbers) in [("mean", moments.means.map { Float($0) }), ("variance", moments.variances)] {
            json.key(key)
            numbers.withUnsafeBufferPointer { json.write($0, shape: moments.shape) }
        }
    }

    private struct Learner: FrontLearner {
        var layer: NormalizationFrontLayer
        private var counts: [Double] = []
        private var means: [Double] = []
        private var squares: [Double] = []
        private var shape: [Int] = []

        init(layer: NormalizationFrontLayer) { self.layer = layer }

        mutating func add(_ inputs: [FrontValue]) throws(FrontError) {
            guard let numbers = inputs[0].floats else { throw FrontError("\(layer.title) takes numbers, found words") }
            let kept = try layer.keptAxes(rank: inputs[0].shape.count)
            let places = Places(inputs[0].shape, kept: kept)
            if counts.isEmpty {
                counts = Array(repeating: 0, count: places.count)
                means = counts
                squares = counts
                shape = kept.map { inputs[0].shape[$0] }
            }
            guard places.count == counts.count else {
                throw FrontError(
                    "\(layer.title) learned of rows with \(counts.count) places, found one with \(places.count)"
                )
            }
            // Welford's way, which loses nothing where means are far from 0.
            var walk = places.walk()
            for number in numbers {
                let place = walk.next()
                guard number.isFinite else { continue }
                counts[place] += 1
                let distance = Double(number) - means[place]
                means[place] += distance / counts[place]
                squares[place] += distance * (Double(number) - means[place])
            }
        }

        consuming func finish() throws(FrontError) -> any LearningFrontLayer {
            guard !counts.isEmpty, !counts.contains(0) else { throw nothingToLearn(layer.title) }
            layer.moments = Moments(
                means: means,
                variances: zip(squares, counts).map { Float(min($0 / $1, Double(Float.greatestFiniteMagnitude))) },
                shape: shape
            )
            return layer
        }
    }
}

/// For each element of a row its place along the axes that are kept.
struct Places {
    /// How many places there are.
    let count: Int
    private let places: [Int]?

    /// Works the places out; where the last axes alone are kept, which is usual, there is nothing to keep in memory.
    init(_ shape: [Int], kept: [Int]) {
        count = kept.reduce(1) { $0 * shape[$1] }
        guard kept != Array(shape.indices.suffix(kept.count)) else {
            places = nil
            return
        }
        var strides = Array(repeating: 0, count: shape.count)
        var stride = 1
        for axis in kept.reversed() {
            strides[axis] = stride
            stride *= shape[axis]
        }
        var places = [0]
        for axis in shape.indices {
            places = places.flatMap { place in (0..<shape[axis]).map { place + $0 * strides[axis] } }
        }
        self.places = places
    }

    /// The places of the elements, from the first one on.
    func walk() -> Walk { Walk(count: count, places: places) }

    /// Goes from element to element; where the last axes are kept that is to count round and round.
    struct Walk {
        fileprivate let count: Int
        fileprivate let places: [Int]?
        private var index = 0

        fileprivate init(count: Int, places: [Int]?) { (self.count, self.places) = (count, places) }

        /// The place of the next element.
        mutating func next() -> Int {
            defer { index += 1 }
            if let places { return places[index] }
            if index == count { index = 0 }
            return index
        }
    }
}
