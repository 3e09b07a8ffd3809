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
    var labels: [String] {
        numbers.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// For each number in the order of appearance, its class.
    var classes: [Int] {
        var classes = [Int](repeating: 0, count: numbers.count)
        for (index, word) in labels.enumerated() {
            if let number = numbers[word] { classes[number] = index }
        }
        return classes
    }

    /// The target of words whose appearance numbers have gone into `sink`, which are renumbered there.
    func finish(in sink: some RowSink) throws -> TargetSummary {
        let classes = classes.map(Float.init)
        try sink.mapTargets { classes[Int($0)] }
        return TargetSummary.classes(classes.count, labels: labels)
    }
}
