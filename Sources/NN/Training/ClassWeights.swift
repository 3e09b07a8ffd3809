public import JSON

/// How much the rows, or steps, of each class count in the loss of a training step (Keras's `class_weight`).
public enum ClassWeights: Sendable, Equatable {
    /// A weight for some classes, by index or by the label's word; 1 for the others.
    case byClass([String: Double])
    /// Each class as much as any other: n / (k · its count), of n rows trained on with k classes (scikit-learn's
    /// `balanced`). Steps that a mask leaves out aren't counted.
    case balanced

    /// The word that stands for `balanced` in a request.
    private static let balancedWord = "balanced"

    /// Reads `{"0": 1, "cat": 2.5}`, whose keys are class indices or words, or `"balanced"`.
    init(_ value: JSONValue, _ faults: inout Faults) {
        self = .byClass([:])
        if (try? value.string()) == Self.balancedWord {
            self = .balanced
            return
        }
        guard value.kind == .object else {
            faults.add(
                value.pointer,
                "expected an object like {\"0\": 1, \"1\": 2.5}, by class index or label, or \"balanced\", found "
                    + value.summary
            )
            return
        }
        var weights: [String: Double] = [:]
        for member in value.members {
            weights[member.key] = faults.collect { () throws(Fault) in
                try member.value.double(in: .from(0, through: 1e9))
            }
        }
        self = .byClass(weights)
    }

    /// The rule for targets of a kind.
    ///
    /// - Parameters:
    ///   - target: What the loss takes.
    ///   - words: The words of the classes, where the data has words.
    ///   - pointer: Where the weights stand in the request.
    ///   - faults: Where what is wrong is added.
    /// - Returns: The rule; nil, and a fault, where a row has no one class.
    func rule(
        for target: TargetRule,
        words: [String]?,
        at pointer: String,
        _ faults: inout Faults
    ) -> Rule? {
        guard var rule = Rule(for: target) else {
            faults.add(pointer, "needs one class a row or a step, found targets of \(target.shape) a row")
            return nil
        }
        guard case .byClass(let weights) = self else {
            rule.isBalanced = true
            return rule
        }
        var named: [Int: String] = [:]
        for (key, weight) in weights.sorted(by: { $0.key < $1.key }) {
            if let index = words?.firstIndex(of: key) ?? Int(key), rule.table.indices.contains(index) {
                if let other = named[index] {
                    faults.add(pointer + JSONPointer.token(key), "is the class of \"\(other)\" too; weigh it once")
                }
                named[index] = key
                rule.table[index] = Float(weight)
            } else {
                let (place, problem) = Self.unknown(key, words: words, classes: rule.table.count)
                faults.add(pointer + place, problem)
            }
        }
        return rule
    }

    /// What is wrong with the name of a class that isn't there, and where below the weights.
    private static func unknown(_ key: String, words: [String]?, classes: Int) -> (place: String, problem: String) {
        if let index = Int(key), index >= 0 { return ("", "names class \(index), the classes are 0 to \(classes - 1)") }
        guard let words else {
            return (JSONPointer.token(key), "the key \"\(key)\" isn't a class index, 0 to \(classes - 1)")
        }
        let shown = words.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
        let more = words.count > 20 ? " and \(words.count - 20) more" : ""
        return (JSONPointer.token(key), "\"\(key)\" is none of the data's classes; they are \(shown)\(more)")
    }

    /// What finds the weight of a row, or of each step of one.
    struct Rule: Sendable {
        /// The weights of all classes.
        var table: [Float]
        /// The numbers that tell one class.
        let width: Int
        /// The steps that have a class each, as a shape; `[]` where the row has one.
        let steps: Shape
        /// Whether the table still follows from how often each class is there.
        var isBalanced = false
        /// Whether the number is the class, not the place of the greatest of several.
        private let isIndex: Bool

        /// The rule that weighs all classes alike, for targets of a kind; nil where they tell no class.
        init?(for target: TargetRule) {
            guard target.isAligned else { return nil }
            let shape = target.shape
            let steps: Shape
            switch target.allowed {
            case .labels(let classes):
                (steps, width, isIndex) = (shape, 1, true)
                table = Array(repeating: 1, count: classes)
            case .fractions where shape.last == 1 || shape.rank == 0:
                (steps, width, isIndex) = (shape.prefix(max(shape.rank - 1, 0)), 1, true)
                table = [1, 1]
            case .fractions where shape.rank > 0, .anyNumber where shape.rank > 0 && shape.last > 1:
                (steps, width, isIndex) = (shape.prefix(shape.rank - 1), shape.last, false)
                table = Array(repeating: 1, count: shape.last)
            default: return nil
            }
            self.steps = steps.volume == 1 ? [] : steps
        }

        /// The class of the row or the step whose target this is.
        func classIndex(of target: UnsafePointer<Float>) -> Int {
            guard isIndex else { return greatest(of: target, width) }
            return min(max(Int(target.pointee.rounded(.toNearestOrEven)), 0), table.count - 1)
        }

        /// The weight of the row or the step whose target this is.
        func weight(of target: UnsafePointer<Float>) -> Float { table[classIndex(of: target)] }

        /// Gives each class a weight by how often it is there.
        mutating func balance(_ counts: [Int]) {
            let all = Double(counts.reduce(0, +))
            let present = Double(counts.count { $0 > 0 })
            table = counts.map { $0 > 0 ? Float(all / (present * Double($0))) : 1 }
            isBalanced = false
        }
    }
}

extension ClassWeights: JSONWritable {
    /// Writes an object by class, indices first, or `"balanced"`.
    public func write(to json: inout JSONWriter) {
        guard case .byClass(let weights) = self else { return json.write(Self.balancedWord) }
        let sorted = weights.sorted { left, right in
            switch (Int(left.key), Int(right.key)) {
            case (let left?, let right?): left < right
            case (nil, nil): left.key < right.key
            case (let index, _): index != nil
            }
        }
        json.object { json in for (key, weight) in sorted { json.field(key, weight) } }
    }
}
