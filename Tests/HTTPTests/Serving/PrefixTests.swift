import Foundation
import HTTP
import HTTPTypes
import Testing

/// Behind a proxy that offers the server under a path.
@Suite(.timeLimit(.minutes(10)))
struct PrefixTests {
    private static func routes(_ router: inout Router) {
        router.get("/", sync: { _ in Response(.ok, text: "root") })
        router.get("/things/{name}", sync: { Response(.ok, text: "\($0.parameters["name"] ?? "") \($0.prefix)") })
        router.get("/yard/{name}", sync: { Response(.ok, text: "yard of \($0.parameters["name"] ?? "")") })
        for (path, location) in [
            ("/things", "/things/1?a=b"), ("/away", "https://other.example/things"), ("/host", "//other.example/x"),
            ("/beside", "things/1"),
        ] {
            router.post(path, sync: { _ in Response(.created, fields: [.location: location]) })
        }
    }

    @Test(arguments: [
        ("/yard/things/a", "a /yard"), ("/things/a", "a /yard"), ("/yard", "root"), ("/yard/", "root"), ("/", "root"),
        ("/yard/yard/b", "yard of b"), ("/yard/c", "yard of c"), ("/%79ard/things/a", "a /yard"),
        ("/x/../yard/things/a", "a /yard"), ("http://localhost/yard/things/a?q", "a /yard"),
    ])
    func `a path is served with the prefix and without`(target: String, expected: String) async throws {
        try await withServer({ $0.pathPrefix = "/yard" }, routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            #expect(try await client.get(target).text == expected)
            for path in ["/yardthings/a", "/yar/things/a", "/Yard/things/a", "/yard//things/a", "/yard/nowhere/x"] {
                #expect(try await client.get(path).status == 404, "\(path)")
            }
        }
    }

    @Test(arguments: ["/yard", "/a/b.c/~d", "/user%20name/@x:1"])
    func `the prefix stands before a path in Location`(prefix: String) async throws {
        try await withServer({ $0.pathPrefix = prefix }, routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            for (path, location) in [
                ("/things", prefix + "/things/1?a=b"), (prefix + "/things", prefix + "/things/1?a=b"),
                ("/away", "https://other.example/things"), ("/host", "//other.example/x"), ("/beside", "things/1"),
            ] {
                try await client.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await client.response()["Location"] == location)
            }
        }
    }

    @Test(arguments: [
        ("/yard", true), ("/a/b", true), ("/a.b/~c_d-e", true), ("/%41", true), ("/a:b@c!$&'()*+;=", true),
        ("/..a", true), ("/" + String(repeating: "a", count: 255), true),
        ("", false), ("/", false), ("yard", false), ("/yard/", false), ("//yard", false), ("/a//b", false),
        ("/..", false), ("/a/../b", false), ("/a/./b", false), ("/%2e%2e", false), ("/a/%2E", false), ("/a b", false),
        ("/a?b", false), ("/a#b", false), ("/a\\b", false), ("/a\"b", false), ("/<a>", false), ("/a,b", false),
        ("/é", false), ("/a\r\nX: y", false), ("/%zz", false), ("/%", false), ("/%ff", false), ("/%00", false),
        ("http://other.example", false), ("/" + String(repeating: "a", count: 256), false),
    ])
    func `what may be a prefix`(text: String, isPrefix: Bool) async throws {
        #expect(ServerConfiguration.isPathPrefix(text) == isPrefix)
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return }
        // One that may not be is not repeated when a proxy sends it.
        let configure: (inout ServerConfiguration) -> Void = { configuration in
            configuration.trustedProxies = [PeerRange("127.0.0.1")].compactMap { $0 }
        }
        try await withServer(configure, routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("POST /things HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Prefix: \(text)\r\n\r\n")
            #expect(try await client.response()["Location"] == (isPrefix ? text : "") + "/things/1?a=b")
        }
    }

    @Test(
        arguments: [
            (["127.0.0.1"], true), (["127.0.0.0/8"], true), (["127.0.0.0/31"], true), (["0.0.0.0/0"], true),
            (["10.0.0.0/8", "127.0.0.1/32"], true), (["::ffff:127.0.0.1"], true), (["::/0"], true),
            ([], false), (["127.0.0.2"], false), (["127.0.0.2/31"], false), (["126.0.0.0/8"], false), (["::1"], false),
            (["10.0.0.0/8"], false), (["unix"], false),
        ] as [([String], Bool)]
    )
    func `a forwarded prefix counts where the peer is trusted`(proxies: [String], isTrusted: Bool) async throws {
        let ranges = proxies.compactMap { PeerRange($0) }
        try #require(ranges.count == proxies.count)
        try await withServer({ $0.trustedProxies = ranges }, routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            let forwarded = "X-Forwarded-Prefix: /yard\r\n"
            #expect(try await client.get("/things/a", fields: forwarded).text == (isTrusted ? "a /yard" : "a "))
            #expect(try await client.get("/yard/things/a", fields: forwarded).status == (isTrusted ? 200 : 404))
            let twice = try await client.get("/things/a", fields: forwarded + forwarded)
            #expect(twice.text == "a ")
            #expect(try await client.get("/things/a").text == "a ")
        }
    }

    @Test func `the peers of the Unix domain socket are trusted by name, and the program's own prefix counts first`()
        async throws
    {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).sock").path
        let forwarded = "X-Forwarded-Prefix: /yard\r\n"
        for (proxies, prefix, expected) in [([], "", "a "), (["unix"], "", "a /yard"), (["unix"], "/own", "a /own")] {
            let configure: (inout ServerConfiguration) -> Void = { configuration in
                configuration.addresses.append(.unix(path: path))
                configuration.trustedProxies = proxies.compactMap { PeerRange($0) }
                configuration.pathPrefix = prefix
            }
            try await withServer(configure, routes: Self.routes) { _, _ in
                let client = try RawClient(path: path)
                #expect(try await client.get("/things/a", fields: forwarded).text == expected)
            }
        }
    }

    @Test(arguments: [
        "", "localhost", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "::1/129", "[::1]", "*",
        "10.0.0.256", "Unix", " 10.0.0.1", "10.0.0.1:80",
    ])
    func `what is no range of peers is refused`(text: String) {
        #expect(PeerRange(text) == nil)
    }
}
