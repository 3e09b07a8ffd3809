import Foundation
import JSON
import Testing

/// Weights under PyTorch's names over HTTP; what is expected comes from PyTorch 2.13.0 (`Fixtures/PyTorch/README.md`).
struct PyTorchWeightsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/PyTorch")

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: name)))
    }

    private func json(_ name: String) throws -> JSONValue { try JSONDocument(parsing: bytes(name)).root }

    private func definition(named name: String) throws -> String {
        String(decoding: try bytes("net.json"), as: UTF8.self)
            .replacing("\"name\": \"net\"", with: "\"name\": \"\(name)\"")
    }

    /// The rows of a case as instances, and the numbers that PyTorch answers.
    private func sample(_ name: String) throws -> (instances: String, expected: [Double]) {
        let json = try json(name)
        let input = try #require(json["inputs"]?["input"])
        let extents = try #require(input["shape"]).elements.map { try $0.int() }
        let numbers = try #require(input["data"]).elements.map { try $0.double() }
        func nested(_ numbers: ArraySlice<Double>, _ extents: ArraySlice<Int>) -> String {
            guard let count = extents.first else { return "\(numbers[numbers.startIndex])" }
            let step = numbers.count / count
            let parts = (0..<count).map { index in
                nested(numbers.dropFirst(index * step).prefix(step), extents.dropFirst())
            }
            return "[" + parts.joined(separator: ",") + "]"
        }
        return (
            nested(numbers[...], extents[...]),
            try #require(json["outputs"]?["head"]?["data"]).elements.map { try $0.double() }
        )
    }

    private func expectAnswers(
        _ server: TestServer,
        _ model: String,
        _ sample: (instances: String, expected: [Double])
    ) throws {
        let answer = try server.post("/predict", #"{"model":"\#(model)","instances":\#(sample.instances)}"#)
        #expect(answer.status == 200)
        let found = try #require(answer["predictions"]).elements.flatMap { try $0.elements.map { try $0.double() } }
        #expect(found.count == sample.expected.count)
        for (one, other) in zip(found, sample.expected) { #expect(abs(one - other) < 1e-5) }
    }

    @Test func `a state_dict makes a version that answers as PyTorch does, and comes out again`() throws {
        try withServer { server in
            try server.define(definition(named: "torch-net"))
            let file = try bytes("pytorch_names.safetensors")
            let put = try server.put(
                "/models/torch-net/weights?names=pytorch",
                file,
                contentType: "application/octet-stream"
            )
            #expect(put.status == 201, "\(put.text)")
            try expectAnswers(server, "torch-net", sample("pytorch_names.json"))

            let out = try server.get("/models/torch-net/weights?names=pytorch")
            #expect(out.status == 200)
            let again = try server.put(
                "/models/torch-net/weights?names=pytorch",
                out.body,
                contentType: "application/octet-stream"
            )
            #expect(try again["weights_sha256"]?.string() == put["weights_sha256"]?.string())
            let header = String(
                decoding: out.body.dropFirst(8).prefix { $0 != UInt8(ascii: "\0") }.prefix(2000),
                as: UTF8.self
            )
            #expect(header.contains(#""lstm.weight_hh_l0_reverse":{"dtype":"F32","shape":[16,4]"#))
            #expect(header.contains(#""__metadata__":{"format":"pt"}"#))
        }
    }

    @Test(arguments: ["f64", "f32", "f16", "bf16", "mixed"])
    func `numbers of every width answer as PyTorch does with them`(_ name: String) throws {
        try withServer { server in
            try server.define(definition(named: "torch-\(name)"))
            let put = try server.put(
                "/models/torch-\(name)/weights",
                bytes("\(name).safetensors"),
                contentType: "application/octet-stream"
            )
            #expect(put.status == 201, "\(put.text)")
            try expectAnswers(server, "torch-\(name)", sample("\(name).json"))
        }
    }

    @Test func `a file in 16 bits is the same numbers rounded`() throws {
        try withServer { server in
            try server.define(definition(named: "torch-halves"))
            let path = "/models/torch-halves/weights"
            // What the peer rounded comes out of this program's own rounding of the same numbers.
            for (name, type) in [("f16", "F16"), ("bf16", "BF16"), ("f64", "F64")] {
                let put = try server.put(path, bytes("\(name).safetensors"), contentType: "application/octet-stream")
                let out = try server.get(path + "?dtype=\(type)")
                #expect(out.status == 200)
                let back = try server.put(path, out.body, contentType: "application/octet-stream")
                #expect(try back["weights_sha256"]?.string() == put["weights_sha256"]?.string(), "\(type)")
            }
            let whole = try server.put(path, bytes("f32.safetensors"), contentType: "application/octet-stream")
            #expect(whole.status == 201)
            let halves = try server.get(path + "?dtype=BF16").body
            let rounded = try bytes("bf16.safetensors")
            #expect(Self.numbers(halves).sorted() == Self.numbers(rounded).sorted())
        }
    }

    /// The 16-bit numbers behind the header.
    private static func numbers(_ file: [UInt8]) -> [UInt16] {
        let start = 8 + file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        return stride(from: start, to: file.count, by: 2).map { UInt16(file[$0]) | UInt16(file[$0 + 1]) << 8 }
    }

    @Test func `what is wrong with names, map or type is said`() throws {
        try withServer { server in
            try server.define(definition(named: "torch-wrong"))
            let path = "/models/torch-wrong/weights"
            func refusal(_ reply: Reply, _ status: Int, _ sentence: String) throws {
                #expect(reply.status == status, "\(reply.text)")
                let detail = try #require(try reply["detail"]?.string())
                #expect(detail.contains(sentence), "\(detail)")
            }
            try refusal(server.get(path + "?names=keras"), 400, "expected pytorch")
            try refusal(server.get(path + "?dtype=I8"), 400, "F32, F64, F16, BF16")
            try refusal(server.get(path + "?map=%7B%7D"), 400, "names=pytorch")
            try refusal(server.get(path + "?names=pytorch&map=%5B%5D"), 400, "an object")
            try refusal(server.get(path + "?names=pytorch&map=%7B%22a%22:%22b%22%7D"), 422, "no layer \"b\"")
            let put = try server.put(
                path + "?names=pytorch",
                bytes("f32.safetensors"),
                contentType: "application/octet-stream"
            )
            try refusal(put, 422, "\"conv/bias\" [3] has no module")
            #expect(put.text.contains(#"\"conv.weight\" [3, 2, 3, 3] is missing"#))
            #expect(try server.get("/models/torch-wrong")["version"]?.int() == 0)
        }
    }
}
