import JSON
import NN

/// What a client wants evaluated, as far as the body alone can tell.
struct EvaluationRequest: Sendable {
    /// The model's name.
    let model: String
    /// Which version of it.
    let version: VersionReference
    /// Where the rows are.
    let source: TrainingRequest.Source
    /// Which rows, and how they are judged.
    let wish: EvaluationWish

    /// Reads a body.
    ///
    /// - Throws: `FaultyInput` with every fault but those of losses, metrics and data, which only the model can tell.
    init(_ body: JSONValue) throws(FaultyInput) {
        var reader = ObjectReader(body)
        model = reader.string("model")
        version = reader.optionalVersion("version") ?? .newest
        let dataset = reader.optionalString("dataset")
        let data = reader.optionalValue("data")
        switch (dataset, data) {
        case (let dataset?, nil): source = .dataset(dataset)
        case (nil, let data?): source = .inline(data)
        case (nil, nil):
            source = .dataset("")
            if reader.object != nil, !reader.has("dataset") {
                reader.fault(at: "dataset", "missing; expected a dataset's name, or \"data\"")
            }
        case (_?, _?):
            source = .dataset("")
            reader.fault(at: "data", "does not go with \"dataset\"; send one of the two")
        }
        let part = reader.optionalChoice("part", among: EvaluationPart.allCases.map(\.rawValue))
        if part != nil, data != nil {
            reader.fault(at: "part", "goes with \"dataset\"; all rows of \"data\" are evaluated")
        }
        wish = EvaluationWish(
            part: part.flatMap(EvaluationPart.init(rawValue:)),
            loss: reader.optionalValue("loss"),
            metrics: reader.optionalValue("metrics")
        )
        reader.finish()
        try reader.faults.check()
    }
}

/// Which rows of some data are evaluated, and how they are judged; stored with a job that does it.
struct EvaluationWish: Sendable {
    /// The part; nil for the one that counts where none is named.
    let part: EvaluationPart?
    /// The loss; nil for that of the version's training.
    let loss: JSONValue?
    /// The metrics; nil for those of the version's training.
    let metrics: JSONValue?
}

extension EvaluationWish: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("part", ifPresent: part?.rawValue)
            json.field("loss", ifPresent: loss)
            json.field("metrics", ifPresent: metrics)
        }
    }

    /// Reads what `write(to:)` wrote.
    ///
    /// - Throws: What is wrong with the text, which this program wrote.
    init(stored text: String) throws {
        let json = try JSONDocument(parsing: text).root
        part = (try json["part"]?.string()).flatMap(EvaluationPart.init(rawValue:))
        (loss, metrics) = (json["loss"], json["metrics"])
    }
}
