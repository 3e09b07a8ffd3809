import JSON
import ModelStore
import NN

/// Finds targets that a loss can't take, before a job is accepted.
enum TargetCheck {
    /// Goes through the targets of a dataset where its description leaves a doubt.
    ///
    /// `classes` is nil where targets are values. For each bad row `report` is called with the part, the row and what is
    /// wrong, until it answers false.
    static func run(
        _ file: DatasetFile,
        classes: Int?,
        allowed: TargetRule.Allowed,
        report: (DatasetPart, Int, String) -> Bool
    ) throws {
        let problem: (Float) -> String? =
            switch allowed {
            case .anyNumber: { _ in nil }
            case .fractions: { 0...1 ~= $0 ? nil : "the target is \($0), the loss takes numbers from 0 to 1" }
            case .labels(let count):
                {
                    $0 >= 0 && $0 < Float(count) && $0 == $0.rounded()
                        ? nil : "the target is \($0), the loss takes class indices from 0 to \(count - 1)"
                }
            }
        switch (allowed, classes) {
        case (.anyNumber, _): return
        case (.labels(let count), let classes?) where classes <= count: return
        case (.fractions, let classes?) where classes <= 2: return
        default: break
        }
        for (part, rows) in [(DatasetPart.train, file.rows), (.test, file.testRows)] {
            for row in 0..<rows {
                guard let found = try file.targets(of: part, row: row).lazy.compactMap(problem).first else { continue }
                guard report(part, row, found) else { return }
            }
        }
    }
}
