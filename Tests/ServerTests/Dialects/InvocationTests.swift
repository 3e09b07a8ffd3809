import Foundation
import JSON
import Testing

/// Where requests name no model in their path: MLflow's scoring server, SageMaker, Vertex AI.
@Suite
struct InvocationTests {
    private static let line = #"{"name": "%", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}"#

    private func define(_ server: TestServer, _ names: String...) throws {
        for name in names { try server.define(Self.line.replacing("%", with: name)) }
    }

    private func prediction(_ server: TestServer, _ model: String) throws -> String {
        let reply = try server.post("/predict", #"{"model": "\#(model)", "instances": [[1, 2]]}"#)
        return try #require(reply["predictions"]?.source)
    }

    @Test func `the only model, the one that is named, the default one`() throws {
        try withServer { server in
            let none = try server.send("/invocations", #"{"inputs":[[1,2]]}"#)
            #expect(none.status == 400 && none.text.contains("no model yet"))
            try define(server, "one")
            let only = try server.send("/invocations", #"{"inputs":[[1,2]]}"#)
            #expect(only.text == #"{"predictions":\#(try prediction(server, "one"))}"#)
            try define(server, "two")
            let which = try server.send("/invocations", #"{"inputs":[[1,2]]}"#)
            #expect(which.status == 400 && which["error_code"]?.source == "\"BAD_REQUEST\"")
            #expect(which.text.contains("one, two"))
            let wanted = #"{"predictions":\#(try prediction(server, "two"))}"#
            #expect(try server.send("/invocations?model=two&version=0", #"{"inputs":[[1,2]]}"#).text == wanted)
            let field = [
                "--header", "X-Amzn-SageMaker-Target-Model: two", "--header", "X-Amzn-SageMaker-Custom-Attributes: c=1",
            ]
            let named = try server.send("/invocations", #"{"inputs":[[1,2]]}"#, field)
            #expect(named.text == wanted && named.fields["x-amzn-sagemaker-custom-attributes"] == "c=1")
            let missing = try server.send("/invocations?model=three", #"{"inputs":[[1,2]]}"#)
            #expect(missing.status == 404 && missing["error_code"]?.source == "\"RESOURCE_DOES_NOT_EXIST\"")
        }
        try withServer(["--default-model", "two@0"]) { server in
            try define(server, "one", "two")
            let wanted = #"{"predictions":\#(try prediction(server, "two"))}"#
            #expect(try server.send("/invocations", #"{"inputs":[[1,2]]}"#).text == wanted)
        }
        let refused = try ChildProcess(TestServer.program, ["serve", "--default-model", "a b"]).wait()
        #expect(refused.status == 64 && refused.errors.contains("--default-model"))
    }

    private static let faults: [(String, String)] = [
        ("", "not JSON"), ("7", "object"), ("{}", "exactly one of"),
        (#"{"inputs":[[1,2]],"instances":[[1,2]]}"#, "exactly one of"),
        (#"{"messages":[]}"#, "exactly one of"), (#"{"signature_name":"x","inputs":[[1,2]]}"#, "exactly one of"),
        (#"{"params":1,"inputs":[[1,2]]}"#, "/params"), (#"{"dataframe_split":[]}"#, "/dataframe_split"),
        (#"{"dataframe_split":{"data":[[1,2]],"more":1}}"#, "/dataframe_split/more"),
        (#"{"dataframe_split":{"columns":["input"],"data":[[1,2]]}}"#, "an array of 1 cells"),
        (#"{"dataframe_records":[]}"#, "/dataframe_records"), (#"{"instances":[[1,2,3]]}"#, "/instances/0"),
        (#"{"inputs":{"x":[[1,2]]}}"#, "\"input\""), (#"{"inputs":[[1,"a"]]}"#, "/inputs/0/1"),
    ]

    @Test(arguments: [
        #"{"dataframe_split":{"columns":["b"],"data":[[7]]}}"#,
        #"{"dataframe_split":{"columns":["c","a"],"data":[[7,8]]}}"#,
        #"{"dataframe_records":[{"b":7}]}"#, #"{"instances":[{"a":[7],"c":[9]}]}"#, #"{"inputs":{"b":[7]}}"#,
    ])
    func `an input that is missing is an error, and no other's value stands in its place`(body: String) throws {
        try withServer { server in
            let input = { (name: String) in #"{"type":"InputLayer","name":"\#(name)","shape":[1]}"# }
            let layers = ["a", "b", "c"].map(input).joined(separator: ",")
            let joined = #"{"type":"Concatenate","inputs":["a","b","c"]}"#
            #expect(try server.post("/models", #"{"name":"three","layers":[\#(layers),\#(joined)]}"#).status == 201)
            let whole = #"{"dataframe_split":{"columns":["c","a","b"],"data":[[3,1,2]]}}"#
            #expect(try server.send("/invocations", whole).floats("predictions") == [1, 2, 3])
            let reply = try server.send("/invocations", body)
            #expect(reply.status == 400, "\(reply.text)")
            #expect(try reply["message"]?.string().contains("the model takes the inputs") == true, "\(reply.text)")
        }
    }

    @Test func `errors have MLflow's form`() throws {
        try withServer { server in
            try define(server, "line")
            for (body, part) in Self.faults {
                let reply = try server.send("/invocations", body)
                #expect(reply.status == 400, "\(body) \(reply.text)")
                #expect(reply.fields["content-type"] == "application/json")
                #expect(reply["error_code"]?.source == "\"BAD_REQUEST\"")
                #expect(try reply["message"]?.string().contains(part) == true, "\(body) \(reply.text)")
            }
            for type in ["application/vnd.apache.parquet", "application/json; charset=latin1", "application/xml"] {
                let reply = try server.send(
                    "/invocations",
                    #"{"inputs":[[1,2]]}"#,
                    ["--header", "Content-Type: \(type)"]
                )
                #expect(reply.status == 415 && reply["message"] != nil, "\(type) \(reply.text)")
            }
            let csv = ["--header", "Content-Type: text/csv"]
            #expect(try server.send("/invocations", "1,2\n3\n", csv).status == 400)
            #expect(try server.send("/invocations", "a,b\n", csv).status == 400)
            let lines = ["--header", "Content-Type: application/jsonlines"]
            let reply = try server.send("/invocations", "[1,2]\n[1,\n", lines)
            #expect(reply.status == 400 && reply.text.contains("line 2"))
            let method = try server.get("/invocations")
            #expect(method.status == 405 && method.fields["allow"] == "POST, OPTIONS" && method["error_code"] != nil)
            let records = try server.send("/invocations", #"{"dataframe_records":[{"x":1,"y":2}]}"#)
            #expect(records.text == #"{"predictions":\#(try prediction(server, "line"))}"#)
            let told = try server.send("/invocations", "{\"features\":[1,2]}\n", lines)
            #expect(told.text == #"{"predictions":\#(try prediction(server, "line"))}"#, "\(told.text)")
        }
    }

    @Test func `checks of life need no token, reading needs one that reads, loading one for all`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Array("read 0123456789abcdef\nfull fedcba9876543210\n".utf8), to: "tokens")
        try withServer(["--token-file", file]) { server in
            let (read, full) = (
                ["--header", "Authorization: Bearer 0123456789abcdef"],
                ["--header", "Authorization: Bearer fedcba9876543210"]
            )
            for path in ["/ping", "/health"] {
                let reply = try server.get(path)
                #expect(reply.status == 200 && reply.text == "\n" && reply.fields["content-type"] == "application/json")
            }
            for path in ["/v2/health/live", "/v2/health/ready"] { #expect(try server.get(path).status == 200) }
            #expect(try server.get("/version", read).text.split(separator: ".").count == 3)
            let made = try server.curl("POST", "/models", json: Self.line.replacing("%", with: "line"), full)
            #expect(made.status == 201)
            let body = #"{"inputs":[{"name":"input","shape":[1,2],"datatype":"FP32","data":[1,2]}]}"#
            for (path, body) in [
                ("/v2/models/line/infer", body), ("/v1/models/line:predict", #"{"instances":[[1,2]]}"#),
                ("/v1/models/line:regress", #"{"examples":[{"input":[1,2]}]}"#),
                ("/invocations", #"{"inputs":[[1,2]]}"#),
                ("/v2/repository/index", ""),
            ] {
                #expect(try server.send(path, body).status == 401, "\(path)")
                #expect(try server.send(path, body, read).status == 200, "\(path)")
            }
            let refused = try server.send("/v2/repository/models/line/unload", "{}", read)
            #expect(
                refused.status == 403 && refused["error"] != nil && refused.fields["content-type"] == "application/json"
            )
            #expect(try server.send("/v2/repository/models/line/unload", "{}", full).status == 200)
            #expect(try server.send("/invocations", "{}")["error_code"]?.source == "\"UNAUTHENTICATED\"")
        }
    }

    @Test func `Vertex AI names the routes and the port`() throws {
        let environment = [
            "AIP_MODE": "PREDICTION", "AIP_PREDICT_ROUTE": "/v1/models/line:predict",
            "AIP_HEALTH_ROUTE": "/v1/endpoints/1/deployedModels/2",
            "AIP_HTTP_PORT": "8080",
        ]
        // The port is given, since what a service says counts behind a flag, and another program may have that one.
        let server = try TestServer(environment: environment)
        defer { server.stop() }
        #expect(server.url.contains("0.0.0.0"))
        try define(server, "line")
        #expect(try server.get("/v1/endpoints/1/deployedModels/2").text == #"{"ready":true}"#)
        let reply = try server.send("/v1/models/line:predict", #"{"instances":[[1,2]],"parameters":{"k":1}}"#)
        #expect(reply.text == #"{"predictions":\#(try prediction(server, "line"))}"#)
        // MLflow's form shows that the configured route goes before that of TensorFlow Serving.
        #expect(try server.send("/v1/models/line:predict", #"{"dataframe_split":{"data":[[1,2]]}}"#).status == 200)
        let wrong = try server.send("/v1/models/line:predict", "{}")
        #expect(wrong.status == 400 && wrong["error"] != nil)
        let refused = try ChildProcess(TestServer.program, ["serve"], environment: ["SAGEMAKER_BIND_TO_PORT": "x"])
            .wait()
        #expect(refused.status == 64 && refused.errors.contains("SAGEMAKER_BIND_TO_PORT"))
    }
}
