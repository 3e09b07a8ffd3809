import Foundation
import JSON
import Testing

/// What clients of other servers are told while the server stops, and when an answer takes too long.
struct StoppingTests {
    /// A request whose last part is sent once the server stops.
    private struct Held {
        let socket: RawSocket
        let rest: String

        init(_ server: TestServer, _ begun: String, rest: String) throws {
            socket = try RawSocket(port: server.port)
            self.rest = rest
            try socket.send(begun)
        }

        /// The answer, once the rest has been sent.
        func answer() throws -> String {
            try socket.send(rest)
            return try socket.read()
        }
    }

    @Test func `while the server stops, readiness is a 503 in each form, and what is under way is answered`() throws {
        let server = try TestServer()
        try server.define(Samples.line)
        let probes = try ["/v2/health/ready", "/ping", "/health"].map { path in
            (path, try Held(server, "GET \(path) HTTP/1.1\r\nHost: localhost\r\n", rest: "\r\n"))
        }
        let live = try Held(server, "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n", rest: "\r\n")
        let bodies = [
            ("/v2/models/line/infer", #"{"inputs":[{"name":"input","shape":[1,2],"datatype":"FP32","data":[1,2]}]}"#),
            ("/v1/models/line:predict", #"{"instances":[[1,2]]}"#), ("/invocations", #"{"instances":[[1,2]]}"#),
        ]
        let asked = try bodies.map { path, body in
            let head =
                "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n"
                + "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n"
            let held = try Held(server, head, rest: body)
            // The server asks for the body, so the request is in flight.
            _ = try held.socket.read { $0.hasSuffix("\r\n\r\n") }
            return (path, held)
        }

        server.process.signal(SIGTERM)
        _ = try wait(for: "no further connections") { RawSocket.isRefused(port: server.port) ? true : nil }

        for (path, held) in probes {
            let answer = try held.answer()
            #expect(
                answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("the server is stopping"),
                "\(path): \(answer)"
            )
            #expect(answer.lowercased().contains("retry-after: 1"), "\(path): \(answer)")
            #expect(answer.contains(path.hasPrefix("/v2") ? #"{"error":""# : #""error_code":"#), "\(path): \(answer)")
        }
        #expect(try live.answer().contains(#"{"live":true}"#))
        for (path, held) in asked {
            let answer = try held.answer()
            #expect(answer.contains("HTTP/1.1 200 "), "\(path): \(answer)")
        }
        #expect(server.process.wait().status == 0)
    }

    @Test func `an answer that takes longer than its client waits is a 503, and the next one comes`() throws {
        try withServer { server in
            let layers = (0..<3).map { _ in #"{"type": "Dense", "units": 4096, "activation": "relu"}"# }
            try server.define(
                #"{"name": "slow", "input_shape": [4096], "layers": [\#(layers.joined(separator: ", "))]}"#
            )
            let rows = Array(repeating: "0.5", count: 16 * 4096).joined(separator: ",")
            func ask(_ timeout: Int) throws -> Reply {
                try server.send(
                    "/v2/models/slow/infer",
                    #"{"parameters":{"timeout":\#(timeout)},"inputs":[{"name":"input","shape":[16,4096],"datatype":"FP32","data":[\#(rows)]}],"outputs":[{"name":"dense_2","parameters":{"classification":1}}]}"#
                )
            }

            let late = try ask(1)

            #expect(late.status == 503, "\(late.text)")
            #expect(try late["error"]?.string().contains("Request timeout expired") == true, "\(late.text)")
            #expect(late.fields["content-type"] == "application/json")
            let answer = try ask(300_000_000)
            #expect(answer.status == 200, "\(answer.text)")
        }
    }
}
