import Foundation
import JSON
import Testing

/// The page for people with a browser, as it comes over the wire.
@Suite(.sharedServer)
struct PageTests {
    private static let browser = [
        "--header", "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ]

    /// The docs as they lie in the repository.
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs")
        .standardized

    private func shell(_ fields: [String] = []) throws -> Reply {
        try TestServer.shared().get("/", Self.browser + fields)
    }

    /// The addresses that the shell names.
    private func assets() throws -> [String] {
        try shell().text.matches(of: #/(?:href|src)="(assets\/[^"]+)"/#).map { "/" + String($0.1) }
    }

    @Test func `who asks for HTML by name gets the page, with what keeps it from running anything else`() throws {
        let reply = try shell()
        #expect(reply.status == 200)
        #expect(reply.fields["content-type"] == "text/html; charset=utf-8")
        #expect(reply.fields["cache-control"] == "no-cache")
        #expect(reply.fields["vary"]?.contains("Accept") == true)
        #expect(
            reply.fields["content-security-policy"]
                == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; "
                + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                + "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        #expect(reply.fields["x-content-type-options"] == "nosniff")
        #expect(reply.fields["cross-origin-resource-policy"] == "same-origin")
        #expect(reply.fields["cross-origin-opener-policy"] == "same-origin")
        #expect(reply.fields["referrer-policy"] == "no-referrer")
        #expect(reply.fields["permissions-policy"] == "microphone=(self), camera=(), geolocation=()")
        #expect(reply.text.contains("This page needs JavaScript"))
        #expect(!reply.text.contains("<script>") && !reply.text.contains("style="))
        #expect(!reply.text.contains("HASH") && !reply.text.contains("//"))
    }

    @Test(arguments: ["*/*", "application/json", "text/*", "text/html;q=0, */*", ""])
    func `everybody else is told that the server lives`(accept: String) throws {
        let reply = try TestServer.shared().get("/", ["--header", "Accept: \(accept)"])
        #expect(reply.status == 200 && reply.text == #"{"status":"alive"}"#)
        #expect(reply.fields["content-type"] == "application/json")
        #expect(reply.fields["vary"]?.contains("Accept") == true)
    }

    @Test func `a page that has not changed is not sent again`() throws {
        let tag = try #require(try shell().fields["etag"])
        let same = try shell(["--header", "If-None-Match: \(tag)"])
        let other = try shell(["--header", "If-None-Match: \"other\""])
        #expect(same.status == 304 && other.status == 200)
    }

    @Test func `every file that the shell names is there for ever, packed or as it is`() throws {
        let server = try TestServer.shared()
        let assets = try assets()
        #expect(assets.count > 10)
        let types = ["js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"]
        for path in assets {
            let plain = try server.get(path)
            #expect(plain.status == 200, "\(path)")
            #expect(plain.fields["content-type"] == types[String(path.split(separator: ".").last ?? "")], "\(path)")
            #expect(plain.fields["cache-control"] == "public, max-age=31536000, immutable")
            #expect(plain.fields["vary"] == "Accept-Encoding")
            #expect(plain.fields["content-encoding"] == nil)
            let packed = try server.get(path, ["--header", "Accept-Encoding: gzip"])
            #expect(packed.fields["content-encoding"] == "gzip")
            #expect(packed.fields["etag"] != plain.fields["etag"])
            let unpacked = try server.get(path, ["--compressed"])
            #expect(unpacked.body == plain.body && packed.body != plain.body, "\(path)")
        }
    }

    @Test func `all modules that the list of jobs needs are named by the shell, so that none is found late`() throws {
        let server = try TestServer.shared()
        let assets = try assets()
        let modules = Set(assets.filter { $0.hasSuffix(".js") })
        for module in modules {
            let folder = URL(filePath: module).deletingLastPathComponent()
            let text = try server.get(module).text
            for found in text.matches(of: #/(?m)^import (?:.* from )?"([^"]+)";/#) {
                let needed = folder.appending(path: String(found.1)).standardized.path
                #expect(modules.contains(needed), "\(module) imports \(needed)")
            }
        }
        #expect(assets.count <= 28)
    }

    @Test func `the docs are served with the page, each as it lies in the repository`() throws {
        let server = try TestServer.shared()
        let main = try #require(try assets().first { $0.hasSuffix("main.js") })
        let folder = main.replacing("script/main.js", with: "docs/")
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.docs.path).filter { $0.hasSuffix(".md") }
        #expect(names.contains("page.md") && names.contains("views.md"))
        for name in names {
            let reply = try server.get(folder + name)
            #expect(reply.status == 200, "\(name)")
            #expect(reply.fields["content-type"] == "text/markdown; charset=utf-8")
            #expect(reply.fields["cache-control"] == "public, max-age=31536000, immutable")
            #expect(reply.body == Array(try Data(contentsOf: Self.docs.appending(path: name))), "\(name)")
            let packed = try server.get(folder + name, ["--header", "Accept-Encoding: gzip"])
            #expect(packed.fields["content-encoding"] == "gzip" && packed.body.count < reply.body.count, "\(name)")
        }
        for other in ["none.md", "images/page-jobs.png", "../README.md"] {
            let reply = try server.get(folder + other)
            #expect(reply.status == 404, "\(other)")
        }
        let listed = try server.get(main.replacing("main.js", with: "pages/docs/contents.js")).text
        for name in names { #expect(listed.contains("\"\(name.dropLast(3))\""), "\(name)") }
    }

    @Test func `another hash, no such file, and the shell among the files are 404`() throws {
        let server = try TestServer.shared()
        let main = try #require(try assets().first { $0.hasSuffix("main.js") })
        let hash = try #require(main.split(separator: "/").dropFirst().first)
        #expect(hash.count >= 8 && hash.allSatisfy(\.isHexDigit))
        for path in [
            main.replacing(hash, with: "0123456789abcdef"), "/assets/\(hash)/index.html", "/assets/\(hash)/script",
            "/assets/\(hash)/script/none.js", "/assets/\(hash)/..%2f..%2fetc/passwd", "/assets/\(hash)/",
            "/assets/\(hash)",
        ] {
            let reply = try server.get(path)
            #expect(reply.status == 404, "\(path)")
        }
    }

    @Test func `the icon that browsers look for is there`() throws {
        let reply = try TestServer.shared().get("/favicon.ico")
        #expect(reply.status == 200)
        #expect(reply.fields["content-type"] == "image/svg+xml")
    }

    @Test func `page and files need no token, and data does`() throws {
        let folder = try TemporaryFolder()
        let tokens = try folder.write(Array("full 0123456789abcdef\n".utf8), to: "tokens")
        let paths = ["/favicon.ico"] + (try assets())
        try withServer(["--token-file", tokens]) { server in
            let shell = try server.get("/", Self.browser)
            #expect(shell.status == 200)
            for path in paths {
                let reply = try server.get(path)
                #expect(reply.status == 200, "\(path)")
            }
            let list = try server.get("/jobs?view=row")
            #expect(list.status == 401)
        }
    }

    @Test func `page and files are kept from a foreign name as everything is`() throws {
        let server = try TestServer.shared()
        for path in try ["/", "/favicon.ico"] + assets().prefix(2) {
            let reply = try server.get(path, Self.browser + ["--header", "Host: evil.example"])
            #expect(reply.status == 421, "\(path)")
        }
    }

    @Test func `the page's addresses are relative, so it works under a proxy's path`() throws {
        try withServer(["--base-path", "/yard"]) { server in
            let reply = try server.get("/yard/", Self.browser)
            #expect(reply.status == 200)
            let main = try #require(reply.text.firstMatch(of: #/src="(assets\/[^"]+main\.js)"/#)).1
            let bare = try server.get("/yard", Self.browser)
            #expect(bare.status == 308 && bare.fields["location"] == "/yard/")
            let file = try server.get("/yard/\(main)")
            #expect(file.status == 200)
        }
    }
}
