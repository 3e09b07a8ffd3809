import Foundation
import JSON
import Testing

/// Weights out and in, as safetensors files.
struct WeightsTests {
    private let contentType = "application/octet-stream"

    /// A file of two tensors for the model `line`.
    private func file(kernel: [Float], bias: Float, kernelShape: String = "[2,1]") -> [UInt8] {
        let header = """
            {"dense/kernel":{"dtype":"F32","shape":\(kernelShape),"data_offsets":[0,8]},\
            "dense/bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}
            """
        let floats = (kernel + [bias]).flatMap { value in
            withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        }
        return withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + floats
    }

    @Test func `weights that are put make a version, which answers and comes out as it went in`() throws {
        try withServer { server in
            try server.define(Samples.line)

            let put = try server.put(
                "/models/line/weights",
                file(kernel: [2, -1], bias: 0.5),
                contentType: contentType
            )

            #expect(put.status == 201)
            #expect(put.fields["location"] == "/models/line/weights?version=1")
            #expect(try put["version"]?.int() == 1)
            let answer = try server.post("/predict", #"{"model": "line", "instances": [[3, 4], [0, 0]]}"#)
            #expect(answer.text == #"{"model":"line","version":1,"predictions":[[2.5],[0.5]]}"#)
            let out = try server.get("/models/line/weights")
            #expect(out.fields["content-type"] == contentType)
            #expect(out.body.suffix(12) == file(kernel: [2, -1], bias: 0.5).suffix(12))
            let again = try server.put("/models/line/weights", out.body, contentType: contentType)
            #expect(try again["weights_sha256"]?.string() == put["weights_sha256"]?.string())
            #expect(try server.get("/models/line/weights?version=2").body == out.body)
        }
    }

    @Test func `an older version goes on answering when it is named`() throws {
        try withServer { server in
            try server.define(Samples.line)
            for bias in [1, 2] as [Float] {
                let put = try server.put(
                    "/models/line/weights",
                    file(kernel: [0, 0], bias: bias),
                    contentType: contentType
                )
                #expect(put.status == 201)
            }
            func answer(_ version: String) throws -> Reply {
                try server.post("/predict", #"{"model": "line"\#(version), "instances": [[0, 0]]}"#)
            }
            #expect(try answer("")["predictions", "0", "0"]?.double() == 2)
            #expect(try answer(#", "version": 1"#)["predictions", "0", "0"]?.double() == 1)
            #expect(try answer(#", "version": 0"#).status == 200)
            #expect(try answer(#", "version": 3"#).status == 404)
        }
    }

    @Test func `files that are damaged or of another model are refused and change nothing`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let good = file(kernel: [1, 1], bias: 1)
            let refused: [(body: [UInt8], sentence: String)] = [
                ([], "its header alone needs 8"),
                (Array(good.prefix(100)), "header"),
                (Array(good.dropLast(4)), "the tensors need 12 bytes, the file has 8"),
                (good + [0, 0, 0, 0], "belong to none"),
                (
                    file(kernel: [1, 1], bias: 1, kernelShape: "[1,2]"),
                    "\"dense/kernel\" is [1, 2], the model needs [2, 1]"
                ),
                (file(kernel: [.nan, 1], bias: 1), "not finite"),
            ]
            for (body, sentence) in refused {
                let reply = try server.put("/models/line/weights", body, contentType: contentType)
                #expect(reply.status == 422)
                #expect(reply.text.replacingOccurrences(of: "\\\"", with: "\"").contains(sentence), "\(reply.text)")
            }
            #expect(try server.get("/models/line")["version"]?.int() == 0)
            #expect(try server.get("/models/none/weights").status == 404)
            #expect(try server.put("/models/none/weights", good, contentType: contentType).status == 404)
        }
    }
}
