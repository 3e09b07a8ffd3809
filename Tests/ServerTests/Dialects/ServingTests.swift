import Foundation
import JSON
import Testing

/// TensorFlow Serving's REST API, and what KServe has beside it.
@Suite(.sharedServer)
struct ServingTests {
    private func two(_ name: String) throws -> TestServer {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "\(name)", "layers": [
              {"type": "InputLayer", "name": "a", "shape": [2]}, {"type": "InputLayer", "name": "b", "shape": [2]},
              {"type": "Add", "name": "sum", "inputs": ["a", "b"]},
              {"type": "Subtract", "name": "rest", "inputs": ["a", "b"]}], "outputs": ["sum", "rest"]}
            """
        )
        return server
    }

    /// A model of a table, whose words and numbers may be missing.
    static func table(_ name: String) -> String {
        """
        {"name": "\(name)", "seed": 3, "layers": [
          {"type": "InputLayer", "name": "age", "shape": [], "dtype": "float32"},
          {"type": "InputLayer", "name": "sex", "shape": [], "dtype": "string"},
          {"type": "StringLookup", "name": "looked", "inputs": ["sex"], "vocabulary": ["f", "m"], "output_mode": "one_hot"},
          {"type": "Imputation", "name": "filled", "inputs": ["age"], "strategy": "constant", "fill_value": 40},
          {"type": "Concatenate", "inputs": ["filled", "looked"]},
          {"type": "Dense", "units": 2, "activation": "softmax"}]}
        """
    }

    @Test func `rows and columns of several inputs`() throws {
        let server = try two("both")
        let rows = try server.send(
            "/v1/models/both:predict",
            #"{"instances":[{"a":[1,2],"b":[3,4]},{"b":[1,1],"a":[5,6]}]}"#
        )
        #expect(
            rows.text == #"{"predictions":[{"sum":[4.0,6.0],"rest":[-2.0,-2.0]},{"sum":[6.0,7.0],"rest":[4.0,5.0]}]}"#
        )
        #expect(rows.fields["content-type"] == "application/json")
        let columns = try server.send(
            "/v1/models/both/versions/0:predict",
            #"{"signature_name":"serving_default","inputs":{"a":[[1,2],[5,6]],"b":[[3,4],[1,1]],"c":[1]}}"#
        )
        #expect(columns.text == #"{"outputs":{"sum":[[4.0,6.0],[6.0,7.0]],"rest":[[-2.0,-2.0],[4.0,5.0]]}}"#)
    }

    private static let faults: [(String, String, String)] = [
        ("predict", "", "not JSON"), ("predict", "[]", "object"),
        ("predict", "{}", "Missing 'inputs' or 'instances' key"),
        ("predict", #"{"instances":[[1]],"inputs":[[1]]}"#, "expecting only one of 'inputs' or 'instances'"),
        ("predict", #"{"instances":[]}"#, "/instances"), ("predict", #"{"instances":[[1,2]]}"#, "\"a\", \"b\""),
        ("predict", #"{"instances":[{"a":[1,2]}]}"#, "\"b\""),
        ("predict", #"{"instances":[{"a":[1,2],"b":[1,2],"c":1}]}"#, "/instances/0/c"),
        ("predict", #"{"instances":[{"a":[1,2],"b":[1,2,3]}]}"#, "/instances/0/b"),
        ("predict", #"{"instances":[{"a":[1,2],"b":[1,null]}]}"#, "/instances/0/b/1"),
        ("predict", #"{"inputs":{"a":[[1,2]],"b":[[1,2],[3,4]]}}"#, "unequal lengths"),
        ("predict", #"{"inputs":{"a":[[1,2]]}}"#, "\"b\""), ("predict", #"{"inputs":{"x":[[1,2]]}}"#, "\"x\""),
        ("predict", #"{"inputs":{"a":[],"b":[]}}"#, "no row"), ("predict", #"{"inputs":[[1,2]]}"#, "/inputs"),
        ("predict", #"{"signature_name":7,"instances":[1]}"#, "'signature_name' key must be a string value."),
        (
            "predict", #"{"signature_name":"x","instances":[1]}"#,
            #"Serving signature name: "x" not found in signature def"#
        ),
        ("classify", "{}", "'examples'"), ("classify", #"{"examples":[]}"#, "/examples"),
        ("classify", #"{"examples":[{"a":[[1,2]],"b":[1,2]}]}"#, "flat"),
        ("classify", #"{"examples":[{"a":[1,2],"b":[1,2]}]}"#, "no classifier"),
        ("regress", #"{"examples":[{"a":[1,2],"b":[1,2]}]}"#, "more than one number"),
        ("regress", #"{"context":1,"examples":[{"a":[1,2],"b":[1,2]}]}"#, "/context"),
    ]

    @Test func `what is wrong is a 400 that says what and where`() throws {
        let server = try two("wrong")
        for (verb, body, part) in Self.faults {
            let reply = try server.send("/v1/models/wrong:\(verb)", body)
            #expect(reply.status == 400, "\(body) \(reply.text)")
            #expect(reply.fields["content-type"] == "application/json")
            #expect(try reply["error"]?.string().contains(part) == true, "\(verb) \(body) \(reply.text)")
        }
        for path in [
            "/v1/models/none:predict", "/v1/models/wrong/versions/9:predict", "/v1/models/wrong/labels/none:predict",
        ] {
            let reply = try server.send(path, #"{"instances":[{"a":[1,2],"b":[3,4]}]}"#)
            #expect(reply.status == 404 && reply["error"] != nil, "\(path) \(reply.text)")
        }
        let unknown = try server.get("/v1/nothing")
        #expect(unknown.status == 400 && unknown.text.hasPrefix(#"{"error":"Malformed request: "#))
        let method = try server.get("/v1/models/wrong:predict")
        #expect(method.status == 405 && method.fields["allow"] == "POST, OPTIONS" && method["error"] != nil)
        for path in ["/v1/models/wrong:foo", "/v1/models/wrong/versions/1:foo"] {
            let verb = try server.send(path, "{}")
            #expect(verb.status == 400 && verb.text == #"{"error":"Malformed request: POST \#(path)"}"#)
            #expect(verb.fields["allow"] == nil && verb.fields["content-type"] == "application/json")
        }
        let explained = try server.send("/v1/models/wrong:explain", #"{"instances":[1]}"#)
        #expect(explained.status == 501 && explained["error"] != nil)
    }

    @Test func `a model that was trained is told by version, label and alias`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "labelled", "input_shape": [2], "layers": [{"type": "Dense", "units": 2, "activation": "softmax"}]}"#
        )
        let job =
            #"{"model": "labelled", "loss": "sparse_categorical_crossentropy", "epochs": 1, "data": {"x": [[0, 1], [1, 0]], "y": ["cat", "dog"]}}"#
        for _ in 0..<2 { _ = try server.trained(job) }
        try #require(try server.curl("PUT", "/models/labelled/aliases/stable", json: #"{"version": 1}"#).status < 300)
        let status = try server.get("/v1/models/labelled")
        #expect(
            status.text == #"""
                {"name":"labelled","ready":true,"model_version_status":[{"version":"2","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}},{"version":"1","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]}
                """#
        )
        #expect(try server.get("/v1/models/labelled/labels/stable")["model_version_status"]?.count == 1)
        let metadata = try server.get("/v1/models/labelled/metadata")
        #expect(metadata["model_spec"]?.source == #"{"name":"labelled","signature_name":"","version":"2"}"#)
        let inputs = metadata["metadata", "signature_def", "signature_def", "serving_default", "inputs", "input"]
        #expect(
            inputs?.source
                == #"{"dtype":"DT_FLOAT","tensor_shape":{"dim":[{"name":"","size":"-1"},{"name":"","size":"2"}],"unknown_rank":false},"name":"input:0"}"#
        )
        let native = try server.post("/predict", #"{"model": "labelled", "version": "stable", "instances": [[1, 0]]}"#)
        let scores = try native.floats("predictions")
        let classified = try server.send(
            "/v1/models/labelled/labels/stable:classify",
            #"{"context":{"input":[1,0]},"examples":[{}]}"#
        )
        #expect(
            classified["results", "0", "0", "0"]?.source == "\"cat\""
                && classified["results", "0", "1", "0"]?.source == "\"dog\"",
            "\(classified.text)"
        )
        #expect(try classified["results", "0", "1", "1"]?.float() == scores[1])
        let told = try server.get("/v2/models/labelled")
        #expect(told["versions"]?.source == #"["1","2"]"#)
        #expect(try server.get("/v1/models")["models"]?.elements.contains { $0.source == "\"labelled\"" } == true)
    }

    @Test func `words, pictures and tables`() throws {
        let server = try TestServer.shared()
        try server.define(Self.table("people"))
        let native = try server.post(
            "/predict",
            #"{"model": "people", "instances": [{"age": 31, "sex": "m"}, {"age": null, "sex": "f"}]}"#
        )
        let wanted = try native.floats("predictions")
        func same(_ reply: Reply, _ path: String...) throws {
            var value: JSONValue? = try reply.json
            for key in path { value = Int(key).map { value?[$0] } ?? value?[key] }
            let found = try #require(value, "\(reply.text)")
            let numbers = try found.elements.flatMap {
                try $0.kind == .array ? $0.elements.map { try $0.float() } : [$0.float()]
            }
            #expect(numbers == wanted, "\(reply.text)")
        }
        let word = Data("m".utf8).base64EncodedString()
        try same(
            try server.send(
                "/v1/models/people:predict",
                #"{"instances":[{"age":31,"sex":{"b64":"\#(word)"}},{"age":null,"sex":"f"}]}"#
            ),
            "predictions"
        )
        try same(
            try server.send("/v1/models/people:predict", #"{"inputs":{"age":[31,null],"sex":["m","f"]}}"#),
            "outputs"
        )
        try same(
            try server.send(
                "/invocations?model=people",
                #"{"dataframe_split":{"columns":["sex","age","more"],"index":[0,1],"data":[["m",31,1],["f",null,2]]}}"#
            ),
            "predictions"
        )
        try same(
            try server.send("/invocations?model=people", #"{"dataframe_records":[{"age":31,"sex":"m"},{"sex":"f"}]}"#),
            "predictions"
        )
        try same(
            try server.send("/invocations?model=people", #"{"inputs":{"age":[31,null],"sex":["m","f"]}}"#),
            "predictions"
        )
        let csv = ["--header", "Content-Type: text/csv"]
        try same(try server.send("/invocations?model=people", "sex,age\nm,31\nf,\n", csv), "predictions")
        let metadata = try server.get("/v2/models/people")
        #expect(
            metadata["inputs"]?.source
                == #"[{"name":"age","datatype":"FP32","shape":[-1]},{"name":"sex","datatype":"BYTES","shape":[-1]}]"#
        )
        let words = TensorBody.elements([Array("m".utf8), Array("f".utf8)])
        let body = TensorBody(
            json:
                #"{"inputs":[{"name":"age","shape":[2,1],"datatype":"FP64","data":[31,40]},{"name":"sex","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":\#(words.count)}}]}"#,
            tensors: [words]
        )
        let filled = try server.post(
            "/predict",
            #"{"model": "people", "instances": [{"age": 31, "sex": "m"}, {"age": 40, "sex": "f"}]}"#
        )
        let tensors = try server.send("/v2/models/people/infer", bytes: body.bytes, body.field)
        #expect(try tensors.floats("outputs", "0", "data") == filled.floats("predictions"))
        let broken = try server.send("/v2/models/people/infer", bytes: Array(body.bytes.dropLast(1)), body.field)
        #expect(broken.status == 400)
    }

    /// A PNG of 2 by 2 grey pixels.
    private static let picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGMQ+MAQOhMABVkB7xpYsTUAAAAASUVORK5CYII="

    @Test func `a picture goes as bytes and as base64`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "pictures", "layers": [{"type": "InputLayer", "name": "picture", "shape": [2, 2, 1], "dtype": "image"},
              {"type": "Rescaling", "scale": 0.01}, {"type": "Flatten"}, {"type": "Dense", "units": 2}]}
            """
        )
        let native = try server.post("/predict", #"{"model": "pictures", "instances": [{"b64": "\#(Self.picture)"}]}"#)
        try #require(native.status == 200, "\(native.text)")
        let wanted = try native.floats("predictions")
        let rows = try server.send("/v1/models/pictures:predict", #"{"instances":[{"b64":"\#(Self.picture)"}]}"#)
        #expect(try rows.floats("predictions") == wanted)
        let json = try server.send(
            "/v2/models/pictures/infer",
            #"{"inputs":[{"name":"picture","shape":[1],"datatype":"BYTES","data":["\#(Self.picture)"]}]}"#
        )
        #expect(try json.floats("outputs", "0", "data") == wanted)
        let bytes = Array(try #require(Data(base64Encoded: Self.picture)))
        let raw = try server.send(
            "/v2/models/pictures/infer",
            bytes: bytes,
            ["--header", "Inference-Header-Content-Length: 0"]
        )
        #expect(try TensorBody.floats(in: raw.parts().tensors) == wanted)
        let invoked = try server.send(
            "/invocations?model=pictures",
            bytes: bytes,
            ["--header", "Content-Type: image/png"]
        )
        #expect(try invoked.floats("predictions") == wanted)
        #expect(
            try server.get("/v2/models/pictures")["inputs", "0"]?.source
                == #"{"name":"picture","datatype":"BYTES","shape":[-1]}"#
        )
    }

    @Test func `what is no number is a bare word here and null in the other protocol`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "endless", "input_shape": [1], "layers": [{"type": "Activation", "name": "out", "activation": "exponential"}]}"#
        )
        let rows = try server.send("/v1/models/endless:predict", #"{"instances":[[1000]]}"#)
        #expect(rows.text == #"{"predictions":[[Infinity]]}"#)
        #expect(
            try server.send("/invocations?model=endless", #"{"inputs":[[1000]]}"#).text
                == #"{"predictions":[[Infinity]]}"#
        )
        let tensors = try server.send(
            "/v2/models/endless/infer",
            #"{"inputs":[{"name":"input","shape":[1,1],"datatype":"FP32","data":[1000]}]}"#
        )
        #expect(tensors["outputs", "0", "data"]?.source == "[null]")
        #expect(tensors["parameters"]?.source == #"{"non_finite":true}"#)
    }
}
