import Foundation
import JSON
import Testing

/// Which rows validate: whole groups, a part, or another dataset.
@Suite(.sharedServer) struct ValidationTests {
    /// Rows of 6 people, each of 5 to 10 rows that are all alike; one row of nobody tests.
    private static let people: String = {
        var lines = ["person,x,y,part"]
        for person in 0..<6 {
            for _ in 0..<5 + person { lines.append("p\(person),\(person),\(person * person + 1),train") }
        }
        return (lines + ["p9,1,1,test"]).joined(separator: "\n") + "\n"
    }()

    private func upload(_ name: String, _ text: String, _ query: String = "") throws -> TestServer {
        let server = try TestServer.shared()
        let reply = try server.send("PUT", "/datasets/\(name)\(query)", text: text, contentType: "text/csv")
        try #require(reply.status == 201, "\(reply.text)")
        return server
    }

    private static func request(_ model: String, _ dataset: String, _ more: String) -> String {
        """
        {"model": "\(model)", "dataset": "\(dataset)", "inputs": "x", "targets": "y", "loss": "mse", "epochs": 1, \(more)}
        """
    }

    /// A training whose steps move nothing.
    private static let still = #""optimizer": {"type": "SGD", "learning_rate": 1e-30}, "seed": 3"#

    private func define(_ name: String, on server: TestServer) throws {
        try server.define(#"{"name": "\#(name)", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#)
    }

    /// The loss over the rows that validate, of a model whose weights don't move.
    private func validationLoss(_ server: TestServer, _ request: String) throws -> Double {
        let job = try server.trained(request)
        return try #require(job["metrics", "val_loss"]).double()
    }

    @Test func `whole groups validate`() throws {
        let server = try upload("people", Self.people, "?split=part")
        try define("grouped", on: server)
        let split = #""validation": {"split": 0.3, "by": "group", "group_by": "person"}"#
        let loss = try validationLoss(server, Self.request("grouped", "people", "\(Self.still), \(split)"))
        // The same again: the seed draws the groups.
        #expect(try validationLoss(server, Self.request("grouped", "people", "\(Self.still), \(split)")) == loss)
        // The weights are those of the start, so that the loss tells whose rows it is of: all of some people's.
        let answers = try server.post(
            "/predict",
            #"{"model": "grouped", "version": 0, "instances": [[0], [1], [2], [3], [4], [5]]}"#
        )
        let errors = try #require(answers["predictions"]).elements.enumerated().map { person, answer in
            let error = try #require(answer[0]).double() - Double(person * person + 1)
            return error * error
        }
        let whole = (1..<64).filter { set in
            let members = (0..<6).filter { set >> $0 & 1 == 1 }
            let rows = members.reduce(0) { $0 + 5 + $1 }
            let mean = members.reduce(0) { $0 + Double(5 + $1) * errors[$1] } / Double(rows)
            // Of 45 rows 13.5 are wanted; the next person would bring more than 10 too many.
            return abs(mean - loss) < 1e-4 * loss && (5...20).contains(rows)
        }
        #expect(whole.count == 1, "\(loss) \(errors)")
        for (validation, word) in [
            (#"{"split": 0.3, "by": "group"}"#, "missing; expected the column"),
            (#"{"split": 0.3, "by": "group", "group_by": "persn"}"#, "did you mean"),
            (#"{"split": 0.3, "group_by": "person"}"#, "goes with"),
            (#"{"split": 0.3, "by": "tribe"}"#, "group"),
            (#""train""#, "learned from"),
            (#"3"#, "another dataset's name"),
            (#""validation""#, "named no rows that validate"),
        ] {
            let reply = try server.post("/train", Self.request("grouped", "people", "\"validation\": \(validation)"))
            #expect(reply.status == 422)
            #expect(reply.faults.contains { $0.hasPrefix("/validation") && $0.contains(word) }, "\(reply.text)")
        }
    }

    @Test func `the last windows validate, also where the upload named other parts`() throws {
        // Thirty records to learn from and ten to test on: 28 windows of two, of which a quarter validates.
        let rows = (0..<40).map { "\($0 * $0 % 17),\($0 < 30 ? "train" : "test")" }
        let server = try upload("parted-series", (["x,part"] + rows).joined(separator: "\n"), "?split=part")
        try server.define(
            #"{"name": "window", "input_shape": [2, 1], "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1}]}"#
        )
        func request(_ validation: String) -> String {
            """
            {"model": "window", "dataset": "parted-series", "inputs": "x", "targets": "x", "loss": "mse", "epochs": 1,
             "window": {"steps": 2}, \(Self.still), \(validation)}
            """
        }
        let value = { (place: Int) in Double(place * place % 17) }
        let windows = (21...27).map { "[[\(value($0))], [\(value($0 + 1))]]" }.joined(separator: ",")
        for validation in [#""validation": {"split": 0.25, "by": "time"}"#, #""validation_split": 0.25"#] {
            let found = try validationLoss(server, request(validation))
            let reply = try server.post(
                "/predict",
                #"{"model": "window", "version": 0, "instances": [\#(windows)]}"#
            )
            let squares = try #require(reply["predictions"]).elements.enumerated().map { place, answer in
                let error = try #require(answer[0]).double() - value(23 + place)
                return error * error
            }
            let expected = squares.reduce(0, +) / 7
            #expect(abs(found - expected) < 1e-4 * expected, "\(validation): \(found) \(expected)")
        }
    }

    @Test func `a dataset that validates stays as long as its job needs it`() throws {
        let server = try upload("learned", "x,y\n" + (0..<40).map { "\($0),\($0)" }.joined(separator: "\n"))
        _ = try upload("judging", "x,y\n1,2\n3,4\n")
        try define("waiting", on: server)
        let job = try server.train(
            """
            {"model": "waiting", "dataset": "learned", "inputs": "x", "targets": "y", "loss": "mse", "epochs": 1000000,
             "validation": "judging"}
            """
        )
        for reply in [
            try server.curl("DELETE", "/datasets/judging"),
            try server.send("PUT", "/datasets/judging", text: "x,y\n5,6\n7,8\n", contentType: "text/csv"),
        ] {
            #expect(reply.status == 409 && reply.text.contains("job \(job)"), "\(reply.text)")
        }
        _ = try server.post("/jobs/\(job)/cancel")
        _ = try server.job(job, until: "cancelled")
        #expect(try server.curl("DELETE", "/datasets/judging").status == 204)
    }

    @Test func `a part or another dataset validates`() throws {
        let rows = (0..<40).map { "\($0),\(2 * $0),\($0 < 30 ? "train" : "test")" }
        let server = try upload("own", (["x,y,part"] + rows).joined(separator: "\n"), "?split=part")
        let others = (0..<7).map { "\(100 + $0),\($0)" }
        _ = try upload("others", (["x,y"] + others).joined(separator: "\n"))
        _ = try upload("otherwise", "x,z\n1,2\n3,4\n")
        _ = try upload("worded", "x,y\na,2\nb,4\nc,4\n")
        try define("judged", on: server)
        let test = try server.trained(Self.request("judged", "own", #""validation": "test", "# + Self.still))
        #expect(
            try #require(test["metrics", "val_loss"]).double() == #require(test["metrics", "test_loss"]).double()
        )
        let other = try server.trained(Self.request("judged", "own", #""validation": "others", "# + Self.still))
        // The weights are those of the start, which tell what the loss over these seven rows is.
        let instances = (0..<7).map { "[\(100 + $0)]" }.joined(separator: ",")
        let answers = try server.post("/predict", #"{"model": "judged", "version": 0, "instances": [\#(instances)]}"#)
        let squares = try #require(answers["predictions"]).elements.enumerated().map { row, answer in
            let error = try #require(answer[0]).double() - Double(row)
            return error * error
        }
        let expected = squares.reduce(0, +) / 7
        let found = try #require(other["metrics", "val_loss"]).double()
        #expect(abs(found - expected) < 1e-4 * expected, "\(found) \(expected)")
        for (name, word) in [
            ("nowhere", "unknown dataset"), ("otherwise", "unknown column"), ("worded", "and words in the dataset"),
        ] {
            let reply = try server.post("/train", Self.request("judged", "own", "\"validation\": \"\(name)\""))
            #expect(reply.status == 422)
            #expect(reply.faults.contains { $0.hasPrefix("/validation") && $0.contains(word) }, "\(reply.text)")
        }
    }
}
