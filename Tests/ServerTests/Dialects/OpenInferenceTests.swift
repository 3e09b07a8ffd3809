import Foundation
import JSON
import Testing

/// The Open Inference Protocol as Triton answers it.
@Suite(.sharedServer)
struct OpenInferenceTests {
    private static let pair = """
        {"name": "%", "layers": [
          {"type": "InputLayer", "name": "INPUT0", "shape": [4]}, {"type": "InputLayer", "name": "INPUT1", "shape": [4]},
          {"type": "Add", "name": "OUTPUT0", "inputs": ["INPUT0", "INPUT1"]},
          {"type": "Subtract", "name": "OUTPUT1", "inputs": ["INPUT0", "INPUT1"]}], "outputs": ["OUTPUT0", "OUTPUT1"]}
        """

    private func pair(_ name: String) throws -> TestServer {
        let server = try TestServer.shared()
        try server.define(Self.pair.replacing("%", with: name))
        return server
    }

    private static let inputs = """
        {"name":"INPUT0","shape":[2,4],"datatype":"INT32","data":[[1,2,3,4],[5,6,7,8]]},\
        {"name":"INPUT1","shape":[2,4],"datatype":"FP32","data":[1,1,1,1,2,2,2,2]}
        """

    @Test func `the server tells what it is and how it is`() throws {
        let server = try TestServer.shared()
        for path in ["/v2", "/v2/"] {
            let reply = try server.get(path)
            #expect(try reply["name"]?.string() == "trainyard")
            #expect(
                reply["extensions"]?.source
                    == #"["binary_tensor_data","classification","statistics","model_repository","model_configuration","schedule_policy","parameters"]"#
            )
        }
        #expect(try server.get("/v2/health/live").text == #"{"live":true}"#)
        #expect(try server.get("/v2/health/ready").text == #"{"live":true,"ready":true}"#)
        #expect(try server.get("/v2/models").status == 200)
    }

    @Test func `a model tells its inputs and outputs, with and without a version`() throws {
        let server = try pair("told")
        let metadata = #"""
            {"name":"told","versions":["0"],"platform":"trainyard","inputs":[{"name":"INPUT0","datatype":"FP32","shape":[-1,4]},{"name":"INPUT1","datatype":"FP32","shape":[-1,4]}],"outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[-1,4]},{"name":"OUTPUT1","datatype":"FP32","shape":[-1,4]}]}
            """#
        #expect(try server.get("/v2/models/told").text == metadata)
        #expect(try server.get("/v2/models/told/versions/0").text == metadata)
        #expect(try server.get("/v2/models/told/ready").text == #"{"name":"told","ready":true}"#)
        let configuration = try server.get("/v2/models/told/config")
        #expect(
            configuration["input", "0"]?.source
                == #"{"name":"INPUT0","data_type":"TYPE_FP32","format":"FORMAT_NONE","dims":[4]}"#
        )
        #expect(try #require(try configuration["max_batch_size"]?.int()) > 0)
        for path in [
            "/v2/models/none", "/v2/models/told/versions/7", "/v2/models/told/versions/x/ready", "/v2/models/told/none",
        ] {
            let reply = try server.get(path)
            #expect(reply.status == 404 && reply["error"] != nil, "\(path) \(reply.text)")
            #expect(reply.fields["content-type"] == "application/json")
        }
    }

    @Test func `outputs come as they are asked for, and the id comes back`() throws {
        let server = try pair("asked")
        let all = try server.send(
            "/v2/models/asked/infer?test_1=1",
            #"{"id":"7","inputs":[\#(Self.inputs)],"model_name":"x"}"#
        )
        #expect(
            all.text == #"""
                {"id":"7","model_name":"asked","model_version":"0","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[2,4],"data":[2.0,3.0,4.0,5.0,7.0,8.0,9.0,10.0]},{"name":"OUTPUT1","datatype":"FP32","shape":[2,4],"data":[0.0,1.0,2.0,3.0,3.0,4.0,5.0,6.0]}]}
                """#
        )
        let outputs = #"[{"name":"OUTPUT1","parameters":{"binary_data":true}},{"name":"OUTPUT0"}]"#
        let mixed = try server.send("/v2/models/asked/infer", #"{"inputs":[\#(Self.inputs)],"outputs":\#(outputs)}"#)
        let parts = try mixed.parts()
        #expect(parts.json["outputs", "0", "name"]?.source == "\"OUTPUT1\"")
        #expect(parts.json["outputs", "0", "parameters"]?.source == #"{"binary_data_size":32}"#)
        #expect(parts.json["outputs", "0", "data"] == nil)
        #expect(try parts.json.floats("outputs", "1", "data") == [2, 3, 4, 5, 7, 8, 9, 10])
        #expect(TensorBody.floats(in: parts.tensors) == [0, 1, 2, 3, 3, 4, 5, 6])
        // What an output says counts before what the request says.
        let said = try server.send(
            "/v2/models/asked/infer",
            #"{"inputs":[\#(Self.inputs)],"outputs":[{"name":"OUTPUT0","parameters":{"binary_data":false}}],"parameters":{"binary_data_output":true}}"#
        )
        #expect(said.fields["content-type"] == "application/json" && said["outputs", "0", "data"] != nil)
    }

    @Test func `the best classes are told in place of numbers`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "classes", "input_shape": [3], "layers": [{"type": "Activation", "activation": "softmax"}]}"#
        )
        let body =
            #"{"inputs":[{"name":"input","shape":[2,3],"datatype":"FP32","data":[0,0,9,9,0,0]}],"outputs":[{"name":"%","parameters":{"classification":2}}]}"#
        let name = try #require(try server.get("/v2/models/classes")["outputs", "0", "name"]?.string())
        let reply = try server.send("/v2/models/classes/infer", body.replacing("%", with: name))
        #expect(reply["outputs", "0", "datatype"]?.source == "\"BYTES\"", "\(reply.text)")
        #expect(reply["outputs", "0", "shape"]?.source == "[2,2]")
        #expect(reply["outputs", "0", "data"]?.source == #"["0.999753:2","0.000123:0","0.999753:0","0.000123:1"]"#)
    }

    private static let input = #""name":"INPUT0","shape":[1,4],"datatype":"FP32""#
    private static let other = #"{"name":"INPUT1","shape":[1,4],"datatype":"FP32","data":[1,1,1,1]}"#

    private static let faults: [(String, String)] = [
        ("", "not JSON"), ("[]", "object"), ("{}", "inputs"), (#"{"inputs":{}}"#, "inputs"),
        (#"{"inputs":[]}"#, "inputs"),
        (#"{"inputs":[{"name":"INPUT0"}]}"#, "datatype"),
        (#"{"inputs":[{\#(input)},\#(other)]}"#, "neither"),
        (#"{"inputs":[{\#(input),"data":[1,2,3,4],"parameters":{"binary_data_size":16}},\#(other)]}"#, "both"),
        (#"{"inputs":[{\#(input),"parameters":{"shared_memory_region":"x"}},\#(other)]}"#, "shared memory"),
        (#"{"inputs":[{\#(input),"data":[1,2]},\#(other)]}"#, "2 values, the shape [1, 4] needs 4"),
        (#"{"inputs":[{\#(input),"data":[1,2,3,4,5]},\#(other)]}"#, "more than 4"),
        (#"{"inputs":[{\#(input),"data":[1,2,"x",4]},\#(other)]}"#, "/inputs/0/data/2"),
        (#"{"inputs":[{\#(input),"data":[1,2,1e39,4]},\#(other)]}"#, "/inputs/0/data/2"),
        (#"{"inputs":[{"name":"INPUT0","shape":[1,4],"datatype":"INT8","data":[1,2,300,4]},\#(other)]}"#, "127"),
        (#"{"inputs":[{"name":"INPUT0","shape":[1,4],"datatype":"INT8","data":[1,2,1.5,4]},\#(other)]}"#, "integer"),
        (
            #"{"inputs":[{"name":"INPUT0","shape":[1,4],"datatype":"BOOL","data":[1,0,0,1]},\#(other)]}"#,
            "true or false"
        ),
        (
            #"{"inputs":[{"name":"INPUT0","shape":[1,4],"datatype":"BYTES","data":["a","b","c","d"]},\#(other)]}"#,
            "BYTES"
        ),
        (#"{"inputs":[{"name":"INPUT0","shape":[1,4],"datatype":"FP33","data":[1,2,3,4]},\#(other)]}"#, "FP32"),
        (
            #"{"inputs":[{"name":"INPUT0","shape":[-1,4],"datatype":"FP32","data":[1,2,3,4]},\#(other)]}"#,
            "/inputs/0/shape/0"
        ),
        (
            #"{"inputs":[{"name":"INPUT0","shape":[4611686018427387,4611686018427387],"datatype":"FP32","data":[1]},\#(other)]}"#,
            "larger"
        ),
        (#"{"inputs":[{"name":"INPUT0","shape":[1000000000,4],"datatype":"FP32","data":[1]},\#(other)]}"#, "fewer"),
        (
            #"{"inputs":[{"name":"INPUT0","shape":[2,4],"datatype":"FP32","data":[1,2,3,4,5,6,7,8]},\#(other)]}"#,
            "unequal"
        ),
        (#"{"inputs":[{"name":"INPUT0","shape":[1,5],"datatype":"FP32","data":[1,2,3,4,5]},\#(other)]}"#, "[rows, 4]"),
        (#"{"inputs":[{\#(input),"data":[1,2,3,4]}]}"#, "INPUT1"),
        (#"{"inputs":[{\#(input),"data":[1,2,3,4]},\#(other),\#(other)]}"#, "twice"),
        (#"{"inputs":[{"name":"INPUT9","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]},\#(other)]}"#, "INPUT0"),
        (#"{"inputs":[\#(inputs)],"outputs":[{"name":"OUTPUT9"}]}"#, "OUTPUT0"),
        (#"{"inputs":[\#(inputs)],"outputs":[{}]}"#, "name"),
        (#"{"id":7,"inputs":[\#(inputs)]}"#, "/id"),
        (#"{"parameters":{"triton_x":1},"inputs":[\#(inputs)]}"#, "reserved"),
        (#"{"parameters":{"x":[1]},"inputs":[\#(inputs)]}"#, "/parameters/x"),
        (#"{"parameters":{"sequence_id":5},"inputs":[\#(inputs)]}"#, "sequences"),
        ("{} and more", "Inference-Header-Content-Length"),
    ]

    @Test func `what is wrong is a 400 that says what and where`() throws {
        let server = try pair("faulty")
        for (body, part) in Self.faults {
            let reply = try server.send("/v2/models/faulty/infer", body)
            #expect(reply.status == 400, "\(body) \(reply.text)")
            #expect(reply.fields["content-type"] == "application/json")
            #expect(try reply["error"]?.string().contains(part) == true, "\(body) \(reply.text)")
        }
    }

    @Test func `bytes that don't fit are told`() throws {
        let server = try pair("bytes")
        func ask(_ size: Int, _ bytes: [UInt8], length: Int? = nil) throws -> Reply {
            let json = #"{"inputs":[{\#(Self.input),"parameters":{"binary_data_size":\#(size)}},\#(Self.other)]}"#
            let field = ["--header", "Inference-Header-Content-Length: \(length ?? json.utf8.count)"]
            return try server.send("/v2/models/bytes/infer", bytes: Array(json.utf8) + bytes, field)
        }
        let sixteen = TensorBody.floats([1, 2, 3, 4])
        #expect(try ask(16, sixteen).status == 200)
        for (reply, part) in [
            (try ask(15, sixteen), "unexpected size for input"),
            (try ask(16, Array(sixteen.dropLast())), "unexpected size for input"),
            (try ask(16, sixteen + [0]), "unexpected additional input data"),
            (try ask(16, sixteen, length: 100_000), "inference header size should be in range"),
            (try ask(16, TensorBody.floats([1, .nan, 3, 4])), "finite"),
            (try ask(16, TensorBody.floats([1, .infinity, 3, 4])), "finite"),
        ] {
            #expect(
                try reply.status == 400 && reply["error"]?.string().contains(part) == true,
                "\(part): \(reply.text)"
            )
        }
        let odd = try server.send("/v2/models/bytes/infer", "{}", ["--header", "Inference-Header-Content-Length: x"])
        #expect(odd.status == 400 && odd["error"] != nil)
    }

    @Test func `bodies are packed and unpacked`() throws {
        let server = try pair("packed")
        let body = #"{"inputs":[\#(Self.inputs)],"parameters":{"binary_data_output":true}}"#
        let plain = try server.send("/v2/models/packed/infer", body)
        let folder = try TemporaryFolder()
        let file = try folder.write(Array(body.utf8), to: "body")
        let packed = try ChildProcess("/usr/bin/env", ["gzip", "-c", file]).wait().output
        for coding in ["gzip", "deflate"] {
            let reply = try server.send(
                "/v2/models/packed/infer",
                bytes: packed,
                [
                    "--header", "Content-Encoding: gzip", "--header", "Accept-Encoding: \(coding), identity;q=0.5",
                    "--compressed",
                ]
            )
            #expect(reply.fields["content-encoding"] == coding && reply.body == plain.body, "\(reply.fields)")
            #expect(reply.fields["inference-header-content-length"] == plain.fields["inference-header-content-length"])
        }
        let none = try server.send("/v2/models/packed/infer", body, ["--header", "Accept-Encoding: identity, gzip"])
        #expect(none.fields["content-encoding"] == nil)
        let metadata = try server.get("/v2/models/packed", ["--header", "Accept-Encoding: gzip, deflate, br"])
        #expect(metadata.fields["content-encoding"] == nil)
        let unknown = try server.send("/v2/models/packed/infer", body, ["--header", "Content-Encoding: br"])
        #expect(unknown.status == 415 && unknown["error"] != nil)
        #expect(unknown.fields["accept-encoding"] == "gzip, deflate")
    }

    @Test func `statistics count what was asked`() throws {
        let server = try pair("counted")
        for _ in 0..<3 { _ = try server.send("/v2/models/counted/infer", #"{"inputs":[\#(Self.inputs)]}"#) }
        _ = try server.send("/v2/models/counted/infer", #"{"inputs":[\#(Self.other)]}"#)
        let reply = try server.get("/v2/models/counted/versions/0/stats")
        func number(_ path: String...) throws -> Int {
            let value = path.reduce(reply["model_stats", "0"]) { value, key in
                Int(key).map { value?[$0] } ?? value?[key]
            }
            return try #require(value).int()
        }
        #expect(try number("inference_count") == 6)
        #expect(try number("execution_count") == 3)
        #expect(try number("inference_stats", "success", "count") == 3)
        #expect(try number("inference_stats", "fail", "count") == 1)
        #expect(try number("inference_stats", "queue", "count") == 3)
        #expect(try number("inference_stats", "compute_infer", "count") == 3)
        #expect(try number("inference_stats", "compute_infer", "ns") > 0)
        #expect(try number("inference_stats", "success", "ns") >= number("inference_stats", "compute_infer", "ns"))
        #expect(try number("batch_stats", "0", "batch_size") == 2)
        #expect(try abs(Double(number("last_inference")) / 1000 - Date.now.timeIntervalSince1970) < 300)
        let all = try server.get("/v2/models/stats")
        #expect(all["model_stats"]?.elements.contains { $0["name"]?.source == "\"counted\"" } == true)
    }

    @Test func `a model that is unloaded answers nothing until it is loaded`() throws {
        let server = try pair("loaded")
        let body = #"{"inputs":[\#(Self.inputs)]}"#
        func entry() throws -> String? {
            try server.send("/v2/repository/index", "").json.elements.first { $0["name"]?.source == "\"loaded\"" }?
                .source
        }
        #expect(try entry() == #"{"name":"loaded","version":"0","state":"READY","reason":""}"#)
        let unload = try server.send(
            "/v2/repository/models/loaded/unload",
            #"{"parameters":{"unload_dependents":false}}"#
        )
        #expect(unload.status == 200)
        #expect(try server.get("/v2/models/loaded/ready").status == 400)
        let refused = try server.send("/v2/models/loaded/infer", body)
        #expect(refused.status == 400 && refused.text.contains("unloaded"))
        #expect(try entry() == #"{"name":"loaded","version":"0","state":"UNAVAILABLE","reason":"unloaded"}"#)
        let ready = try server.send("/v2/repository/index", #"{"ready":true}"#)
        #expect(try !ready.json.elements.contains { $0["name"]?.source == "\"loaded\"" })
        #expect(try server.send("/v2/repository/models/loaded/load", #"{"parameters":{"config":"{}"}}"#).status == 400)
        #expect(try server.send("/v2/repository/models/loaded/load", "{}").status == 200)
        #expect(try server.send("/v2/models/loaded/infer", body).status == 200)
        let unknown = try server.send("/v2/repository/models/none/load", "")
        #expect(unknown.status == 404 && unknown.text.contains("failed to load"))
        let shared = try server.send("/v2/systemsharedmemory/unregister", "")
        #expect(shared.status == 404 && shared.text.contains("binary_data"))
    }

    @Test func `a wrong method is told which are allowed, and requests are bounded in time`() throws {
        let server = try pair("bounds")
        let reply = try server.curl("PUT", "/v2/models/bounds/infer")
        #expect(reply.status == 405 && reply["error"] != nil)
        #expect(reply.fields["allow"] == "POST, OPTIONS")
        for path in ["/v2/systemsharedmemory/status", "/v2/models/bounds/generate", "/v2/logging"] {
            let missing = try server.get(path)
            #expect(missing.status == 404 && missing["error"] != nil)
        }
        let ordered = #"{"parameters":{"priority":1,"timeout":60000000},"inputs":[\#(Self.inputs)]}"#
        #expect(try server.send("/v2/models/bounds/infer", ordered).status == 200)
        #expect(
            try server.send("/v2/models/bounds/infer", #"{"parameters":{"priority":-1},"inputs":[\#(Self.inputs)]}"#)
                .status == 400
        )
    }
}
