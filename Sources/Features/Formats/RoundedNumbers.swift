import JSON

/// Integers of an upload that a 32-bit float doesn't hold, so that others are learned from: one of each column or part is
/// told, and how many there are.
struct RoundedNumbers: Sendable {
    /// Below this no integer is lost.
    static let least = RoundedIntegers.greatestHeld

    private struct Entry {
        let example: RoundedIntegers.Example
        var count = 0
    }

    /// By the column or part, in the order in which they came.
    private var entries: [(name: String, entry: Entry)] = []

    /// Takes one.
    ///
    /// - Parameters:
    ///   - name: The column or part.
    ///   - place: Where it stands.
    ///   - text: As it is written.
    ///   - float: What it is taken as.
    mutating func add(in name: String, place: () -> String, _ text: String, as float: Float) {
        let known = entries.firstIndex { $0.name == name }
        if known == nil {
            let example = RoundedIntegers.Example(pointer: place(), text: text, float: float)
            entries.append((name, Entry(example: example)))
        }
        entries[known ?? entries.count - 1].entry.count += 1
    }

    /// A sentence for each column or part.
    var notes: [String] {
        entries.map { _, entry in
            entry.example.sentence + (entry.count > 1 ? "; \(entry.count - 1) more likewise" : "")
        }
    }

    /// Whether digits, perhaps with a sign, are an integer that its nearest 32-bit float isn't.
    static func isRounded(_ digits: String) -> Bool {
        guard let integer = Int(digits) else { return true }
        return Float(exactly: integer) == nil
    }
}
