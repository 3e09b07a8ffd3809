import JSON

/// Gathers for each place of a row what an `Imputation` fills its holes with.
struct ImputationLearner: FrontLearner {
    private let layer: ImputationFrontLayer
    private var places: [Place] = []

    /// Up to how many values of a place a median is exact; a longer column's is within a thousandth of its ranks.
    private static let exactValues = QuantileSummary.blockSize
    /// For how many places medians and most frequent values may be gathered.
    private static let greatestPlaces = 1024

    private struct Place {
        var hasHoles = false
        var count = 0.0
        var sum = 0.0
        var values: [Float] = []
        /// Takes the place of `values` once there are too many.
        var summary: QuantileSummary?
        var numberCounts: [UInt32: Int] = [:]
        var words = TokenTable()
        var wordCounts: [Int] = []
    }

    init(of layer: ImputationFrontLayer) { self.layer = layer }

    mutating func add(_ inputs: [FrontValue]) throws(FrontError) {
        if case .strings(let words) = inputs[0].content {
            try prepare(words.count)
            for (index, word) in words.enumerated() { try add(word, at: index) }
            return
        }
        guard let numbers = inputs[0].floats else { throw FrontError("\(layer.title) takes numbers or words") }
        try prepare(numbers.count)
        for (index, number) in numbers.enumerated() { try add(number, at: index) }
    }

    private mutating func prepare(_ count: Int) throws(FrontError) {
        if places.isEmpty {
            guard count <= Self.greatestPlaces || layer.strategy == .mean || layer.strategy == .constant else {
                throw FrontError(
                    "\(layer.title) takes the \(layer.strategy.rawValue) of at most \(Self.greatestPlaces) values a row, "
                        + "found \(count); use the strategy mean or constant"
                )
            }
            places = Array(repeating: Place(), count: count)
        }
        guard places.count == count else {
            throw FrontError("\(layer.title) learned of rows with \(places.count) values, found one with \(count)")
        }
    }

    private mutating func add(_ number: Float, at index: Int) throws(FrontError) {
        guard !number.isNaN else {
            places[index].hasHoles = true
            return
        }
        guard number.isFinite else { return }
        switch layer.strategy {
        case .constant: return
        case .mean: places[index].sum += Double(number)
        case .median:
            if places[index].summary != nil {
                places[index].summary?.add(number)
            } else {
                places[index].values.append(number)
                guard places[index].values.count >= Self.exactValues else { break }
                var summary = QuantileSummary(epsilon: 0.0005)
                for value in places[index].values { summary.add(value) }
                places[index].summary = summary
                places[index].values = []
            }
        case .mostFrequent:
            // Zero and minus zero are one number.
            places[index].numberCounts[(number == 0 ? 0 : number).bitPattern, default: 0] += 1
            if places[index].numberCounts.count > IndexLookup.greatestVocabulary { throw tooMany }
        }
        places[index].count += 1
    }

    private mutating func add(_ word: String, at index: Int) throws(FrontError) {
        guard !word.isEmpty else {
            places[index].hasHoles = true
            return
        }
        guard layer.strategy == .mostFrequent else { return }
        let (number, isNew) = places[index].words.insert(word)
        if isNew { places[index].wordCounts.append(0) }
        places[index].wordCounts[number] += 1
        if places[index].words.count > IndexLookup.greatestVocabulary { throw tooMany }
    }

    private var tooMany: FrontError {
        FrontError(
            "\(layer.title) met more than \(IndexLookup.greatestVocabulary) different values; use the strategy constant"
        )
    }

    consuming func finish() throws(FrontError) -> any LearningFrontLayer {
        var numbers: [Float] = []
        var words: [String] = []
        for place in places {
            if layer.strategy == .constant {
                numbers.append(layer.constant)
            } else if let word = mostFrequentWord(of: place) {
                words.append(word)
            } else {
                guard place.count > 0 else { throw nothingToLearn(layer.title) }
                numbers.append(fill(of: place))
            }
        }
        guard !places.isEmpty else { throw nothingToLearn(layer.title) }
        let indicated = layer.addsIndicator ? places.indices.filter { places[$0].hasHoles } : []
        guard !words.isEmpty else { return layer.with(.init(fill: .numbers(numbers), indicated: indicated)) }
        guard numbers.isEmpty else { throw nothingToLearn(layer.title) }
        return layer.with(.init(fill: .words(words), indicated: indicated))
    }

    /// The most frequent word, of equally frequent ones the least.
    private func mostFrequentWord(of place: Place) -> String? {
        var best: Int?
        for number in place.wordCounts.indices {
            guard let other = best else {
                best = number
                continue
            }
            let difference = place.wordCounts[number] - place.wordCounts[other]
            if difference > 0 || (difference == 0 && place.words.precedes(number, other)) { best = number }
        }
        return best.map { place.words[$0] }
    }

    private func fill(of place: Place) -> Float {
        switch layer.strategy {
        case .mean, .constant: return Float(place.sum / place.count)
        case .median:
            if let summary = place.summary { return summary.boundaries(bins: 2).first ?? 0 }
            let sorted = place.values.sorted()
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        case .mostFrequent:
            let most = place.numberCounts.max { left, right in
                if left.value != right.value { return left.value < right.value }
                return Float(bitPattern: left.key) > Float(bitPattern: right.key)
            }
            return most.map { Float(bitPattern: $0.key) } ?? 0
        }
    }
}
