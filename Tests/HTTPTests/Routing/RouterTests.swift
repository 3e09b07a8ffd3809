import Foundation
import HTTP
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RouterTests {
    /// Routes that answer with their own name and the values of their parameters.
    private static func routes(_ router: inout Router) {
        for (method, pattern) in [
            (HTTPRequest.Method.get, "/"), (.get, "/models"), (.post, "/models"), (.get, "/models/{name}"),
            (.post, "/models/new"), (.get, "/models/{name}/weights"), (.post, "/v1/models/{name}:predict"),
            (.get, "/v1/models/{name}"), (.post, "/v1/models/{name}/versions/{version}:predict"),
            (.get, "/files/{path...}"), (.get, "/v2/"),
        ] {
            router.on(
                method,
                pattern,
                handler: .sync { request in
                    let values = ["name", "version", "path"].compactMap { request.parameters[$0] }
                    return Response(.ok, text: ([pattern] + values).joined(separator: " "))
                }
            )
        }
    }

    @Test(arguments: [
        ("GET", "/", "/"),
        ("GET", "/models", "/models"),
        ("POST", "/models?x=y", "/models"),
        ("GET", "/models/lenet", "/models/{name} lenet"),
        ("GET", "/models/new", "/models/{name} new"),
        ("POST", "/models/new", "/models/new"),
        ("GET", "/models/a%2Fb%20c/weights", "/models/{name}/weights a/b c"),
        ("GET", "/models/%C3%A9", "/models/{name} é"),
        ("GET", "/models/a+b", "/models/{name} a+b"),
        ("POST", "/v1/models/m:predict", "/v1/models/{name}:predict m"),
        ("POST", "/v1/models/a:b:predict", "/v1/models/{name}:predict a:b"),
        ("GET", "/v1/models/m:prediction", "/v1/models/{name} m:prediction"),
        ("POST", "/v1/models/m/versions/3:predict", "/v1/models/{name}/versions/{version}:predict m 3"),
        ("GET", "/files/a/b/c.txt", "/files/{path...} a/b/c.txt"),
        ("GET", "/v2/", "/v2/"),
        ("GET", "/x/../models/./lenet", "/models/{name} lenet"),
        ("GET", "/x/%2e%2E/models", "/models"),
        ("GET", "/../../models", "/models"),
        ("GET", "http://localhost/models/lenet?q", "/models/{name} lenet"),
        ("GET", "http://localhost", "/"),
    ])
    func `a path finds its route`(method: String, target: String, expected: String) async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.response().text == expected)
        }
    }

    @Test(arguments: [
        ("GET", "/models/", 404), ("GET", "//models", 404), ("GET", "/models/a/b", 404), ("GET", "/v2", 404),
        ("POST", "/v1/models/:predict", 405), ("GET", "/v1/models/m:predict", 405),
        ("PUT", "/models", 405), ("DELETE", "/models/new", 405),
        ("QUERY", "/models", 405),
        ("GET", "/models/%", 400), ("GET", "/models/%zz", 400), ("GET", "/models/%ff", 400),
        ("GET", "/models/%00", 400), ("GET", "/models?a=%f", 400),
    ])
    func `a path without a route is refused`(method: String, target: String, status: Int) async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.response().status == status)
        }
    }

    @Test func `Allow lists the methods of every route that the path fits`() async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("PUT /models/new HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.response()["Allow"] == "POST, GET, HEAD, OPTIONS")
        }
    }

    @Test func `a parameter that does not convert is a 404 that names it`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)
            let response = try await client.get("/async/x1")
            #expect(response.status == 404)
            #expect(response.text.contains("id: expected an integer"))
        }
    }

    @Test func `a handler runs on an event loop only where the route says sync`() async throws {
        try await withServer(routes: { router in
            router.get("/trailing") { _ in Response(.ok, text: Self.threadName()) }
            router.get("/sync", sync: { _ in Response(.ok, text: Self.threadName()) })
        }) { port, _ in
            let client = try RawClient(port: port)
            #expect(try await client.get("/sync").text.hasPrefix("http-"))
            #expect(try await !client.get("/trailing").text.hasPrefix("http-"))
        }
    }

    /// The name of the calling thread (proc(5)).
    private static func threadName() -> String {
        (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
    }

    @Test func `a route that is registered twice traps`() async {
        await #expect(processExitsWith: .failure) {
            var router = Router()
            router.get("/a/{b}") { _ in Response(.ok) }
            router.get("/a/{c}") { _ in Response(.ok) }
        }
    }
}
