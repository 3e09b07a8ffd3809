internal import JSON

/// A model, its data, and what is done with both on a server that has nothing else.
struct Trial {
    /// The definition.
    let definition: JSONFile
    /// The data.
    let data: InputFile
    /// The column to predict; nil for the last one.
    let target: String?
    /// How many epochs; nil for what the preset says.
    let epochs: Int?

    private static let modelName = "model"
    private static let datasetName = "data"
    private static let epochsWithoutPreset = 20

    /// Uploads the data, defines the model and trains it.
    ///
    /// - Returns: the job at its end.
    func run(on client: ServerClient) throws(Failure) -> JSONValue {
        let source = NamedFile(label: data.label)
        var upload = Request("PUT", "datasets", Self.datasetName)
        upload.query = target.map { [("target", $0)] } ?? []
        upload.body = .file(data, type: MediaType.ofUpload(data.pathExtension))
        let dataset = try client.answer(to: upload, source: source).json()

        var define = Request("POST", "models")
        define.body = .bytes(modelBody, type: "application/json")
        let model = try client.answer(to: define, source: definition).json()

        var train = Request("POST", "train")
        train.body = .bytes(trainingBody(model: model, dataset: dataset), type: "application/json")
        let job = try client.answer(to: train, source: definition).json()
        return try JobFollower(client: client, id: job.text("id") ?? "").followWithBar()
    }

    /// Measures the trained model on the rows that were held back for testing.
    ///
    /// - Parameters:
    ///   - job: The job at its end.
    ///   - client: The server that ran it.
    /// - Returns: What `POST /evaluate` answers; nil where no row was held back.
    /// - Throws: What the server refuses.
    func evaluation(of job: JSONValue, on client: ServerClient) throws(Failure) -> JSONValue? {
        guard (job["metrics"]?.numbers ?? []).contains(where: { $0.name.hasPrefix("test_") }) else { return nil }
        return try EvaluationRequest(model: Self.modelName, dataset: Self.datasetName).answer(of: client)
    }

    private var isPreset: Bool { definition.root["preset"] != nil }

    private var modelBody: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("name", Self.modelName)
            if isPreset {
                json.field("dataset", Self.datasetName)
                json.field("target", ifPresent: target)
            }
            for (key, value) in definition.root.members where key != "name" {
                let isOurs = key == "dataset" || (key == "target" && target != nil)
                if !(isPreset && isOurs) { json.field(key, value) }
            }
        }
        return json.bytes
    }

    private func trainingBody(model: JSONValue, dataset: JSONValue) -> [UInt8] {
        let hasLoss = isPreset || definition.root["compile"] != nil
        var json = JSONWriter()
        json.object { json in
            json.field("model", Self.modelName)
            json.field("dataset", Self.datasetName)
            json.field("epochs", ifPresent: epochs ?? (hasLoss ? nil : Self.epochsWithoutPreset))
            guard !hasLoss else { return }
            let loss = FittingLoss(model: model, dataset: dataset)
            json.field("optimizer", "adam")
            json.field("loss", loss.name)
            if loss.isOfClasses { json.field("metrics", ["accuracy"]) }
        }
        return json.bytes
    }
}
