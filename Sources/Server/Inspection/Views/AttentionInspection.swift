import JSON
import NN

/// How the queries of an attention layer share its keys.
struct AttentionInspection: InspectionView {
    static let name = "attention"
    static let hasPicture = true

    private let layer: String?

    init(reading reader: inout ObjectReader) { layer = reader.optionalString("layer") }

    func look(into subject: InspectedSubject, _ control: InspectionControl) throws -> InspectionAnswer {
        let fitting = AttentionView.layers(of: subject.network)
        let kind = "an attention layer"
        let place =
            try layer.map { name throws(FaultyInput) in
                try subject.place(of: name, at: "/layer", among: fitting, kind: kind)
            } ?? subject.only(of: fitting, at: "/layer", kind: kind)
        let operations = try subject.operations(1, at: "", "take a shorter sequence")
        let view = try subject.plan("attention \(place)") {
            try AttentionView(subject.network, rows: subject.rows, layer: place)
        }
        let found = try control.measure { view.run(subject.row, subject.weights) }
        let summary = subject.network.layers[place]
        return InspectionAnswer(
            cost: .init(mode: .none, passes: 0, operations: operations, milliseconds: control.milliseconds),
            members: [
                ("layer", .plain(summary.name)), ("type", .plain(summary.type)), ("scores", .arrayed(found.scores)),
                ("weights", .arrayed(found.weights)),
            ],
            arrays: [("scores", found.scores), ("weights", found.weights)],
            picture: {
                Picture([
                    try Picture.Panel(matrices: found.scores), try Picture.Panel(matrices: found.weights),
                ])
            }
        )
    }
}
