import JSON
import ModelStore
import NN

/// Finds numbers that a model looks up as indices and that its tables haven't, before a job is accepted.
enum InputCheck {
    /// A number that isn't an index.
    struct Finding {
        /// Whose number it is.
        let rule: IndexRule
        /// The part of the dataset, and the row in it.
        let part: DatasetPart, row: Int
        /// The number's place in its input.
        let place: Int
        /// The number.
        let number: Float
    }

    /// Goes through the inputs of a dataset that are looked up; those that aren't are not read.
    ///
    /// For the first bad number of each row and input `report` is called, until it answers false.
    static func run(
        _ file: DatasetFile,
        _ layout: RowLayout,
        _ rules: [IndexRule],
        report: (Finding) -> Bool
    ) throws {
        guard !rules.isEmpty else { return }
        let ranges = layout.inputRanges
        for (part, rows) in [(DatasetPart.train, file.rows), (.test, file.testRows)] {
            for row in 0..<rows {
                let numbers = try file.inputs(of: part, row: row)
                for rule in rules {
                    let range = ranges[rule.input]
                    guard let place = range.first(where: { !rule.allows(numbers[$0]) }) else { continue }
                    let finding = Finding(
                        rule: rule,
                        part: part,
                        row: row,
                        place: place - range.lowerBound,
                        number: numbers[place]
                    )
                    guard report(finding) else { return }
                }
            }
        }
    }
}

extension RowLayout {
    /// Where each input lies among the numbers of a row's.
    fileprivate var inputRanges: [Range<Int>] {
        var begin = 0
        return inputShapes.map { shape in
            defer { begin += shape.volume }
            return begin..<begin + shape.volume
        }
    }
}
