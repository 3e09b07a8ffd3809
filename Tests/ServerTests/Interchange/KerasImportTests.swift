import Foundation
import JSON
import Testing

/// Keras's files in: what they compute there, they compute here.
@Suite(.sharedServer) struct KerasImportTests {
    /// Files whose layers are not read here; they are refused by name.
    private static let refused: Set<String> = ["keras2/operators.h5", "keras3/operations_refused.keras"]

    private static let files = ["keras3", "keras2"].flatMap { folder in
        [".keras", ".h5"].flatMap { suffix in
            FixtureCase.names(in: folder, endingWith: suffix).filter { !$0.hasSuffix(".weights.h5") }
                .map { "\(folder)/\($0)" }
        }
    }.filter { !refused.contains($0) }

    private static func modelName(_ path: String) -> String { String(path.map { "/.".contains($0) ? "-" : $0 }) }

    @Test(arguments: files)
    func `predictions are those of the file's own framework`(path: String) throws {
        let (server, file) = (try TestServer.shared(), try FixtureCase(path))
        let name = Self.modelName(path)

        let made = try server.importFile(file.bytes, "?name=\(name)")
        try #require(made.status == 201, "\(made.text)")
        #expect(made.fields["location"] == "/models/\(name)")
        #expect(try made["version"]?.int() == 1)
        let answer = try server.post("/predict", #"{"model":"\#(name)","instances":\#(file.instances)}"#)
        let predictions = try #require(answer["predictions"], "\(answer.text)")
        // Arithmetic in 16 bits there, in 32 here.
        let limit = path.contains("mixed_precision") ? 1e-2 : 1e-5
        // A step that is masked counts for nothing, and what attention gives for it differs.
        let tokens = path.contains("attention_causal_masked") ? file.inputs.values.first?.data : nil
        #expect(try file.difference(from: predictions, whereCounted: tokens) < limit)
        for format in ["keras", "h5"] {
            let export = try server.get("/models/\(name)/export?format=\(format)")
            if export.status == 422 {
                // Keras 2's hard_sigmoid, or what Keras 2 lacks.
                #expect(!export.faults.isEmpty && (format == "h5" || path.contains("old_lstm")), "\(export.text)")
                continue
            }
            try #require(export.status == 200, "\(export.text)")
            let copy = "\(name)-\(format)-again"
            let again = try server.importFile(export.body, "?name=\(copy)")
            try #require(again.status == 201, "\(again.text)")
            let repeated = try server.post("/predict", #"{"model":"\#(copy)","instances":\#(file.instances)}"#)
            #expect(repeated["predictions"]?.source == predictions.source)
        }
    }

    @Test(arguments: refused.sorted())
    func `a layer that can't be read is named with its place`(path: String) throws {
        let reply = try TestServer.shared().importFile(FixtureCase.bytes(path), "?name=refused")
        #expect(reply.status == 422)
        #expect(reply.faults.contains { $0.contains("/config/layers/") }, "\(reply.text)")
    }

    @Test func `a text has the activations, seeds and operations that a file may have`() throws {
        let server = try TestServer.shared()
        let (text, file) = (
            try FixtureCase.bytes("keras3/activation_objects.to_json.json"),
            try FixtureCase("keras3/activation_objects.keras")
        )

        let made = try server.importFile(text, "?name=text-objects")
        try #require(made.status == 201, "\(made.text)")
        #expect(made["notes"]?.elements.contains { $0.source.contains("the seed of Dropout") } ?? false, "\(made.text)")
        let sent = try server.put("/models/text-objects/weights", file.bytes, contentType: "application/zip")
        try #require(sent.status == 201, "\(sent.text)")
        let answer = try server.post("/predict", #"{"model":"text-objects","instances":\#(file.instances)}"#)
        #expect(try file.difference(from: #require(answer["predictions"], "\(answer.text)")) < 1e-5)
    }

    @Test func `hostile files are refused with a reason, odd ones taken`() throws {
        let server = try TestServer.shared()
        let expected = try JSONDocument(parsing: FixtureCase.bytes("hostile/expected.json")).root
        #expect(try server.importFile(FixtureCase.bytes("keras3/gru.keras"), "?name=target").status == 201)
        for member in expected.members {
            let bytes = try FixtureCase.bytes("hostile/\(member.key)")
            let isWeights = member.key.hasSuffix(".weights.h5")
            let reply =
                isWeights
                ? try server.put("/models/target/weights", bytes, contentType: "application/x-hdf5")
                : try server.importFile(bytes, "?name=hostile-\(member.key)")
            let label = "\(member.key): \(reply.status) \(reply.text)"
            if member.key.contains("virtual") { #expect(reply.text.contains("a virtual data set"), "\(label)") }
            switch try member.value["expect"]?.string() {
            case "accept": #expect(reply.status == 201, "\(label)")
            case "refuse": #expect(reply.status == 422, "\(label)")
            default: #expect([201, 422].contains(reply.status), "\(label)")
            }
        }
    }

    @Test func `the whole of what is wrong is told`() throws {
        let server = try TestServer.shared()
        let reply = try server.importFile(FixtureCase.bytes("hostile/other_shape.keras"), "?name=other")
        #expect(reply.faults.count == 4, "\(reply.text)")
        #expect(reply.faults.allSatisfy { $0.hasPrefix("/model.weights.h5#/layers/") }, "\(reply.text)")
        let custom = try server.importFile(FixtureCase.bytes("hostile/custom_layer.keras"), "?name=custom")
        #expect(custom.faults.contains { $0.hasPrefix("/config.json#/config/layers/") }, "\(custom.text)")
        let text = try server.importFile(FixtureCase.bytes("hostile/text.bin"), "?name=text")
        #expect(text.text.contains(".keras") && text.text.contains(".h5"))
        #expect(try server.get("/models/other").status == 404)
    }

    @Test func `a name that can't be one here is asked for`() throws {
        let server = try TestServer.shared()
        let bytes = try FixtureCase.bytes("keras3/odd_names.keras")
        let reply = try server.importFile(bytes)
        #expect(reply.status == 422 && reply.text.contains("?name="), "\(reply.text)")
        let named = try server.importFile(bytes, "?name=odd")
        #expect(named.status == 201 && (named["notes"]?.count ?? 0) > 0, "\(named.text)")
    }

    @Test func `trying changes nothing, a name is taken once, a key counts once`() throws {
        let server = try TestServer.shared()
        let bytes = try FixtureCase.bytes("keras3/lenet.keras")
        #expect(try server.importFile(bytes, "?name=once&dry_run=true").status == 200)
        #expect(try server.get("/models/once").status == 404)
        let key = ["--header", "Idempotency-Key: once-1"]
        let first = try server.importFile(bytes, "?name=once", key)
        let again = try server.importFile(bytes, "?name=once", key)
        #expect(first.status == 201 && again.body == first.body)
        let other = try server.importFile(FixtureCase.bytes("keras3/gru.keras"), "?name=once", key)
        #expect(other.status == 422)
        #expect(try server.importFile(bytes, "?name=once").status == 409)
        #expect(try server.get("/models/once")["version"]?.int() == 1)
    }

    @Test func `a training takes what compile was told`() throws {
        let server = try TestServer.shared()
        let made = try server.importFile(FixtureCase.bytes("keras3/compiled_adamw.keras"), "?name=compiled")
        #expect(try made["compile", "optimizer", "type"]?.string() == "AdamW")
        #expect(made["notes"]?.count ?? 0 == 0)
        let training = try server.post(
            "/train",
            #"{"model":"compiled","initial_version":1,"epochs":1,"data":{"x":[[1,2,3,4,5],[5,4,3,2,1]],"y":[0,2]}}"#
        )
        #expect(training.status == 202, "\(training.text)")
    }

    @Test func `a training goes on with what the optimizer of the file remembers`() throws {
        let server = try TestServer.shared()
        let file = try FixtureCase("keras3/compiled_adamw.keras")
        #expect(try server.importFile(file.bytes, "?name=remembering").status == 201)
        let version = try server.get("/models/remembering/versions/1")
        #expect(try version["optimizer_state", "updates"]?.int() == 6, "\(version.text)")
        #expect(try version["optimizer_state", "optimizer", "type"]?.string() == "AdamW")
        let expected = try JSONDocument(parsing: FixtureCase.bytes("keras3/compiled_adamw.json")).root
        let step = try #require(expected["one_more_step"])
        let rows = try step["x"]?["data"]?.elements.map { try $0.double() } ?? []
        let x = stride(from: 0, to: rows.count, by: 5).map { Array(rows[$0..<$0 + 5]) }
        let body =
            #"{"model":"remembering","initial_version":1,"epochs":1,"batch_size":8,"shuffle":false"#
            + #","data":{"x":\#(x),"y":\#(step["y"]?.source ?? "")}"#

        let job = try server.post("/train", body + "}")
        let done = try server.job(job["id"]?.string() ?? "", until: "succeeded")
        let other = try server.post("/train", body + #","optimizer":"Adam"}"#)

        #expect(job["notes"]?.elements.contains { $0.source.contains("behind update 6") } ?? false, "\(job.text)")
        #expect(try abs((done["metrics", "loss"]?.double() ?? 0) - (step["loss"]?.double() ?? 1)) < 1e-5)
        let answer = try server.post(
            "/predict",
            #"{"model":"remembering","version":2,"instances":\#(file.instances)}"#
        )
        let found = try answer["predictions"]?.elements.flatMap { try $0.elements.map { try $0.double() } } ?? []
        let wanted = try step["outputs"]?["dense_26"]?["data"]?.elements.map { try $0.double() } ?? []
        #expect(found.count == 9 && zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-5 }, "\(found) \(wanted)")
        #expect(try server.get("/models/remembering/versions/2")["optimizer_state"]?.isNull == true)
        #expect(other["notes"]?.elements.contains { $0.source.contains("begins anew") } ?? false, "\(other.text)")
    }

    @Test func `a file that is said to be something else is refused`() throws {
        let server = try TestServer.shared()
        let bytes = try FixtureCase.bytes("keras3/lenet.keras")
        let types = ["Content-Type: application/vnd.keras", "Content-Type: application/octet-stream", "Content-Type:"]
        for (number, type) in types.enumerated() {
            let reply = try server.importFile(bytes, "?name=typed\(number)", ["--header", type])
            #expect(reply.status == 201, "\(reply.text)")
        }
        let lie = try server.importFile(bytes, "?name=lie", ["--header", "Content-Type: application/json"])
        #expect(lie.status == 415)
    }
}
