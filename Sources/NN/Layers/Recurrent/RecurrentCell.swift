import JSON

/// A cell of an `RNN`: what computes one step, held as the recurrent layer that computes all of them at once.
struct RecurrentCell: Sendable, Equatable, JSONWritable {
    /// The layer whose steps are the cell's.
    let layer: any RecurrentLayer
    /// Whether training changes its weights, where it changes those of the layer around it.
    let trainable: Bool

    /// The cell that stands in where there is a fault.
    static let standIn = RecurrentCell(layer: SimpleRNNLayer.standIn, trainable: true)

    /// Keras's class name, as in `GRUCell`.
    var type: String { Swift.type(of: layer).cellType }

    /// The cells of an argument: a cell, a list of cells, or `StackedRNNCells`, which may lie within one another.
    static func list(_ key: String, reading arguments: inout ObjectReader) -> [RecurrentCell] {
        guard let value = arguments.value(key) else { return [] }
        let values = value.kind == .array ? Array(value.elements) : [value]
        if values.isEmpty { arguments.fault(at: key, "expected a cell or more, found none") }
        var cells: [RecurrentCell] = []
        for value in values { cells += read(value, &arguments.faults) }
        if cells.count > ModelDraft.greatestLayerCount {
            arguments.fault(at: key, "expected at most \(ModelDraft.greatestLayerCount) cells, found \(cells.count)")
        }
        return cells
    }

    private static func read(_ value: JSONValue, _ faults: inout Faults) -> [RecurrentCell] {
        guard value.kind == .object else {
            faults.add(value.mismatch("a cell, an object with its \"type\" and \"units\""))
            return []
        }
        let found = Registry.cells.read(value, &faults) { reader in
            let shared = SharedArguments(reading: &reader, isInput: false)
            reader.only(nil, for: "activity_regularizer")
            return shared.trainable
        }
        guard let found else { return [] }
        return found.product.map { RecurrentCell(layer: $0.layer, trainable: $0.trainable && found.shared) }
    }

    static func == (left: RecurrentCell, right: RecurrentCell) -> Bool {
        left.layer.isEqual(to: right.layer) && left.trainable == right.trainable
    }

    /// Writes the short form.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", type)
            if !trainable { json.field("trainable", false) }
            layer.write(to: &json)
        }
    }
}

extension Registry where Product == [RecurrentCell] {
    /// Every cell that an `RNN` may name; `StackedRNNCells` are several.
    static let cells = Registry(
        of: "cell",
        [
            .init(GRULayer.self),
            .init(LSTMLayer.self),
            .init(SimpleRNNLayer.self),
            .init(names: ["StackedRNNCells"]) { arguments in RecurrentCell.list("cells", reading: &arguments) },
        ]
    )
}

extension Registry.Entry where Product == [RecurrentCell] {
    fileprivate init<Kind: RecurrentLayer>(_ kind: Kind.Type) {
        self.init(names: [kind.cellType]) { arguments in
            let recurrence = RecurrentArguments(ofCell: &arguments)
            return [RecurrentCell(layer: Kind(reading: &arguments, recurrence), trainable: true)]
        }
    }
}
