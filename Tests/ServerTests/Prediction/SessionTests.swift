import Foundation
import JSON
import Testing

/// Stateful models, which remember by session.
@Suite(.sharedServer) struct SessionTests {
    /// A model that adds up what it is told.
    private func counter(_ name: String) throws -> TestServer {
        let server = try TestServer.shared()
        try server.define(
            #"""
            {"name": "\#(name)", "input_shape": [1, 1], "layers": [{"type": "SimpleRNN", "name": "sum", "units": 1,
             "activation": "linear", "use_bias": false, "stateful": true, "kernel_initializer": "ones",
             "recurrent_initializer": "ones"}]}
            """#
        )
        return server
    }

    private func ask(_ server: TestServer, _ name: String, _ numbers: [Int], _ session: String?) throws -> Reply {
        let instances = numbers.map { "[[\($0)]]" }.joined(separator: ", ")
        let own = session.map { #", "session": "\#($0)""# } ?? ""
        return try server.post("/predict", #"{"model": "\#(name)", "instances": [\#(instances)]\#(own)}"#)
    }

    @Test func `a session goes on where it ended, row by row`() throws {
        let server = try counter("counter")
        #expect(try ask(server, "counter", [1, 10], "a")["predictions"]?.source == "[[1.0],[10.0]]")
        #expect(try ask(server, "counter", [2, 20], "a")["predictions"]?.source == "[[3.0],[30.0]]")
        #expect(try ask(server, "counter", [5], "b")["predictions"]?.source == "[[5.0]]")
        #expect(try ask(server, "counter", [5], nil)["predictions"]?.source == "[[5.0]]")
        let other = try ask(server, "counter", [5], "a")
        #expect(other.status == 422 && other.text.contains("/instances"), "\(other.text)")
        #expect(try ask(server, "counter", [3, 30], "a")["predictions"]?.source == "[[6.0],[60.0]]")

        #expect(try server.post("/models/counter/reset", #"{"session": "a"}"#).status == 204)
        #expect(try ask(server, "counter", [4], "a")["predictions"]?.source == "[[4.0]]")
        #expect(try ask(server, "counter", [1], "b")["predictions"]?.source == "[[6.0]]")
        #expect(try server.curl("POST", "/models/counter/reset", []).status == 204)
        #expect(try ask(server, "counter", [1], "b")["predictions"]?.source == "[[1.0]]")
        #expect(try server.post("/models/nobody/reset", "{}").status == 404)
    }

    @Test(arguments: [("walker", ""), ("swimmer", #"{"type": "Conv1D", "filters": 2, "kernel_size": 1}, "#)])
    func `parts of sequences of any length go on where the last ones ended`(name: String, before: String) throws {
        let server = try TestServer.shared()
        let layers = before + #"{"type": "GRU", "units": 5, "stateful": true}, {"type": "Dense", "units": 2}"#
        try server.define(#"{"name": "\#(name)", "input_shape": [null, 2], "seed": 4, "layers": [\#(layers)]}"#)
        // Two rows, each cut where it comes; the second one of other lengths.
        let rows = [3, 5].map { seed in
            (0..<9).map { step -> [Double] in
                let (one, two) = (step * seed % 7, (step + seed) % 5)
                return [Double(one) / 7, Double(two) / 5]
            }
        }
        func ask(_ instances: [[[Double]]], _ session: String?) throws -> [[Double]] {
            let own = session.map { #", "session": "\#($0)""# } ?? ""
            let reply = try server.post("/predict", #"{"model": "\#(name)", "instances": \#(instances)\#(own)}"#)
            #expect(reply.status == 200, "\(reply.text)")
            return try #require(reply["predictions"]).elements.map { try $0.array().map { try $0.double() } }
        }
        let whole = try ask(rows, nil)
        var last: [[Double]] = []
        for (one, two) in [(0..<4, 0..<1), (4..<5, 1..<7), (5..<9, 7..<9)] {
            last = try ask([Array(rows[0][one]), Array(rows[1][two])], "s")
        }

        for (own, expected) in zip(last.flatMap(\.self), whole.flatMap(\.self)) { #expect(abs(own - expected) < 1e-6) }
        let other = try server.post("/predict", #"{"model": "\#(name)", "instances": [[[1, 2]]], "session": "s"}"#)
        #expect(other.status == 422 && other.text.contains("/instances"), "\(other.text)")
        #expect(try ask([[[0, 0]]], "t") == ask([[[0, 0]]], nil))
        try server.define(
            #"{"name": "\#(name)-without", "input_shape": [null, 2], "layers": [{"type": "GRU", "units": 1}]}"#
        )
        let none = try server.post(
            "/predict",
            #"{"model": "\#(name)-without", "instances": [[[1, 2]]], "session": "s"}"#
        )
        #expect(none.status == 422 && none.text.contains("stateful"), "\(none.text)")
    }

    @Test func `requests of one session go one after the other`() throws {
        let server = try counter("crowded")
        DispatchQueue.concurrentPerform(iterations: 20) { _ in _ = try? ask(server, "crowded", [1], "s") }
        #expect(try ask(server, "crowded", [1], "s")["predictions"]?.source == "[[21.0]]")
    }

    @Test func `other weights begin anew`() throws {
        let server = try counter("renewed")
        #expect(try ask(server, "renewed", [3], "s")["predictions"]?.source == "[[3.0]]")
        let weights = try server.curl("GET", "/models/renewed/weights", [])
        let put = try server.send(
            "PUT",
            "/models/renewed/weights",
            weights.body,
            contentType: "application/octet-stream"
        )
        #expect(put.status == 201)
        #expect(try ask(server, "renewed", [4], "s")["predictions"]?.source == "[[4.0]]")
    }

    @Test func `a model without memory says so, and names have a length`() throws {
        let server = try TestServer.shared()
        try server.define(#"{"name": "forgetful", "input_shape": [1, 1], "layers": [{"type": "GRU", "units": 1}]}"#)
        let reply = try ask(server, "forgetful", [1], "s")
        #expect(reply.status == 422 && reply.text.contains("stateful"), "\(reply.text)")
        #expect(try ask(server, "forgetful", [1], "").status == 422)
        #expect(try ask(server, "forgetful", [1], String(repeating: "k", count: 129)).status == 422)
    }
}
