import Features
import JSON
import NN

/// Rows whose values stand in columns of JSON, one for each input.
struct ColumnInstances: Sendable {
    /// A column.
    struct Column: Sendable {
        /// Its name.
        let name: String
        /// A value for each row.
        let values: [JSONValue]
    }

    /// The columns.
    let columns: [Column]
    /// How many rows there are.
    let rows: Int

    /// Columns of equal length.
    ///
    /// - Parameters:
    ///   - columns: The columns.
    ///   - place: Where they stand in the body, for faults.
    /// - Throws: `FaultyInput` where they have unequal lengths, or no row.
    init(_ columns: [Column], at place: JSONValue) throws(FaultyInput) {
        self.columns = columns
        rows = columns.first?.values.count ?? 0
        if let other = columns.first(where: { $0.values.count != rows }) {
            throw FaultyInput(
                place,
                "the columns have unequal lengths: \(rows) of \"\(columns[0].name)\", \(other.values.count) of \"\(other.name)\""
            )
        }
        if rows == 0 { throw FaultyInput(place, "there is no row to predict") }
    }

    /// The rows as a model takes them; columns that are no inputs are left out, and the notes say so.
    ///
    /// - Throws: `FaultyInput` with what the model can't take.
    func values(for model: ModelInputs) throws(FaultyInput) -> InstanceRows {
        let inputs = model.rawInputs
        let own = inputs.map { input in columns.first { $0.name == input.name } }
        // Only a model with layers in front of its network knows what to do about a missing value.
        let missing = zip(inputs, own).filter { $1 == nil && (model.reader == nil || $0.missing == nil) }
        guard missing.isEmpty, own.contains(where: { $0 != nil }) else {
            let wanted = inputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            let found = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw FaultyInput("the model takes the inputs \(wanted), found \(found)")
        }
        let extra = columns.filter { column in !inputs.contains { $0.name == column.name } }.map { "\"\($0.name)\"" }
        let absent = zip(inputs, own).filter { $1 == nil }.map {
            "there is no column \"\($0.0.name)\", which counts as missing"
        }
        let notes = (extra.isEmpty ? [] : ["left out: \(extra.joined(separator: ", "))"]) + absent
        if let reader = model.reader {
            let instances = FrontInstances(reader, model)
            var found = try instances.values(count: rows, pointer: { own.compactMap { $0 }[0].values[$0].pointer }) {
                row,
                _ throws(Fault) in
                var values: [FrontValue] = []
                for (input, column) in zip(inputs, own) {
                    if let column {
                        values.append(try input.value(of: column.values[row]))
                    } else if let missing = input.missing {
                        values.append(missing)
                    }
                }
                return values
            }
            found.notes = notes + found.notes
            return found
        }
        return try plainValues(own.compactMap { $0 }, model, notes)
    }

    private func plainValues(
        _ columns: [Column],
        _ model: ModelInputs,
        _ notes: [String]
    ) throws(FaultyInput) -> InstanceRows {
        let width = model.inputs.reduce(0) { $0 + $1.shape.volume }
        var faults = Faults()
        var values = [Float](repeating: 0, count: rows * width)
        values.withUnsafeMutableBufferPointer { room in
            for row in 0..<rows where faults.list.count < Faults.limit {
                var begin = row * width
                for (input, column) in zip(model.inputs, columns) {
                    let end = begin + input.shape.volume
                    let own = UnsafeMutableBufferPointer(rebasing: room[begin..<end])
                    begin = end
                    let value = column.values[row]
                    _ = faults.collect { () throws(Fault) in
                        if value.kind != .array, own.count == 1 { return own[0] = try value.float() }
                        try value.readFloats(shape: input.shape.extents, into: own)
                    }
                }
            }
        }
        if faults.isEmpty {
            for rule in model.indexRules {
                let begin = model.inputs[..<rule.input].reduce(0) { $0 + $1.shape.volume }
                let volume = model.inputs[rule.input].shape.volume
                for row in 0..<rows {
                    let own = row * width + begin..<row * width + begin + volume
                    guard let place = own.first(where: { !rule.allows(values[$0]) }) else { continue }
                    faults.add(columns[rule.input].values[row].pointer, rule.problem(with: "\(values[place])"))
                }
            }
        }
        try faults.check()
        return InstanceRows(rows: rows, values: values, notes: notes, shapes: nil)
    }
}
