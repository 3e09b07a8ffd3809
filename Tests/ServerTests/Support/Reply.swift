import Foundation
import JSON
import Testing

/// What curl brought back.
struct Reply {
    let status: Int
    /// The last head's fields, names in lower case.
    let fields: [String: String]
    let body: [UInt8]

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    var json: JSONValue {
        get throws { try JSONDocument(parsing: body).root }
    }

    /// A member of the JSON body, by path.
    subscript(_ path: String...) -> JSONValue? {
        path.reduce(try? json) { value, key in Int(key).map { value?[$0] } ?? value?[key] }
    }

    /// The faults of a problem as "pointer detail".
    var faults: [String] {
        (self["errors"]?.elements).map { elements in
            elements.map { "\((try? $0["pointer"]?.string()) ?? "?") \((try? $0["detail"]?.string()) ?? "?")" }
        } ?? []
    }
}

extension TestServer {
    /// Sends a request with curl, to which further arguments may be given.
    func curl(_ method: String, _ path: String, json: String? = nil, _ arguments: [String] = []) throws -> Reply {
        let folder = try TemporaryFolder()
        let head = folder.url.appending(path: "head").path
        var all = ["--silent", "--show-error", "--max-time", "300", "--globoff", "--dump-header", head]
        all += ["--request", method]
        if let json {
            let file = try folder.write(Array(json.utf8), to: "body")
            all += ["--data-binary", "@\(file)", "--header", "Content-Type: application/json"]
        }
        let outcome = try ChildProcess("/usr/bin/env", ["curl"] + all + arguments + [url + path]).wait()
        try #require(outcome.status == 0, "curl \(method) \(path): \(outcome.errors)")
        return try Reply(head: String(contentsOfFile: head, encoding: .utf8), body: outcome.output)
    }

    /// Sends a GET request with curl.
    func get(_ path: String, _ arguments: [String] = []) throws -> Reply { try curl("GET", path, arguments) }

    /// Sends a JSON body with curl.
    func post(_ path: String, _ json: String = "", _ arguments: [String] = []) throws -> Reply {
        try curl("POST", path, json: json, arguments)
    }

    /// Sends a body of any type with curl.
    func put(_ path: String, _ body: [UInt8], contentType: String) throws -> Reply {
        try send("PUT", path, body, contentType: contentType)
    }

    /// Sends a text of any type with curl.
    func send(_ method: String, _ path: String, text: String, contentType: String) throws -> Reply {
        try send(method, path, Array(text.utf8), contentType: contentType)
    }

    /// Sends a body of any type with curl.
    func send(_ method: String, _ path: String, _ body: [UInt8], contentType: String) throws -> Reply {
        let folder = try TemporaryFolder()
        let file = try folder.write(body, to: "body")
        return try curl(method, path, ["--data-binary", "@\(file)", "--header", "Content-Type: \(contentType)"])
    }
}

extension Reply {
    fileprivate init(head: String, body: [UInt8]) throws {
        // A 100 (Continue) has a head of its own before the last one.
        let heads = head.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n\n")
        let lines = try #require(heads.last { !$0.isEmpty }).split(separator: "\n")
        status = try #require(lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        fields = Dictionary(
            lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (parts[0].lowercased(), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
            },
            uniquingKeysWith: { $0 + ", " + $1 }
        )
        self.body = body
    }
}
