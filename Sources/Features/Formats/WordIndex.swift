/// Numbers the words of a target column as they appear, and in sorted order once all are known.
struct WordIndex {
    private var numbers: [String: Int] = [:]

    /// The number of a word in the order of appearance; nil if there would be more words than a target may have.
    mutating func number(of word: String) -> Int? {
        if let number = numbers[word] { return number }
        guard numbers.count < TargetScan.mostClasses else { return nil }
        numbers[word] = numbers.count
        return numbers.count - 1
    }

    /// The words in the order of their UTF-8 bytes: the classes from 0 up.
    ///
    /// `true` and `false` in several spellings are two classes.
    var labels: [String] {
        Set(numbers.keys.map(spelling)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// For each number in the order of appearance, its class.
    var classes: [Int] {
        var classes = [Int](repeating: 0, count: numbers.count)
        let places = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
        let spelling = spelling
        for (word, number) in numbers { classes[number] = places[spelling(word)] ?? 0 }
        return classes
    }

    /// The one spelling of a word.
    private var spelling: (String) -> String {
        let isTruth = numbers.count > 2 && numbers.keys.allSatisfy { ["true", "false"].contains($0.lowercased()) }
        return { isTruth ? $0.lowercased() : $0 }
    }

    /// The target of words whose appearance numbers have gone into `sink`, which are renumbered there.
    func finish(in sink: some RowSink) throws -> TargetSummary {
        let (classes, labels) = (classes.map(Float.init), labels)
        try sink.mapTargets { classes[Int($0)] }
        return TargetSummary.classes(labels.count, labels: labels)
    }
}
