import ModelStore
import NN

/// Finds targets that a loss can't take, before a job is accepted.
enum TargetCheck {
    /// Goes through the targets of a dataset where its description leaves a doubt.
    ///
    /// For each bad number `report` is called with the target's place in a row, the part, the row and what is wrong,
    /// until it answers false.
    static func run(
        _ file: DatasetFile,
        _ layout: RowLayout,
        _ rules: [TargetRule],
        report: (Int, DatasetPart, Int, String) -> Bool
    ) throws {
        var begin = 0
        for (place, (target, rule)) in zip(layout.targets, rules).enumerated() {
            let range = begin..<begin + target.shape.volume
            begin = range.upperBound
            guard let problem = problem(for: rule.allowed, classes: target.classes) else { continue }
            for (part, rows) in [(DatasetPart.train, file.rows), (.test, file.testRows)] {
                for row in 0..<rows {
                    let numbers = try file.targets(of: part, row: row)[range]
                    guard let found = numbers.lazy.compactMap(problem).first else { continue }
                    guard report(place, part, row, found) else { return }
                }
            }
        }
    }

    /// What is wrong with a number, if anything; nil where the description leaves no doubt.
    private static func problem(for allowed: TargetRule.Allowed, classes: Int?) -> ((Float) -> String?)? {
        switch (allowed, classes) {
        case (.anyNumber, _): return nil
        case (.labels(let count), let classes?) where classes <= count: return nil
        case (.fractions, let classes?) where classes <= 2: return nil
        case (.fractions, _):
            return { 0...1 ~= $0 ? nil : "the target is \($0), the loss takes numbers from 0 to 1" }
        case (.labels(let count), _):
            return {
                $0 >= 0 && $0 < Float(count) && $0 == $0.rounded()
                    ? nil : "the target is \($0), the loss takes class indices from 0 to \(count - 1)"
            }
        }
    }
}
