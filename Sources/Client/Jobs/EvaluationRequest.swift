internal import JSON

/// What is to be measured on which rows.
struct EvaluationRequest {
    /// The model's name.
    let model: String
    /// The version, a number or an alias; nil for the newest.
    var version: String?
    /// The dataset's name; nil where `data` has the rows.
    var dataset: String?
    /// The part of the dataset; nil for what tests.
    var part: String?
    /// A file of `{"x", "y"}`.
    var data: JSONFile?

    /// Has it measured.
    ///
    /// - Parameters:
    ///   - client: The server.
    ///   - waits: Told the id of the job that an evaluation which takes long becomes, before it is followed to its end.
    /// - Returns: The figures.
    /// - Throws: What the server refuses, or what ended the job.
    func answer(of client: ServerClient, waits: (String) -> Void = { _ in }) throws(Failure) -> JSONValue {
        var request = Request("POST", "evaluate")
        request.body = .bytes(body, type: "application/json")
        let response = try client.answer(to: request, source: data)
        let answer = try response.json()
        guard response.head.status == 202 else { return answer }
        let id = answer.text("id") ?? ""
        waits(id)
        let job = try JobFollower(client: client, id: id).followWithBar()
        try JobFollower.checkSuccess(of: job)
        guard let evaluation = job["evaluation"] else {
            throw Failure(.unavailable, "job \(id) has ended without an evaluation")
        }
        return evaluation
    }

    private var body: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("model", model)
            if let version { json.key("version"); VersionName.write(version, to: &json) }
            json.field("dataset", ifPresent: dataset)
            json.field("part", ifPresent: part)
            json.field("data", ifPresent: data?.root)
        }
        return json.bytes
    }
}
