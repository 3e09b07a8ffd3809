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
        try run(layout.targets, rules, rows: [(.train, file.rows), (.test, file.testRows)]) { part, row in
            try file.targets(of: part, row: row)
        } report: { place, part, row, found in
            report(place, part, row, found)
        }
    }

    /// Goes through targets where what is known of them leaves a doubt.
    ///
    /// - Parameters:
    ///   - targets: What a row's targets are.
    ///   - rules: What the losses take.
    ///   - parts: How many rows each part has.
    ///   - read: The numbers of a row's targets.
    ///   - report: Told of each bad number, until it answers false.
    /// - Throws: What `read` throws.
    static func run(
        _ targets: [StoredTarget],
        _ rules: [TargetRule],
        rows parts: [(DatasetPart, Int)],
        read: (DatasetPart, Int) throws -> [Float],
        report: (Int, DatasetPart, Int, String) -> Bool
    ) throws {
        var begin = 0
        for (place, (target, rule)) in zip(targets, rules).enumerated() {
            let range = begin..<begin + target.shape.volume
            begin = range.upperBound
            let problem = problem(for: rule.allowed, classes: target.classes)
            guard problem != nil || !rule.isAligned else { continue }
            for (part, rows) in parts {
                for row in 0..<rows {
                    let numbers = try read(part, row)[range]
                    let wrong = problem.flatMap { numbers.lazy.compactMap($0).first }
                    guard let found = wrong ?? rule.misfit(ofLabels: numbers) else { continue }
                    guard report(place, part, row, found) else { return }
                }
            }
        }
    }

    /// What the targets of a dataset look like, as far as the first rows tell.
    static func looks(_ file: DatasetFile, _ layout: RowLayout) throws -> [TargetLook] {
        var values = layout.targets.map { _ in [Float]() }
        for row in 0..<min(file.rows, 1000) {
            let numbers = try file.targets(of: .train, row: row)
            var begin = 0
            for (place, target) in layout.targets.enumerated() {
                values[place] += numbers[begin..<begin + target.shape.volume]
                begin += target.shape.volume
            }
        }
        return zip(values, layout.targets).map { TargetLook(of: $0, shape: $1.shape) }
    }

    /// What is wrong with a number, if anything; nil where the description leaves no doubt.
    private static func problem(for allowed: TargetRule.Allowed, classes: Int?) -> ((Float) -> String?)? {
        switch (allowed, classes) {
        case (.anyNumber, _): return nil
        case (.labels(let count), let classes?) where classes <= count: return nil
        case (.fractions, let classes?) where classes <= 2: return nil
        case (.fractions, _):
            return { number in
                guard !(0...1 ~= number) else { return nil }
                let remedy =
                    switch number {
                    case -1: "number the two classes 0 and 1; for targets of -1 and 1 there is \"hinge\""
                    case number.rounded() where number > 0:
                        "number two classes 0 and 1; for more of them there is \"sparse_categorical_crossentropy\""
                    default: "for values there is \"mean_squared_error\""
                    }
                return "the target is \(number), the loss takes numbers from 0 to 1; \(remedy)"
            }
        case (.labels(let count), _):
            return { number in
                guard !(number >= 0 && number < Float(count) && number == number.rounded()) else { return nil }
                let remedy =
                    switch number {
                    case number.rounded() where number < 0: "number the classes from 0"
                    case number.rounded() where number < 65_536:
                        "number the classes from 0, or give the last layer at least \(Int(number) + 1) units"
                    default: "for values there is \"mean_squared_error\""
                    }
                return "the target is \(number), the loss takes class indices from 0 to \(count - 1); \(remedy)"
            }
        }
    }
}
