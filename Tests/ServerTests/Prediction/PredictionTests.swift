import Foundation
import JSON
import Testing

struct PredictionTests {
    @Test func `a model that was never trained answers as version 0`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let reply = try server.post("/predict", #"{"model": "cnn", "instances": [\#(Samples.zero)]}"#)
            #expect(reply.status == 200)
            #expect(try reply["version"]?.int() == 0)
            #expect(reply["predictions", "0"]?.count == 10)
            #expect(reply["labels"] == nil)
        }
    }

    @Test func `a query and a body, flat and nested instances give the same answer`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let numbers = Samples.zero.dropFirst().dropLast().split(separator: ",")
            let rows = (0..<8).map { row in
                "[" + numbers[row * 8..<row * 8 + 8].map { "[\($0)]" }.joined(separator: ",") + "]"
            }
            let nested = "[" + rows.joined(separator: ",") + "]"

            let flat = try server.post("/predict", #"{"model": "cnn", "instances": [\#(Samples.zero)]}"#)

            #expect(try server.post("/predict", #"{"model": "cnn", "instances": [\#(nested)]}"#).body == flat.body)
            for input in [Samples.zero, nested] {
                let query = try server.get("/predict?model=cnn", ["--get", "--data-urlencode", "input=\(input)"])
                #expect(query.body == flat.body)
            }
        }
    }

    @Test func `the bits of an answer don't depend on what shares its batch`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let instances = (0..<45).map { row in
                "[" + (0..<64).map { "\(($0 * 7 + row * 13) % 17)" }.joined(separator: ",") + "]"
            }
            func predictions(_ instances: [String]) throws -> [JSONValue] {
                let body = #"{"model": "cnn", "instances": [\#(instances.joined(separator: ","))]}"#
                return Array(try #require(try server.post("/predict", body)["predictions"]).elements)
            }

            let all = try predictions(instances)

            #expect(all.count == 45)
            for row in [0, 1, 16, 31, 32, 44] { #expect(try predictions([instances[row]]) == [all[row]]) }
            #expect(try predictions(Array(instances[5..<12])) == Array(all[5..<12]))
        }
    }

    @Test func `many clients at once all get their own answers`() async throws {
        let server = try TestServer()
        defer { server.stop() }
        try server.define(Samples.line)
        let alone = try (0..<8).map { try server.post("/predict", Self.question($0)).body }

        let together = try await withThrowingTaskGroup(of: [(Int, [UInt8])].self) { group in
            for client in 0..<8 {
                group.addTask {
                    try (0..<5).map { _ in (client, try server.post("/predict", Self.question(client)).body) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }

        #expect(together.count == 40)
        for (client, body) in together { #expect(body == alone[client]) }
    }

    private static func question(_ client: Int) -> String {
        let rows = (0...client).map { "[\($0), \(client)]" }.joined(separator: ",")
        return #"{"model": "line", "instances": [\#(rows)]}"#
    }

    @Test func `a model under training goes on answering with its newest finished version`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            _ = try server.trained(Samples.digits(epochs: 1))
            let body = #"{"model": "cnn", "instances": [\#(Samples.zero)]}"#
            let before = try server.post("/predict", body)
            let id = try server.train(Samples.digits(epochs: 100_000))
            try server.job(id, pastEpoch: 2)

            #expect(try server.post("/predict", body).body == before.body)
            #expect(try server.post("/jobs/\(id)/cancel").status == 200)
        }
    }

    @Test func `an answer that isn't finite is null, and it is said`() throws {
        try withServer { server in
            try server.define(#"{"name":"big","input_shape":[1],"layers":[{"type":"Rescaling","scale":1e30}]}"#)
            let reply = try server.post("/predict", #"{"model": "big", "instances": [[1e30], [1]]}"#)
            #expect(reply.text == #"{"model":"big","version":0,"predictions":[[null],[1e+30]],"non_finite":true}"#)
        }
    }

    @Test func `one sigmoid unit decides between two classes, several decide one by one`() throws {
        try withServer { server in
            try server.define(
                #"{"name":"one","input_shape":[1],"layers":[{"type":"Activation","activation":"sigmoid"}]}"#
            )
            try server.define(
                #"{"name":"many","input_shape":[3],"layers":[{"type":"Activation","activation":"sigmoid"}]}"#
            )
            let one = try server.post("/predict", #"{"model": "one", "instances": [[3], [-3]]}"#)
            #expect(try one["classes"]?.ints() == [1, 0])
            let many = try server.post("/predict", #"{"model": "many", "instances": [[1, -1, 1], [-1, -1, -1]]}"#)
            #expect(try many["classes", "0"]?.ints() == [0, 2])
            #expect(many["classes", "1"]?.count == 0)
        }
    }

    static let refused: [RefusedRow] = [
        RefusedRow("nothing at all", "{}", at: "/instances", "missing"),
        RefusedRow("an unknown model", #"{"model": "none", "instances": [[1]]}"#, status: 404, #"model "none""#),
        RefusedRow(
            "an unknown version",
            #"{"model": "line", "version": 7, "instances": [[1, 2]]}"#,
            status: 404,
            "version 7"
        ),
        RefusedRow(
            "an unknown alias",
            #"{"model": "line", "version": "x", "instances": [[1, 2]]}"#,
            status: 404,
            #"version "x""#
        ),
        RefusedRow(
            "a version that is neither number nor alias",
            #"{"model": "line", "version": [1], "instances": [[1, 2]]}"#,
            at: "/version",
            "expected a version's number, an alias or a kept epoch"
        ),
        RefusedRow("no instances", #"{"model": "line", "instances": []}"#, at: "/instances", "found an empty array"),
        RefusedRow("instances that are no array", #"{"model": "line", "instances": 3}"#, at: "/instances", "found 3"),
        RefusedRow(
            "too few numbers",
            #"{"model": "line", "instances": [[1, 2], [1]]}"#,
            at: "/instances/1",
            "found an array of 1"
        ),
        RefusedRow(
            "a ragged instance",
            #"{"model": "line", "instances": [[1, [2]]]}"#,
            at: "/instances/0/1",
            "found an array of 1"
        ),
        RefusedRow("a word", #"{"model": "line", "instances": [[1, "a"]]}"#, at: "/instances/0/1", #"found "a""#),
        RefusedRow("null", #"{"model": "line", "instances": [[1, null]]}"#, at: "/instances/0/1", "found null"),
        RefusedRow(
            "an infinite number",
            #"{"model": "line", "instances": [[1, 1e39]]}"#,
            at: "/instances/0/1",
            "found 1e39"
        ),
        RefusedRow("NaN", #"{"model": "line", "instances": [[1, NaN]]}"#, status: 400, "JSON has no NaN"),
        RefusedRow(
            "a nest of 10,000 arrays",
            #"{"model": "line", "instances": "# + String(repeating: "[", count: 10_000)
                + String(repeating: "]", count: 10_000) + "}",
            status: 400,
            "nest deeper than 64"
        ),
        RefusedRow(
            "an unknown key",
            #"{"model": "line", "instance": [[1, 2]]}"#,
            at: "/instance",
            #"did you mean "instances"?"#
        ),
    ]

    @Test func `wrong instances are refused with their place and a sentence`() throws {
        try withServer { server in
            try server.define(Samples.line)
            for row in Self.refused { try row.check(server.post("/predict", row.body)) }
            #expect(try server.post("/predict", #"{"model": "line", "instances": [[1, 2]]}"#).status == 200)
        }
    }

    @Test func `a wrong query is refused`() throws {
        try withServer { server in
            try server.define(Samples.line)
            #expect(try server.get("/predict?model=line").status == 400)
            #expect(try server.get("/predict?input=1").status == 400)
            #expect(try server.get("/predict?model=line&input=x").status == 400)
            #expect(try server.get("/predict?model=line&input=%5B1%2C2%5D&version=").status == 400)
            #expect(try server.get("/predict?model=line&input=%5B1%2C2%5D&version=x").status == 404)
            #expect(try server.get("/predict?model=line&input=%5B1%2C2%5D&foo=1").status == 400)
            #expect(try server.get("/predict?model=line&input=%5B1%5D").status == 422)
            #expect(try server.get("/predict?model=line&input=%5B1%2C2%5D").status == 200)
        }
    }
}
