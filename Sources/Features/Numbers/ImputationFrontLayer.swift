public import JSON

/// Fills holes, with scikit-learn's numbers (`SimpleImputer`), which Keras lacks: a NaN among numbers, an empty word
/// among words.
///
/// `strategy` is `mean`, `median`, `most_frequent` or `constant` (with `fill_value`); with `add_indicator` a row has
/// behind its numbers a 1 or 0 for each place that had a hole in training. Each place of a row has a value of its own.
public struct ImputationFrontLayer: LearningFrontLayer {
    /// The class name.
    public static let name = "Imputation"

    enum Strategy: String, Sendable, CaseIterable {
        case mean, median
        case mostFrequent = "most_frequent"
        case constant
    }

    /// What holes are filled with.
    enum Fill: Sendable, Equatable {
        /// A number for each place.
        case numbers([Float])
        /// A word for each place.
        case words([String])
    }

    /// What was learned: what each place is filled with, and which places have an indicator.
    struct Known: Sendable, Equatable {
        var fill: Fill
        var indicated: [Int]
    }

    let title: String
    let strategy: Strategy
    private let fillNumber: Double?
    private let fillWord: String?
    let addsIndicator: Bool
    private(set) var known: Known?

    /// Reads `strategy`, `fill_value` (of `constant`: 0 and `missing_value` unless given) and `add_indicator`.
    public init(reading arguments: inout ObjectReader) {
        title = layerTitle(Self.name, arguments)
        strategy = arguments.choice("strategy", default: .mean)
        if let value = arguments.optionalValue("fill_value") {
            fillNumber = value.kind == .string ? nil : arguments.optionalDouble("fill_value")
            fillWord = value.kind == .string ? arguments.optionalString("fill_value") : nil
            if strategy != .constant {
                arguments.fault(
                    at: "fill_value",
                    "is for the strategy constant, found \(quoted(strategy.rawValue))"
                )
            }
        } else {
            (fillNumber, fillWord) = (nil, nil)
        }
        addsIndicator = arguments.bool("add_indicator", default: false)
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("strategy", strategy.rawValue)
        if let fillWord { json.field("fill_value", fillWord) } else { json.field("fill_value", fillNumber) }
        json.field("add_indicator", addsIndicator)
    }

    /// The same shape; with indicators one axis, longer by as many as there are.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        let input = try inputs.single(of: [.float, .integer, .byte, .string], "numbers or words", for: title)
        if input.element == .string {
            guard strategy == .mostFrequent || strategy == .constant else {
                throw FrontError(
                    "\(title) can't take the \(strategy.rawValue) of words; its strategy may be most_frequent or constant"
                )
            }
            guard !addsIndicator else {
                throw FrontError(
                    "\(title) can't put indicators, which are numbers, behind words; leave add_indicator out"
                )
            }
            guard fillNumber == nil else { throw FrontError("\(title) has a number as fill_value, but takes words") }
            return FrontType(.string, input.shape)
        }
        guard fillWord == nil else { throw FrontError("\(title) has a word as fill_value, but takes \(input)") }
        guard addsIndicator else { return FrontType(.float, input.shape, sampleRate: input.sampleRate) }
        guard input.shape.count <= 1 else {
            throw FrontError("\(title) puts indicators only behind rows of one axis, found \(input)")
        }
        guard let count = input.volume, let known else { return FrontType(.float, [nil]) }
        return FrontType(.float, [count + known.indicated.count])
    }

    /// Fills.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        if case .strings(let words) = inputs[0].content { return try filled(words, inputs[0].shape, &pass) }
        guard var numbers = inputs[0].floats else { throw FrontError("\(title) takes numbers or words") }
        var holes: [Int] = []
        for index in numbers.indices where numbers[index].isNaN { holes.append(index) }
        if !holes.isEmpty {
            if let known {
                guard case .numbers(let fill) = known.fill, fill.count == numbers.count || fill.count == 1 else {
                    throw FrontError("\(title) learned of other rows than this one of \(numbers.count) numbers")
                }
                for hole in holes { numbers[hole] = fill.count == 1 ? fill[0] : fill[hole] }
            } else if strategy == .constant, !addsIndicator {
                for hole in holes { numbers[hole] = Float(fillNumber ?? 0) }
            } else {
                throw notLearned
            }
            pass.note("\(title) filled a missing value with \(numbers[holes[0]])")
        }
        guard addsIndicator else { return FrontValue(.floats(numbers), inputs[0].shape) }
        guard let known else { throw notLearned }
        let missing = Set(holes)
        numbers.append(contentsOf: known.indicated.map { missing.contains($0) ? 1 : 0 })
        return FrontValue(.floats(numbers), [numbers.count])
    }

    private func filled(_ words: [String], _ shape: [Int], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        guard words.contains(where: \.isEmpty) else { return FrontValue(.strings(words), shape) }
        var words = words
        for index in words.indices where words[index].isEmpty {
            if strategy == .constant {
                words[index] = fillWord ?? "missing_value"
            } else {
                guard case .words(let fill)? = known?.fill, fill.count == words.count else { throw notLearned }
                words[index] = fill[index]
            }
            let word = words[index]
            pass.note("\(title) filled a missing value with \(quoted(word))")
        }
        return FrontValue(.strings(words), shape)
    }

    private var notLearned: FrontError {
        FrontError("\(title) doesn't know yet what to fill holes with; train the model, or use the strategy constant")
    }

    // MARK: Learning

    /// Whether it is known what holes are filled with; of a constant without indicators it always is.
    public var hasLearned: Bool { known != nil || (strategy == .constant && !addsIndicator) }

    /// Gathers what the strategy needs.
    public func learner(for inputs: [FrontType]) throws(FrontError) -> any FrontLearner {
        _ = try output(for: inputs)
        return ImputationLearner(of: self)
    }

    /// The constant that numbers are filled with.
    var constant: Float { Float(fillNumber ?? 0) }
    /// The constant that words are filled with.
    var constantWord: String { fillWord ?? "missing_value" }

    /// The layer that has learned.
    func with(_ known: Known) -> ImputationFrontLayer {
        var copy = self
        copy.known = known
        return copy
    }

    /// Writes what holes are filled with, and the places with an indicator.
    public func writeState(to json: inout JSONWriter) {
        guard let known else { return }
        writeSummary(to: &json)
        json.field("indicated", known.indicated)
    }

    /// The layer with what `writeState` wrote.
    public func restored(from state: JSONValue) throws(Fault) -> ImputationFrontLayer {
        guard let statistics = state["statistics"] else { return self }
        let indicated = try state.numbers("indicated").map { Int($0) }
        guard statistics.elements.first(where: { _ in true })?.kind == .string else {
            return with(Known(fill: .numbers(try state.numbers("statistics")), indicated: indicated))
        }
        var words: [String] = []
        for element in statistics.elements { words.append(try element.string()) }
        return with(Known(fill: .words(words), indicated: indicated))
    }

    /// Writes `statistics`, scikit-learn's name: what each place is filled with.
    public func writeSummary(to json: inout JSONWriter) {
        switch known?.fill {
        case .numbers(let numbers): json.field("statistics", numbers)
        case .words(let words): json.field("statistics", words)
        case nil: break
        }
    }
}
