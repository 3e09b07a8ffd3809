import Foundation
import JSON
import Testing

/// Numbers that can't be what they are taken for: indices outside a table, targets that a loss can't mean, integers that
/// 32 bits don't hold.
@Suite(.sharedServer) struct OutOfRangeTests {
    private static let words = """
        {"name": "words", "input_shape": [2, 2], "layers": [
          {"type": "Reshape", "target_shape": [4]}, {"type": "Embedding", "input_dim": 4, "output_dim": 2},
          {"type": "Flatten"}, {"type": "Dense", "units": 1}]}
        """

    static let trainings: [RefusedRow] = [
        RefusedRow(
            "an index past the table",
            #"{"model": "words", "data": {"x": [[[0, 1], [2, 3]], [[0, 41], [1, 2]]], "y": [1, 2]}, "loss": "mse"}"#,
            at: "/data/x/1/0/1",
            #""embedding" looks up indices from 0 to 3, found 41"#
        ),
        RefusedRow(
            "a negative index",
            #"{"model": "words", "data": {"x": [[[0, -1], [2, 3]]], "y": [1]}, "loss": "mse"}"#,
            at: "/data/x/0/0/1",
            "found -1"
        ),
        RefusedRow(
            "half an index",
            #"{"model": "words", "data": {"x": [[[0, 1], [2.5, 3]]], "y": [1]}, "loss": "mse"}"#,
            at: "/data/x/0/1/0",
            "found 2.5"
        ),
        RefusedRow(
            "an index that 32 bits don't hold",
            #"{"model": "words", "data": {"x": [[[0, 16777217], [2, 3]]], "y": [1]}, "loss": "mse"}"#,
            at: "/data/x/0/0/1",
            "found 16777217"
        ),
        RefusedRow(
            "an index past the table to validate with",
            """
            {"model": "words", "data": {"x": [[[0, 1], [2, 3]]], "y": [1]}, "loss": "mse",
             "validation_data": {"x": [[[0, 1], [2, 3]], [[3, 3], [3, 9]]], "y": [1, 2]}}
            """,
            at: "/validation_data/x/1/1/1",
            "found 9"
        ),
        RefusedRow(
            "an index past the table under the input's name",
            #"{"model": "words", "data": {"x": {"input": [[[0, 1], [2, 8]]]}, "y": [1]}, "loss": "mse"}"#,
            at: "/data/x/input/0/1/1",
            "found 8"
        ),
        RefusedRow(
            "a number past 32 bits",
            #"{"model": "words", "data": {"x": [[[0, 1], [2, 1e999]]], "y": [1]}, "loss": "mse"}"#,
            at: "/data/x/0/1/1",
            "found 1e999"
        ),
        RefusedRow(
            "a label too many",
            #"{"model": "tags", "data": {"x": [[1], [2]], "y": [3, 0]}, "loss": "sparse_categorical_crossentropy"}"#,
            at: "/data/y/0",
            "the target is 3.0, the loss takes class indices from 0 to 2; number the classes from 0, or give the last layer "
                + "at least 4 units"
        ),
        RefusedRow(
            "values as labels",
            #"{"model": "tags", "data": {"x": [[1], [2]], "y": [0.5, 0.25]}, "loss": "sparse_categorical_crossentropy"}"#,
            at: "/data/y/0",
            #"for values there is "mean_squared_error""#
        ),
        RefusedRow(
            "one-hot rows as labels",
            """
            {"model": "tags", "data": {"x": [[1], [2]], "y": [[0, 1, 0], [0, 0, 1]]},
             "loss": "sparse_categorical_crossentropy"}
            """,
            at: "/loss",
            #"the data has one-hot rows, [3] a sample; use "categorical_crossentropy""#
        ),
        RefusedRow(
            "class numbers as one-hot rows",
            #"{"model": "tags", "data": {"x": [[1], [2]], "y": [2, 0]}, "loss": "categorical_crossentropy"}"#,
            at: "/loss",
            #"whole numbers from 0 to 2, one a sample; for class numbers use "sparse_categorical_crossentropy""#
        ),
        RefusedRow(
            "one-hot rows of another width",
            #"{"model": "tags", "data": {"x": [[1], [2]], "y": [[0, 1], [1, 0]]}, "loss": "categorical_crossentropy"}"#,
            at: "/loss",
            "give the last layer 2 units"
        ),
        RefusedRow(
            "a forgotten Flatten",
            #"{"model": "image", "data": {"x": [[[[0], [1]], [[1], [0]]]], "y": [0]}, "loss": "mse"}"#,
            at: "/loss",
            "the network gives [2, 2, 3] a sample, one for each of 2 × 2 places"
        ),
    ]

    private func server() throws -> TestServer {
        let server = try TestServer.shared()
        // The models may be there already, from another row.
        _ = try server.post("/models", Self.words)
        _ = try server.post(
            "/models",
            #"{"name": "tags", "input_shape": [1], "layers": [{"type": "Dense", "units": 3, "activation": "softmax"}]}"#
        )
        _ = try server.post(
            "/models",
            #"{"name": "image", "input_shape": [2, 2, 1], "layers": [{"type": "Dense", "units": 3}]}"#
        )
        return server
    }

    @Test(arguments: trainings)
    func `training data out of range is refused with its place`(row: RefusedRow) throws {
        let server = try server()

        try row.check(server.post("/train", row.body))

        for model in ["words", "tags", "image"] {
            #expect(try server.get("/jobs?model=\(model)")["jobs"]?.count == 0)
        }
    }

    static let predictions: [RefusedRow] = [
        RefusedRow(
            "an index past the table",
            #"{"model": "words", "instances": [[[0, 1], [2, 3]], [[0, 1], [57, 3]]]}"#,
            at: "/instances/1/1/0",
            #""embedding" looks up indices from 0 to 3, found 57"#
        ),
        RefusedRow(
            "a negative index in a flat instance",
            #"{"model": "words", "instances": [[0, 1, 2, -3]]}"#,
            at: "/instances/0/3",
            "found -3"
        ),
        RefusedRow(
            "half an index under its name",
            #"{"model": "words", "instances": [{"input": [[0, 1], [0.5, 2]]}]}"#,
            at: "/instances/0/input/1/0",
            "found 0.5"
        ),
        RefusedRow(
            "a number past 32 bits",
            #"{"model": "words", "instances": [[0, 1, 2, 1e999]]}"#,
            at: "/instances/0/3",
            "found 1e999"
        ),
    ]

    @Test(arguments: predictions)
    func `an instance out of range is refused with its place`(row: RefusedRow) throws {
        try row.check(server().post("/predict", row.body))
    }

    @Test func `an index out of range in a stored dataset is refused with its row, also among the test rows`() throws {
        let server = try server()
        func upload(_ rows: String) throws {
            let reply = try server.put("/datasets/indices", Array(rows.utf8), contentType: "application/json")
            try #require(reply.status == 201 || reply.status == 200, "\(reply.text)")
        }
        let request = #"{"model": "words", "dataset": "indices", "loss": "mse"}"#
        try upload(
            #"{"x": [[[0, 1], [2, 3]], [[0, 1], [2, 4]]], "y": [0.5, 1.5], "x_test": [[[0, 1], [2, 3]]], "y_test": [2.5]}"#
        )
        try RefusedRow(
            "",
            "",
            at: "/dataset",
            "row 1, number 3 of its input: \"embedding\" looks up indices from 0 to 3"
        )
        .check(server.post("/train", request))

        try upload(#"{"x": [[[0, 1], [2, 3]]], "y": [0.5], "x_test": [[[-1, 1], [2, 3]]], "y_test": [2.5]}"#)
        try RefusedRow("", "", at: "/dataset", "test row 0, number 0 of its input").check(
            server.post("/train", request)
        )
    }

    @Test func `an index that is computed and isn't there fails the job by name, and is null in a prediction`() throws {
        let server = try server()
        _ = try server.post(
            "/models",
            """
            {"name": "computed", "input_shape": [1], "layers": [{"type": "Rescaling", "scale": 2},
              {"type": "Embedding", "name": "table", "input_dim": 4, "output_dim": 2}, {"type": "Flatten"},
              {"type": "Dense", "units": 1}]}
            """
        )

        let id = try server.train(
            #"{"model": "computed", "data": {"x": [[1], [3]], "y": [1, 2]}, "loss": "mse", "shuffle": false}"#
        )

        let job = try server.job(id, until: "failed")
        #expect(try job["error", "detail"]?.string() == #"row 1: "table" looks up indices from 0 to 3, found 6.0"#)
        let reply = try server.post("/predict", #"{"model": "computed", "instances": [[1], [3]]}"#)
        #expect(reply["predictions", "0", "0"]?.isNull == false)
        #expect(reply["predictions", "1", "0"]?.isNull == true)
        #expect(try reply["non_finite"]?.bool() == true)
        _ = try server.curl("DELETE", "/jobs/\(id)")
    }

    @Test func `integers that 32 bits don't hold are named`() throws {
        let server = try TestServer.shared()
        _ = try server.post("/models", Samples.line)
        let note = "16777217 is taken as 16777216.0, the nearest number of 32 bits"

        let reply = try server.post("/predict", #"{"model": "line", "instances": [[1, 16777217], [16777216, 1e9]]}"#)

        #expect(reply.status == 200)
        #expect(try #require(reply["notes"]).array().map { try $0.string() } == ["/instances/0/1: \(note)"])
        #expect(try server.post("/predict", #"{"model": "line", "instances": [[1, 16777216]]}"#)["notes"] == nil)
        let data = #"{"x": [[1, 2], [3, 16777217]], "y": [1, 16777217]}"#
        let trial = try server.post("/train?dry_run=true", #"{"model": "line", "data": \#(data), "loss": "mse"}"#)
        let notes = try #require(trial["notes"]).array().map { try $0.string() }
        #expect(notes == ["/data/x/1/1: \(note)", "/data/y/1: \(note)"])
    }
}
