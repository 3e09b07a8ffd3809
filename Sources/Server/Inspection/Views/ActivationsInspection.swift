import JSON
import NN

/// What each layer gives for a row.
struct ActivationsInspection: InspectionView {
    static let name = "activations"
    static let hasPicture = true

    /// The layers; nil for all.
    private let layers: [String]?
    /// The channels along the last axis; nil for all.
    private let channels: [Int]?

    init(reading reader: inout ObjectReader) {
        layers = reader.has("layers") ? reader.strings("layers", default: []) : nil
        channels = reader.has("channels") ? reader.ints("channels", in: 0...Int(Int32.max)) : nil
        if layers?.isEmpty == true { reader.fault(at: "layers", "expected at least one layer") }
        if channels?.isEmpty == true { reader.fault(at: "channels", "expected at least one channel") }
    }

    func look(into subject: InspectedSubject, _ control: InspectionControl) throws -> InspectionAnswer {
        var places = Array(subject.network.layers.indices)
        if let layers {
            var found: Set<Int> = []
            for (number, layer) in layers.enumerated() {
                found.insert(try subject.place(of: layer, at: "/layers/\(number)"))
            }
            places = found.sorted()
        }
        let operations = try subject.operations(1, at: "", "take a smaller model")
        let view = try subject.plan("activations \(places)") {
            try ActivationView(subject.network, rows: subject.rows, layers: places)
        }
        let results = try control.measure { view.run(subject.row, subject.weights) }
        let picked = try results.map { result -> (name: String, type: String, tensor: Tensor) in
            guard let channels else { return (result.name, result.type, result.tensor) }
            for (number, channel) in channels.enumerated() where channel >= result.tensor.shape.last {
                throw FaultyInput(
                    Fault(
                        pointer: "/channels/\(number)",
                        detail:
                            "\"\(result.name)\" has the channels 0 to \(result.tensor.shape.last - 1), found \(channel)"
                    )
                )
            }
            return (result.name, result.type, result.tensor.picking(channels))
        }
        let documents = picked.map { result in
            InspectionArray([("name", result.name), ("type", result.type)], result.tensor)
        }
        return InspectionAnswer(
            cost: .init(mode: .none, passes: 0, operations: operations, milliseconds: control.milliseconds),
            members: [("layers", .arrayed(InspectionArrays(documents)))],
            arrays: picked.map { ($0.name, $0.tensor) },
            picture: {
                guard picked.count == 1 else {
                    let detail = "a picture is of one layer, found \(picked.count); name it"
                    throw FaultyInput(Fault(pointer: "/layers", detail: detail))
                }
                return Picture([try Picture.Panel(values: picked[0].tensor)])
            }
        )
    }
}
