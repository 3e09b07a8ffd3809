import JSON
import Testing

/// What is refused of data and instances by name.
@Suite(.sharedServer) struct RefusedNamesTests {
    private static func training(x: String, y: String, _ more: String = "") -> String {
        """
        {"model": "two", "data": {"x": \(x), "y": \(y)\(more)},
         "loss": {"side": "sparse_categorical_crossentropy", "size": "mse"}}
        """
    }

    private static let x = #"{"point": [[1, 2], [3, 4]], "series": [[[1], [2], [3]], [[4], [5], [6]]]}"#
    private static let y = #"{"side": [0, 1], "size": [0.5, 1.5]}"#

    static let training: [RefusedRow] = [
        RefusedRow(
            "rows of one input for a model of two",
            training(x: "[[1, 2], [3, 4]]", y: y),
            at: "/data/x",
            #"expected an object with the rows of each input: "point", "series", found an array of 2"#
        ),
        RefusedRow(
            "an input that is missing",
            training(x: #"{"point": [[1, 2], [3, 4]]}"#, y: y),
            at: "/data/x",
            #"the input "series" is missing"#
        ),
        RefusedRow(
            "an unknown output",
            training(x: x, y: #"{"side": [0, 1], "sizes": [0.5, 1.5]}"#),
            at: "/data/y/sizes",
            #"unknown output "sizes"; did you mean "size"?"#
        ),
        RefusedRow(
            "fewer rows of one input",
            training(x: #"{"point": [[1, 2], [3, 4]], "series": [[[1], [2], [3]]]}"#, y: y),
            at: "/data/x/series",
            "expected 2 rows, as many as in /data/x/point, found 1"
        ),
        RefusedRow(
            "an input of another shape",
            training(x: #"{"point": [[1, 2, 3], [3, 4, 5]], "series": [[[1], [2], [3]], [[4], [5], [6]]]}"#, y: y),
            at: "/data/x",
            #"the data's rows of "point" are [3], the model "two" takes [2]"#
        ),
        RefusedRow(
            "a class that the output doesn't have",
            training(x: x, y: #"{"side": [0, 2], "size": [0.5, 1.5]}"#),
            at: "/data/y/side/1",
            "the target is 2.0, the loss takes class indices from 0 to 1"
        ),
        RefusedRow(
            "a negative sample weight",
            training(x: x, y: y, #", "sample_weight": [1, -2]"#),
            at: "/data/sample_weight/1",
            "expected a number of at least 0, found -2"
        ),
        RefusedRow(
            "sample weights of other rows",
            training(x: x, y: y, #", "sample_weight": [1]"#),
            at: "/data/sample_weight",
            "expected 2 numbers, as many as rows in /data/x/point, found 1"
        ),
        RefusedRow(
            "a stored dataset, which has one input and one target",
            #"{"model": "two", "dataset": "digits", "loss": {"side": "mse", "size": "mse"}}"#,
            at: "/dataset",
            #"the model "two" takes 2 inputs, "point" [2], "series" [3, 1], and the data has one"#
        ),
        RefusedRow(
            "validation rows of another shape",
            #"{"model": "two", "data": {"x": \#(x), "y": \#(y)}, "loss": {"side": "mse", "size": "mse"}, "#
                + #""validation_data": {"x": {"point": [[1]], "series": [[[1], [2], [3]]]}, "#
                + #""y": {"side": [1], "size": [1]}}}"#,
            at: "/validation_data/x/point",
            "expected rows of the shape [2], as in /data/x/point, found [1]"
        ),
        RefusedRow(
            "a class in the validation rows that the output doesn't have",
            #"{"model": "two", "data": {"x": \#(x), "y": \#(y)}, "#
                + #""loss": {"side": "sparse_categorical_crossentropy", "size": "mse"}, "#
                + #""validation_data": {"x": {"point": [[1, 2]], "series": [[[1], [2], [3]]]}, "#
                + #""y": {"side": [7], "size": [1]}}}"#,
            at: "/validation_data/y/side/0",
            "the target is 7.0, the loss takes class indices from 0 to 1"
        ),
        RefusedRow(
            "validation rows for a stored dataset",
            #"{"model": "two", "dataset": "digits", "loss": "mse", "validation_data": {"x": [[1]], "y": [1]}}"#,
            at: "/validation_data",
            #"goes with "data""#
        ),
        RefusedRow(
            "a loss for an unknown output",
            #"{"model": "two", "data": {"x": \#(x), "y": \#(y)}, "loss": {"side": "mse", "sise": "mse"}}"#,
            at: "/loss/sise",
            #"unknown output "sise"; did you mean "side"?"#
        ),
    ]

    @Test(arguments: training)
    func `training data that doesn't fit is refused with its place, and nothing is stored`(row: RefusedRow) throws {
        let server = try TestServer.shared()
        if try server.get("/models/two").status == 404 {
            _ = try server.post("/models", SeveralInputsTests.model)
        }

        try row.check(server.post("/train", row.body))

        #expect(try server.get("/jobs")["jobs"]?.count == 0)
    }

    static let predictions: [RefusedRow] = [
        RefusedRow(
            "an array for two inputs",
            #"{"model": "two", "instances": [[1, 2]]}"#,
            at: "/instances/0",
            #"expected an object with the inputs "point", "series", found an array of 2"#
        ),
        RefusedRow(
            "an input that is missing",
            #"{"model": "two", "instances": [{"point": [1, 2]}]}"#,
            at: "/instances/0",
            #"the input "series" is missing"#
        ),
        RefusedRow(
            "an unknown input",
            #"{"model": "two", "instances": [{"point": [1, 2], "serie": [1, 2, 3]}]}"#,
            at: "/instances/0/serie",
            #"unknown input "serie"; did you mean "series"?"#
        ),
        RefusedRow(
            "an input of another shape",
            #"{"model": "two", "instances": [{"point": [1], "series": [1, 2, 3]}]}"#,
            at: "/instances/0/point",
            "expected"
        ),
    ]

    @Test(arguments: predictions)
    func `instances that don't fit are refused with their place`(row: RefusedRow) throws {
        let server = try TestServer.shared()
        if try server.get("/models/two").status == 404 {
            _ = try server.post("/models", SeveralInputsTests.model)
        }

        try row.check(server.post("/predict", row.body))
    }
}
