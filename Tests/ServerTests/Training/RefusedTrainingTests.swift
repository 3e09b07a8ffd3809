import JSON
import Testing

@Suite(.sharedServer) struct RefusedTrainingTests {
    private static let digits = #""model": "cnn", "dataset": "digits""#
    private static let labels = #""loss": "sparse_categorical_crossentropy""#
    private static let image =
        "[[0,0,0,0,0,0,0,0],[0,0,0,0,0,0,0,0],[0,0,0,0,0,0,0,0],[0,0,0,0,0,0,0,0],"
        + "[0,0,0,0,0,0,0,0],[0,0,0,0,0,0,0,0],[0,0,0,0,0,0,0,0],[0,0,0,0,0,0,0,0]]"

    private static func inline(x: String, y: String) -> String {
        #"{"model": "cnn", "data": {"x": \#(x), "y": \#(y)}, \#(labels)}"#
    }

    static let rows: [RefusedRow] = [
        RefusedRow("nothing at all", "{}", at: "/loss", "missing"),
        RefusedRow(
            "an unknown model",
            #"{"model": "cn", "dataset": "digits", \#(labels)}"#,
            status: 404,
            at: "/model",
            #"unknown model "cn"; did you mean "cnn"?"#
        ),
        RefusedRow(
            "an unknown dataset",
            #"{"model": "cnn", "dataset": "digit", \#(labels)}"#,
            status: 404,
            at: "/dataset",
            #"did you mean "digits"?"#
        ),
        RefusedRow(
            "an unknown version",
            #"{\#(digits), "initial_version": 3, \#(labels)}"#,
            status: 404,
            at: "/initial_version",
            "version 3"
        ),
        RefusedRow("no data", #"{"model": "cnn", \#(labels)}"#, at: "/dataset", "missing; expected a dataset's name"),
        RefusedRow(
            "a dataset and data",
            #"{\#(digits), "data": {}, \#(labels)}"#,
            at: "/data",
            #"does not go with "dataset""#
        ),
        RefusedRow(
            "data of another shape",
            #"{"model": "cnn", "dataset": "sunspots", \#(labels)}"#,
            at: "/dataset",
            #"the data's rows are [24, 1], the model "cnn" takes [8, 8, 1]"#
        ),
        RefusedRow(
            "a loss that doesn't fit the targets",
            #"{\#(digits), "loss": "mse"}"#,
            at: "/loss",
            "labels of 10 classes"
        ),
        RefusedRow("an unknown loss", #"{\#(digits), "loss": "mce"}"#, at: "/loss", #"unknown loss "mce""#),
        RefusedRow("no epoch", #"{\#(digits), "epochs": 0, \#(labels)}"#, at: "/epochs", "found 0"),
        RefusedRow("a negative batch", #"{\#(digits), "batch_size": -1, \#(labels)}"#, at: "/batch_size", "found -1"),
        RefusedRow(
            "epochs past 2^53",
            #"{\#(digits), "epochs": 9007199254740993, \#(labels)}"#,
            at: "/epochs",
            "expected an integer from 1 to"
        ),
        RefusedRow(
            "an unknown optimizer",
            #"{\#(digits), "optimizer": {"type": "Adm"}, \#(labels)}"#,
            at: "/optimizer/type",
            #"did you mean "Adam"?"#
        ),
        RefusedRow(
            "a learning rate below 0",
            #"{\#(digits), "optimizer": {"type": "SGD", "learning_rate": -1}, \#(labels)}"#,
            at: "/optimizer/learning_rate",
            "found -1"
        ),
        RefusedRow(
            "an unknown metric",
            #"{\#(digits), "metrics": ["accuracy", "speed"], \#(labels)}"#,
            at: "/metrics/1",
            #"unknown metric "speed""#
        ),
        RefusedRow(
            "a validation split that leaves nothing",
            #"{\#(digits), "validation_split": 0.9999, \#(labels)}"#,
            at: "/validation_split",
            "leaves none to train on"
        ),
        RefusedRow(
            "a priority in words",
            #"{\#(digits), "priority": "high", \#(labels)}"#,
            at: "/priority",
            "found \"high\""
        ),
        RefusedRow(
            "an unknown key",
            #"{\#(digits), "epoch": 3, \#(labels)}"#,
            at: "/epoch",
            #"did you mean "epochs"?"#
        ),
        RefusedRow(
            "ragged inline data",
            inline(x: "[[1, 2], [3]]", y: "[0, 1]"),
            at: "/data/x/1",
            "found an array of 1"
        ),
        RefusedRow("empty inline data", inline(x: "[]", y: "[]"), at: "/data/x", "found an empty array"),
        RefusedRow("fewer rows than targets", inline(x: "[\(image)]", y: "[0, 1]"), at: "/data/y", "expected 1 rows"),
        RefusedRow("an infinite number", inline(x: "[[1, 1e39]]", y: "[0]"), at: "/data/x/0/1", "found 1e39"),
        RefusedRow(
            "a label out of range",
            inline(x: "[\(image), \(image)]", y: "[3, 12]"),
            at: "/data/y/1",
            "the target is 12.0, the loss takes class indices from 0 to 9"
        ),
        RefusedRow(
            "half a label",
            inline(x: "[\(image), \(image)]", y: "[3, 0.5]"),
            at: "/data/y/1",
            "class indices from 0 to 9"
        ),
        RefusedRow("inline data of another shape", inline(x: "[[1, 2]]", y: "[3]"), at: "/data/x", "takes [8, 8, 1]"),
    ]

    @Test(arguments: rows)
    func `a wrong request is refused with its place and a sentence, and makes no job`(row: RefusedRow) throws {
        let server = try TestServer.shared()
        // The model may be there already, from another row.
        _ = try server.post("/models", Samples.cnn())

        try row.check(server.post("/train", row.body))

        #expect(try server.get("/jobs")["jobs"]?.count == 0)
        #expect(try server.get("/datasets")["datasets"]?.count == 2)
    }

    @Test func `every fault of a request is listed`() throws {
        let body = """
            {"model": "none", "dataset": "digits", "epochs": 0, "batch_size": "x", "shuffle": 1, "seed": -1,
             "loss": "sparse_categorical_crossentropy", "foo": 1}
            """

        let reply = try TestServer.shared().post("/train", body)

        #expect(reply.status == 422)
        let places = Set(reply.faults.map { String($0.prefix { $0 != " " }) })
        #expect(places == ["/epochs", "/batch_size", "/shuffle", "/seed", "/foo", "/model"])
    }

    @Test func `a dry run tells what a training costs and makes no job`() throws {
        let server = try TestServer.shared()
        _ = try server.post("/models", Samples.cnn())

        let reply = try server.post("/train?dry_run=true", Samples.digits())

        #expect(reply.status == 200)
        #expect(try #require(try reply["seconds_per_epoch"]?.double()) > 0)
        #expect(try #require(try reply["operations_per_sample"]?.int()) > 0)
        #expect(try #require(try reply["peak_bytes"]?.int()) > 0)
        #expect(try reply["parameters"]?.int() == 1370)
        #expect(try server.get("/jobs")["jobs"]?.count == 0)
    }
}
