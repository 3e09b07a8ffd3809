import JSON
import ModelStore

/// Teacher forcing: targets are a column's sequences without their first step, and what is learned from is the same
/// without the last.
struct SequenceShift {
    /// The steps of a row as it is stored.
    let steps: Int
    private let targets: [[Int]]

    /// Finds how many steps there are.
    ///
    /// - Parameters:
    ///   - targets: The columns of each output.
    ///   - source: Where they are.
    ///   - faults: Where columns are added that hold no sequences.
    init?(_ targets: [[Int]], _ source: any ColumnSource, _ faults: inout Faults) {
        var steps: Set<Int> = []
        for columns in targets {
            guard columns.count == 1, let extent = source.columns[columns[0]].shape.first, extent > 1 else {
                let names = columns.map { "\"\(source.columns[$0].name)\"" }.joined(separator: ", ")
                let found = columns.first.map { source.columns[$0].kind.words } ?? "nothing"
                faults.add(
                    "/shift",
                    "needs a target of sequences: a \"window\", an array column of two steps or more, or a text that an input takes with a TextVectorization of some \"output_sequence_length\" behind it; found \(found) in \(names)"
                )
                continue
            }
            steps.insert(extent)
        }
        guard steps.count == 1, let extent = steps.first else {
            if steps.count > 1 { faults.add("/shift", "the targets have unequal steps: \(steps.sorted())") }
            return nil
        }
        (self.steps, self.targets) = (extent, targets)
    }

    /// Has inputs lose their last step: those that are a target's column, or where there is none, all of as many steps.
    func shorten(_ bindings: inout [ColumnBinding], _ source: any ColumnSource) {
        let own = bindings.indices.filter { targets.contains(bindings[$0].columns) }
        let others = bindings.indices.filter { place in
            bindings[place].columns.count == 1 && source.columns[bindings[place].columns[0]].shape.first == steps
        }
        for place in own.isEmpty ? others : own {
            let shape = source.columns[bindings[place].columns[0]].shape
            bindings[place].lastStep = shape.dropFirst().reduce(1, *)
        }
    }
}
