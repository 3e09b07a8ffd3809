import Foundation
import JSON
import Testing

/// Evaluations that must be refused, each with the place of what is wrong.
@Suite(.sharedServer) struct EvaluationRefusalTests {
    private static let rows = #""data": {"x": [[1, 2]], "y": [3]}"#

    @Test(arguments: [
        RefusedRow("no data", #"{"model": "line"}"#, at: "/dataset", "missing"),
        RefusedRow(
            "a dataset and data",
            #"{"model": "line", "dataset": "digits", \#(rows)}"#,
            at: "/data",
            "does not go with \"dataset\""
        ),
        RefusedRow(
            "a part of rows in the request",
            #"{"model": "line", "loss": "mse", "part": "test", \#(rows)}"#,
            at: "/part",
            "goes with \"dataset\""
        ),
        RefusedRow(
            "a part that isn't one",
            #"{"model": "line", "dataset": "digits", "part": "tset"}"#,
            at: "/part",
            "\"test\""
        ),
        RefusedRow(
            "a member that isn't one",
            #"{"model": "line", "loss": "mse", "metric": ["mae"], \#(rows)}"#,
            at: "/metric",
            "metrics"
        ),
        RefusedRow(
            "a loss that isn't one",
            #"{"model": "line", "loss": "mean_squared", \#(rows)}"#,
            at: "/loss",
            "mean_squared_error"
        ),
        RefusedRow(
            "a metric that isn't one",
            #"{"model": "line", "loss": "mse", "metrics": ["mae", "rsme"], \#(rows)}"#,
            at: "/metrics/1",
            "rmse"
        ),
        RefusedRow(
            "a loss that the targets don't fit",
            #"{"model": "line", "loss": "categorical_crossentropy", \#(rows)}"#,
            at: "/loss",
            "one number a class"
        ),
        RefusedRow(
            "rows of another width",
            #"{"model": "line", "loss": "mse", "data": {"x": [[1, 2, 3]], "y": [3]}}"#,
            at: "/data",
            "[3]"
        ),
        RefusedRow(
            "an unknown model, version and dataset",
            #"{"model": "lime", "dataset": "digit"}"#,
            status: 404,
            at: "/dataset",
            "digits"
        ),
        RefusedRow("an unknown model", #"{"model": "lime", \#(rows)}"#, status: 404, at: "/model", "line"),
        RefusedRow(
            "an unknown version",
            #"{"model": "line", "version": 7, \#(rows)}"#,
            status: 404,
            at: "/version",
            "there is none"
        ),
    ])
    func `what can't be evaluated is refused with its place`(row: RefusedRow) throws {
        let server = try TestServer.shared()
        let known = try server.post("/models", Samples.line)
        try #require([201, 409].contains(known.status))
        try row.check(try server.post("/evaluate", row.body))
    }

    @Test func `a dataset without the part says which it has`() throws {
        let server = try TestServer.shared()
        let table = "x,y,part\n" + (0..<10).map { "\($0),\(2 * $0),train" }.joined(separator: "\n")
        #expect(
            try server.send("PUT", "/datasets/onlytrain?split=part", text: table, contentType: "text/csv").status == 201
        )
        let model = #"{"name": "one", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#
        try server.define(model)
        let wanted = #"{"model": "one", "dataset": "onlytrain", "loss": "mse"}"#
        let reply = try server.post("/evaluate", wanted)
        #expect(reply.status == 422)
        #expect(
            reply.faults == [
                "/part the dataset \"onlytrain\" has no rows in the part \"test\"; there are \"train\" (10 rows), \"all\" (10 rows)"
            ],
            "\(reply.text)"
        )
        let train = try server.post("/evaluate", wanted.replacing("}", with: #", "part": "train"}"#))
        #expect(try train["rows"]?.int() == 10, "\(train.text)")
        let numbers = try server.post("/evaluate", #"{"model": "one", "dataset": "digits", "loss": "mse"}"#)
        #expect(numbers.status == 422 && numbers.faults.allSatisfy { $0.hasPrefix("/dataset ") }, "\(numbers.text)")
    }

    @Test func `a token for reading may evaluate`() throws {
        let folder = try TemporaryFolder()
        let tokens = try folder.write(
            Array("full writer-token-0123456789\nread reader-token-0123456789\n".utf8),
            to: "tokens"
        )
        try withServer(["--token-file", tokens]) { server in
            func header(_ token: String) -> [String] { ["--header", "Authorization: Bearer \(token)"] }
            #expect(try server.post("/models", Samples.line, header("writer-token-0123456789")).status == 201)
            let body = #"{"model": "line", "loss": "mse", "data": {"x": [[1, 2]], "y": [3]}}"#
            #expect(try server.post("/evaluate", body, header("reader-token-0123456789")).status == 200)
            #expect(try server.post("/evaluate", body).status == 401)
            let later = try server.post(
                "/evaluate",
                body,
                header("reader-token-0123456789") + ["--header", "Prefer: respond-async"]
            )
            #expect(later.status == 202, "\(later.text)")
            #expect(
                try server.get("/models/line/versions/0/evaluations", header("reader-token-0123456789")).status == 200
            )
        }
    }

    @Test func `words aren't held against classes that were learned by number`() throws {
        let server = try TestServer.shared()
        let name = "numbered-classes"
        try server.define(
            #"{"name": "\#(name)", "input_shape": [1], "layers": [{"type": "Dense", "units": 3, "activation": "softmax"}]}"#
        )
        _ = try server.trained(
            #"{"model": "\#(name)", "data": {"x": [[1], [2], [3], [4], [5], [6]], "y": [0, 1, 2, 0, 1, 2]}, "loss": "sparse_categorical_crossentropy", "epochs": 1}"#
        )
        let words = try server.post("/evaluate", #"{"model": "\#(name)", "data": {"x": [[1], [2]], "y": ["2", "1"]}}"#)
        #expect(words.status == 422 && words["errors", "0", "pointer"]?.source == #""/data""#, "\(words.text)")
        #expect(words.text.contains("has learned classes by number"))
        let numbers = try server.post("/evaluate", #"{"model": "\#(name)", "data": {"x": [[1], [2]], "y": [2, 1]}}"#)
        #expect(numbers.status == 200, "\(numbers.text)")
    }
}
