public import JSON

/// How much the rows of each class count in the loss of a training step (Keras's `class_weight`); 1 where none is given.
public struct ClassWeights: Sendable, Equatable {
    /// The weights by class index.
    public let weights: [Int: Double]

    /// Reads `{"0": 1, "7": 2.5}`, whose keys are class indices.
    init(_ value: JSONValue, _ faults: inout Faults) {
        var weights: [Int: Double] = [:]
        guard value.kind == .object else {
            faults.add(value.pointer, "expected an object like {\"0\": 1, \"1\": 2.5}, found \(value.summary)")
            self.weights = [:]
            return
        }
        for member in value.members {
            guard let index = Int(member.key), index >= 0 else {
                faults.add(member.value.pointer, "the key \"\(member.key)\" isn't a class index, 0 or more")
                continue
            }
            weights[index] = faults.collect { () throws(Fault) in try member.value.double(in: .from(0, through: 1e9)) }
        }
        self.weights = weights
    }

    /// The weights for targets of a kind.
    ///
    /// - Throws: `TargetMismatch` where a row has no one class, or a class isn't there.
    func rule(for target: TargetRule) throws(TargetMismatch) -> Rule {
        let rule: Rule
        switch target.allowed {
        case .labels(let classes) where target.shape.volume == 1:
            rule = Rule(table: table(classes), width: 1, isIndex: true)
        case .fractions where target.shape.volume == 1: rule = Rule(table: table(2), width: 1, isIndex: true)
        case .fractions where target.shape.rank == 1, .anyNumber where target.shape.rank == 1 && target.shape[0] > 1:
            let classes = target.shape[0]
            rule = Rule(table: table(classes), width: classes, isIndex: false)
        default: throw TargetMismatch("needs one class a row, found targets of \(target.shape) a row")
        }
        if let excess = weights.keys.filter({ $0 >= rule.table.count }).min() {
            throw TargetMismatch("names class \(excess), the classes are 0 to \(rule.table.count - 1)")
        }
        return rule
    }

    private func table(_ classes: Int) -> [Float] { (0..<classes).map { Float(weights[$0] ?? 1) } }

    /// What finds the weight of a row.
    struct Rule: Sendable {
        /// The weights of all classes.
        fileprivate let table: [Float]
        /// The numbers of a row's target.
        let width: Int
        fileprivate let isIndex: Bool

        /// The weight of the row with this target.
        func weight(of target: UnsafePointer<Float>) -> Float {
            if isIndex { return table[min(Int(target.pointee), table.count - 1)] }
            var place = 0
            for i in 1..<width where target[i] > target[place] { place = i }
            return table[place]
        }
    }
}

extension ClassWeights: JSONWritable {
    /// Writes an object by class index.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            for (index, weight) in weights.sorted(by: { $0.key < $1.key }) { json.field("\(index)", weight) }
        }
    }
}
