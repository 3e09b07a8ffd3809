import Features
import JSON
import ModelStore

/// Finds the columns that a request names, or means.
struct ColumnNames {
    private let columns: DatasetColumns
    private let places: [String: Int]

    init(_ columns: DatasetColumns) {
        self.columns = columns
        places = Dictionary(columns.source.columns.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// The place of a column; nil, and a fault, where there is none.
    func place(of name: String, at pointer: String, _ faults: inout Faults) -> Int? {
        if let place = places[name] { return place }
        faults.add(pointer, Suggestion.unknown("column", name, known: columns.source.columns.map(\.name)))
        return nil
    }

    private func places(of names: [String], at pointer: String, _ faults: inout Faults) -> [Int] {
        names.enumerated().compactMap { number, name in
            place(of: name, at: names.count > 1 ? "\(pointer)/\(number)" : pointer, &faults)
        }
    }

    /// The target columns of each output.
    func targets(_ selection: ColumnSelection, outputs: [String], _ faults: inout Faults) -> [[Int]] {
        guard let given = selection.targets else {
            if outputs.count > 1, outputs.allSatisfy({ places[$0] != nil }) {
                return outputs.map { places(of: [$0], at: "/targets", &faults) }
            }
            // A lone column is learned from itself, one step later.
            let usual = columns.targets.isEmpty && selection.isShifted ? columns.inputs : columns.targets
            guard outputs.count <= 1, !usual.isEmpty else {
                faults.add("/targets", "missing; expected the column, or by output the columns, to predict")
                return []
            }
            return [places(of: usual, at: "/targets", &faults)]
        }
        return assigned(given, to: outputs, what: "output", at: "/targets", &faults)
    }

    /// The columns of each input.
    ///
    /// - Parameters:
    ///   - selection: What the request says.
    ///   - inputs: The model's inputs.
    ///   - targets: The target columns, which are inputs only where the request says so.
    ///   - faults: Where what isn't there is added.
    /// - Returns: The places of each input's columns.
    func inputs(
        _ selection: ColumnSelection,
        inputs: [RawInput],
        but targets: [Int],
        _ faults: inout Faults
    ) -> [[Int]] {
        if let given = selection.inputs {
            return assigned(given, to: inputs.map(\.name), what: "input", at: "/inputs", &faults)
        }
        if inputs.allSatisfy({ places[$0.name] != nil }) {
            return inputs.map { places(of: [$0.name], at: "/inputs", &faults) }
        }
        guard inputs.count == 1 else {
            let missing = inputs.filter { places[$0.name] == nil }.map { "\"\($0.name)\"" }.joined(separator: ", ")
            faults.add(
                "/inputs",
                "missing; the dataset has no column \(missing), so expected an object of the columns by input"
            )
            return []
        }
        var usual = columns.inputs.compactMap { places[$0] }.filter { !targets.contains($0) }
        if selection.window != nil, selection.inputs == nil {
            let helpers = [selection.window?.group, selection.window?.order].compactMap { $0.flatMap { places[$0] } }
            usual.removeAll { helpers.contains($0) }
        }
        // A sequence is learned from itself, and a series that is all there is from its own past.
        if selection.isShifted || usual.isEmpty && selection.window != nil { usual = targets }
        let kinds: [StoredColumnKind]? =
            switch inputs[0].kind {
            case .image: [.image]
            case .audio: [.sound]
            case .string: [.text, .category]
            case .float32, .int32: nil
            }
        guard let kinds else { return [usual] }
        let fitting = kinds.lazy.map { kind in usual.filter { columns.source.columns[$0].kind == kind } }
        return [fitting.first { $0.count > 0 } ?? usual]
    }

    private func assigned(
        _ given: [String: [String]],
        to names: [String],
        what: String,
        at pointer: String,
        _ faults: inout Faults
    ) -> [[Int]] {
        if let only = given[""] {
            if names.count <= 1 { return [places(of: only, at: pointer, &faults)] }
            // A list of as many columns as there are inputs by the same names.
            if Set(only) == Set(names) { return names.map { places(of: [$0], at: pointer, &faults) } }
            let listed = names.map { "\"\($0)\"" }.joined(separator: ", ")
            faults.add(pointer, "expected an object of the columns by \(what): \(listed)")
            return []
        }
        for name in given.keys.sorted() where !names.contains(name) {
            faults.add("\(pointer)/\(name)", Suggestion.unknown(what, name, known: names))
        }
        return names.map { name in
            guard let columns = given[name] else {
                if let place = places[name] { return [place] }
                faults.add(pointer, "the columns of the \(what) \"\(name)\" are missing")
                return []
            }
            return places(of: columns, at: "\(pointer)/\(name)", &faults)
        }
    }
}
