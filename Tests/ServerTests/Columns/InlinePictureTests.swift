import JSON
import Testing

/// Pictures inside the records of a training request, and layers that join two rows of them.
@Suite(.sharedServer) struct InlinePictureTests {
    /// 8×8 pixels of one colour, as PNG files.
    private static let dark =
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mMQkePCihiGlgQA35MPAbzcukYAAAAASUVORK5CYII="
    private static let bright =
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mO4c+kDVsQwtCQAbZengUZa1twAAAAASUVORK5CYII="

    private static var records: String {
        let records = (0..<24).map { row in
            row % 2 == 0
                ? #"{"photo": {"b64": "\#(dark)"}, "kind": "night"}"#
                : #"{"photo": {"b64": "data:image/png;base64,\#(bright)"}, "kind": "day"}"#
        }
        return "[\(records.joined(separator: ","))]"
    }

    private static func model(_ name: String, _ layer: String = "") -> String {
        """
        {"name": "\(name)", "layers": [{"type": "InputLayer", "name": "photo", "shape": [8, 8, 3], "dtype": "image"},
         {"type": "Rescaling", "scale": 0.00392156862745098}, \(layer)
         {"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}]}
        """
    }

    private static func request(_ name: String, _ loss: String, _ more: String = "") -> String {
        """
        {"model": "\(name)", "data": \(records), "targets": "kind", "loss": "\(loss)", "epochs": 12, "batch_size": 8,
         "metrics": ["accuracy"], "seed": 3, "optimizer": {"type": "Adam", "learning_rate": 0.02}\(more)}
        """
    }

    @Test func `pictures in records train a model`() throws {
        let server = try TestServer.shared()
        try server.define(Self.model("inline-photos"))
        let job = try server.trained(Self.request("inline-photos", "sparse_categorical_crossentropy"))
        #expect(try job["metrics", "accuracy"]?.double() == 1, "\(job.text)")
        let answer = try server.post(
            "/predict",
            #"{"model": "inline-photos", "instances": [{"b64": "\#(Self.dark)"}, {"b64": "\#(Self.bright)"}]}"#
        )
        #expect(try answer["labels", "0"]?.string() == "night" && answer["labels", "1"]?.string() == "day")
    }

    @Test func `a dataset of records keeps their pictures as files`() throws {
        let server = try TestServer.shared()
        let stored = try server.send("PUT", "/datasets/photos", text: Self.records, contentType: "application/json")
        #expect(stored.status == 201, "\(stored.text)")
        let file = try server.get("/datasets/photos/rows/0/photo")
        #expect(file.fields["content-type"] == "image/png")
        #expect(file.body.prefix(4) == [0x89, 0x50, 0x4E, 0x47])
    }

    @Test(arguments: [("MixUp", #"{"type": "MixUp", "alpha": 0.4},"#), ("CutMix", #"{"type": "CutMix"},"#)])
    func `layers that join two rows act in training alone, with the targets`(name: String, layer: String) throws {
        let server = try TestServer.shared()
        let model = "joined-\(name)"
        try server.define(Self.model(model, layer))
        let refused = try server.post("/train", Self.request(model, "sparse_categorical_crossentropy"))
        #expect(refused.status == 422)
        #expect(refused.faults.contains { $0.hasPrefix("/loss \(name) joins the targets") }, "\(refused.text)")
        let job = try server.trained(Self.request(model, "categorical_crossentropy"))
        // Joined targets are no classes, so that the loss stays far from that of the rows themselves.
        let loss = try #require(job["metrics", "loss"]).double()
        #expect(loss > 0.05, "\(job.text)")
        let evaluated = try server.post(
            "/evaluate",
            #"{"model": "\#(model)", "data": \#(Self.records), "metrics": ["accuracy"]}"#
        )
        #expect(try evaluated["metrics", "accuracy"]?.double() == 1, "\(evaluated.text)")
        // Rows of one class have its number all the same, and a class that was not learned has none.
        let day = #"[{"photo": {"b64": "\#(Self.bright)"}, "kind": "day"}]"#
        let alone = try server.post("/evaluate", #"{"model": "\#(model)", "data": \#(day)}"#)
        #expect(try alone["metrics", "accuracy"]?.double() == 1, "\(alone.text)")
        let unknown = try server.post(
            "/evaluate",
            #"{"model": "\#(model)", "data": \#(day.replacing("day", with: "dusk"))}"#
        )
        #expect(unknown.status == 422 && unknown.text.contains("dusk"), "\(unknown.text)")
        let answer = try server.post(
            "/predict",
            #"{"model": "\#(model)", "instances": [{"b64": "\#(Self.bright)"}, {"b64": "\#(Self.dark)"}]}"#
        )
        #expect(try answer["labels", "0"]?.string() == "day" && answer["labels", "1"]?.string() == "night")
        // The same seed draws the same, whatever the threads.
        let again = try server.trained(Self.request(model, "categorical_crossentropy"))
        #expect(try again["weights_sha256"]?.string() == job["weights_sha256"]?.string())
    }

    @Test func `one layer joins rows`() throws {
        let server = try TestServer.shared()
        let reply = try server.post("/models", Self.model("joined-twice", #"{"type": "MixUp"}, {"type": "CutMix"},"#))
        #expect(reply.status == 422)
        #expect(reply.text.contains("does so already"), "\(reply.text)")
    }
}
