import Foundation
import JSON
import Testing

/// ONNX files in and out over HTTP; what each operator gives is tested where it is read.
@Suite(.sharedServer) struct ONNXImportTests {
    private static let files = FixtureCase.names(in: "ONNX", endingWith: ".onnx").filter { name in
        (name.hasSuffix(".legacy.onnx") || name.hasSuffix(".dynamo.onnx")) && name != "simple_rnn.dynamo.onnx"
    }

    private static func modelName(_ file: String) -> String { "onnx-" + file.map { $0 == "." ? "-" : $0 } }

    @Test(arguments: files)
    func `predictions are those of the file, and of what is written of it`(file: String) throws {
        let (server, fixture) = (try TestServer.shared(), try FixtureCase("ONNX/\(file)"))
        let name = Self.modelName(file)

        let made = try server.importFile(fixture.bytes, "?name=\(name)")
        try #require(made.status == 201, "\(made.text)")
        #expect(try made["version"]?.int() == 1)
        let answer = try server.post("/predict", #"{"model":"\#(name)","instances":\#(fixture.instances)}"#)
        #expect(try fixture.difference(from: #require(answer["predictions"], "\(answer.text)")) < 1e-5)

        let export = try server.get("/models/\(name)/export?format=onnx&opset=18")
        try #require(export.status == 200, "\(export.text)")
        #expect(export.fields["content-type"] == "application/onnx")
        #expect(export.fields["content-disposition"] == "attachment; filename=\"\(name).onnx\"")
        let again = try server.importFile(export.body, "?name=\(name)-again")
        try #require(again.status == 201, "\(again.text)")
        let repeated = try server.post("/predict", #"{"model":"\#(name)-again","instances":\#(fixture.instances)}"#)
        #expect(try fixture.difference(from: #require(repeated["predictions"], "\(repeated.text)")) < 1e-5)
    }

    @Test func `a file without a name asks for one`() throws {
        let reply = try TestServer.shared().importFile(FixtureCase.bytes("ONNX/lenet.legacy.onnx"))
        #expect(reply.status == 422)
        #expect(reply.text.contains("?name="), "\(reply.text)")
    }

    @Test func `nodes that can't be read are named with their place, and nothing is stored`() throws {
        let server = try TestServer.shared()
        let reply = try server.importFile(FixtureCase.bytes("ONNX/tf2onnx_gru.onnx"), "?name=onnx-loop")
        #expect(reply.status == 422)
        #expect(reply.faults.contains { $0.contains("/graph/node/") && $0.contains("Loop") }, "\(reply.text)")
        #expect(try server.get("/models/onnx-loop").status == 404)
    }

    @Test func `numbers beside the file come with it in a form`() throws {
        let server = try TestServer.shared()
        let fixture = try FixtureCase("ONNX/external.onnx")
        let folder = try TemporaryFolder()
        let file = try folder.write(fixture.bytes, to: "m.onnx")
        let data = try folder.write(try FixtureCase.bytes("ONNX/external.onnx.data"), to: "external.onnx.data")
        let parts = ["--form", "model=@\(file)", "--form", "data=@\(data)"]

        let made = try server.curl("POST", "/models?name=onnx-external", parts)
        try #require(made.status == 201, "\(made.text)")
        let answer = try server.post("/predict", #"{"model":"onnx-external","instances":\#(fixture.instances)}"#)
        #expect(try fixture.difference(from: #require(answer["predictions"], "\(answer.text)")) < 1e-5)

        let alone = try server.importFile(fixture.bytes, "?name=onnx-alone")
        #expect(alone.status == 422)
        #expect(alone.text.contains("external.onnx.data"), "\(alone.text)")
        let without = try server.curl("POST", "/models?name=onnx-without", ["--form", "data=@\(data)"])
        #expect(without.status == 422)
        #expect(without.text.contains("no part \\\"model\\\""), "\(without.text)")
        let twice = try server.curl("POST", "/models?name=onnx-twice", parts + ["--form", "more=@\(data)"])
        #expect(twice.status == 422)
        #expect(twice.text.contains("twice"), "\(twice.text)")
        let unnamed = try server.curl("POST", "/models?name=onnx-unnamed", parts + ["--form", "more=text"])
        #expect(unnamed.status == 422)
        #expect(unnamed.text.contains("part \\\"more\\\""), "\(unnamed.text)")
    }

    @Test func `what is said of a file beside its format goes with the formats that have it`() throws {
        let server = try TestServer.shared()
        try server.define(#"{"name":"onnx-said","input_shape":[2],"layers":[{"type":"Dense","name":"fc","units":1}]}"#)
        let path = "/models/onnx-said/export"
        for (query, sentence) in [
            ("?format=keras&opset=17", "onnx"), ("?format=onnx&dtype=F16", "safetensors"),
            ("?format=npz&names=pytorch", "safetensors"), ("?format=onnx&opset=12", "13 to 21"),
        ] {
            let reply = try server.get(path + query)
            #expect(reply.status == 400 && reply.text.contains(sentence), "\(query): \(reply.text)")
        }
        let named = try server.get(path + "?format=safetensors&names=pytorch&dtype=BF16")
        #expect(named.status == 200)
        let header = String(decoding: named.body.dropFirst(8).prefix(60), as: UTF8.self)
        #expect(header.contains("pt"), "\(header)")
        #expect(named.body == (try server.get("/models/onnx-said/weights?names=pytorch&dtype=BF16").body))
        let (old, new) = (try server.get(path + "?format=onnx&opset=13"), try server.get(path + "?format=onnx"))
        #expect(old.status == 200 && new.status == 200 && old.body != new.body)
    }

    @Test func `what is to be known of a file comes with it`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name":"onnx-noted","input_shape":[4,3],"layers":[{"type":"GRU","name":"turn","units":2,"activation":"elu"}]}"#
        )
        let path = "/models/onnx-noted/export?format="
        let file = try server.get(path + "onnx")
        let notes = try JSONDocument(parsing: #require(file.fields["trainyard-notes"])).root
        #expect(notes.count == 1 && notes.source.contains("OpenVINO"), "\(notes.source)")
        #expect(try server.get(path + "keras").fields["trainyard-notes"] == nil)
    }

    @Test func `weights of a file of a whole model are sent as a model`() throws {
        let server = try TestServer.shared()
        try server.define(#"{"name":"onnx-target","input_shape":[2],"layers":[{"type":"Dense","units":1}]}"#)
        let put = try server.put(
            "/models/onnx-target/weights",
            FixtureCase.bytes("ONNX/gru.legacy.onnx"),
            contentType: "application/onnx"
        )
        #expect(put.status == 422)
        #expect(put.text.contains("POST /models"), "\(put.text)")
    }
}
