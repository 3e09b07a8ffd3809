import Foundation
import HTTP
import HTTPTypes
import Testing

/// Programs that people use talk to the server.
@Suite(.timeLimit(.minutes(10)))
struct RealClientTests {
    private static let text = String(repeating: "0123456789", count: 1_000)

    private static func routes(_ router: inout Router) {
        router.get("/text") { _ in Response(.ok, text: text) }
        router.get("/file") { request in
            .representation(
                for: request,
                contentType: "application/octet-stream",
                length: text.utf8.count,
                tag: EntityTag("t")
            ) { range, writer in
                try await writer.write(Array(text.utf8)[range].map { $0 })
            }
        }
        router.get("/events") { _ in
            .stream(.ok, contentType: "text/event-stream") { writer in
                for number in 0..<3 { try await writer.write("id: \(number)\ndata: x\n\n") }
            }
        }
        router.get("/version") { request in Response(.ok, text: request[.connection] ?? "-") }
    }

    private struct Call: CustomTestStringConvertible, Sendable {
        var arguments: [String]
        var output: String
        var input = ""
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String..., input: String = "", output: String) {
            (self.arguments, self.input, self.output) = (arguments, input, output)
        }
    }

    private static let curls = [
        Call("URL/text", output: text),
        Call("-0", "URL/text", output: text),
        Call("-0", "URL/events", output: "id: 0\ndata: x\n\nid: 1\ndata: x\n\nid: 2\ndata: x\n\n"),
        Call("-N", "URL/events", output: "id: 0\ndata: x\n\nid: 1\ndata: x\n\nid: 2\ndata: x\n\n"),
        Call("--compressed", "URL/text", output: text),
        Call("-r", "10-19", "URL/file", output: "0123456789"),
        Call("-r", "-5", "-w", " %{http_code}", "URL/file", output: "56789 206"),
        Call("-H", "If-None-Match: \"t\"", "-w", "%{http_code}", "URL/file", output: "304"),
        Call("--data-binary", "@-", "URL/collect", input: text, output: text),
        Call("-T", "-", "-X", "POST", "URL/collect", input: text, output: text),
        Call(
            "-H",
            "Expect: 100-continue",
            "--expect100-timeout",
            "30",
            "--data-binary",
            "@-",
            "URL/count",
            input: text,
            output: "10000"
        ),
        Call("-I", "-o", "/dev/null", "-w", "%{http_code} %header{content-length}", "URL/text", output: "200 10000"),
        Call("--path-as-is", "URL/a/../hello", output: "hello"),
        Call("-w", " %{num_connects}", "URL/hello", "URL/hello", "URL/hello", output: "hello 1hello 0hello 0"),
    ]

    @Test(.enabled { await Command.works("curl", "--version") }, arguments: curls)
    private func `curl gets what it asks for`(call: Call) async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let arguments = call.arguments.map { $0.replacingOccurrences(of: "URL", with: "http://127.0.0.1:\(port)") }

            let command = try await Command.run(
                ["curl", "-s", "--max-time", "20"] + arguments,
                input: Data(call.input.utf8)
            )

            #expect(command.status == 0)
            #expect(command.output == call.output)
        }
    }

    @Test(.enabled { await Command.works("curl", "--version") })
    func `curl sends a compressed body`() async throws {
        try await withServer { port, _ in
            let command = try await Command.run(
                [
                    "curl", "-s", "--max-time", "20", "-H", "Content-Encoding: gzip", "--data-binary", "@-",
                    "http://127.0.0.1:\(port)/collect",
                ],
                input: Data(Gzip.compress(Array(Self.text.utf8)))
            )
            #expect(command.output == Self.text)
        }
    }

    /// Each program prints what `GET /hello` answered twice on one connection, then what it got back for a body.
    private static let programs: [(name: String, check: [String], run: [String])] = [
        (
            "http.client", ["python3", "-c", "import http.client"],
            [
                "python3", "-c",
                """
                import http.client, sys
                c = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
                for _ in range(2):
                    c.request("GET", "/hello"); print(c.getresponse().read().decode())
                c.request("POST", "/collect", body=iter([b"ab", b"cd"]), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
                print(c.getresponse().read().decode())
                """,
            ]
        ),
        (
            "requests", ["python3", "-c", "import requests"],
            [
                "python3", "-c",
                """
                import requests, sys
                s, u = requests.Session(), "http://127.0.0.1:" + sys.argv[1]
                for _ in range(2): print(s.get(u + "/hello").text)
                print(s.post(u + "/collect", data=iter([b"ab", b"cd"])).text)
                """,
            ]
        ),
        (
            "httpx", ["python3", "-c", "import httpx"],
            [
                "python3", "-c",
                """
                import httpx, sys
                with httpx.Client(base_url="http://127.0.0.1:" + sys.argv[1]) as c:
                    for _ in range(2): print(c.get("/hello").text)
                    print(c.post("/collect", content=iter([b"ab", b"cd"])).text)
                """,
            ]
        ),
        (
            "fetch", ["node", "-e", "fetch"],
            [
                "node", "-e",
                """
                (async () => {
                  const u = "http://127.0.0.1:" + process.argv[1];
                  for (let i = 0; i < 2; i++) console.log(await (await fetch(u + "/hello")).text());
                  const body = new ReadableStream({ start(c) { c.enqueue(Buffer.from("ab")); c.enqueue(Buffer.from("cd")); c.close() } });
                  console.log(await (await fetch(u + "/collect", { method: "POST", body, duplex: "half" })).text());
                })()
                """,
            ]
        ),
    ]

    @Test(arguments: programs.indices)
    func `a client of another language gets its answers where it is installed`(index: Int) async throws {
        let program = Self.programs[index]
        guard try await Command.run(program.check).status == 0 else {
            try Test.cancel("\(program.name) is not installed")
        }
        try await withServer { port, _ in
            let command = try await Command.run(program.run + ["\(port)"])
            #expect(command.output == "hello\nhello\nabcd\n", "\(program.name)")
        }
    }
}
