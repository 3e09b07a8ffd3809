internal import Foundation

/// A request to a server.
struct Request {
    /// What a request carries.
    enum Body {
        case none
        /// Bytes and their media type.
        case bytes([UInt8], type: String)
        /// A file that is sent as it is read, and its media type.
        case file(InputFile, type: String)
    }

    /// The method.
    var method = "GET"
    /// The path below the server's, each of its segments encoded already.
    let path: String
    /// The query's names and values, as they are.
    var query: [(String, String)] = []
    /// Fields beside those that every request has.
    var fields: [(String, String)] = []
    /// What it carries.
    var body = Body.none
    /// How long the body of the answer may pause; nil for ever.
    var idleLimit: Duration?

    /// A request for what is named by a path of segments, which may have any characters.
    init(_ method: String, _ segments: String...) { self.init(method, segments: segments) }

    /// A request for what is named by a path of segments, which may have any characters.
    init(_ method: String = "GET", segments: [String]) {
        self.method = method
        path = segments.map { "/" + Self.encoded($0) }.joined()
    }

    /// Path and query, for the request line.
    var target: String {
        let pairs = query.map { "\(Self.encoded($0))=\(Self.encoded($1))" }
        return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
    }

    /// A name with all but the unreserved characters as %XX (RFC 3986, section 2.3).
    private static func encoded(_ name: String) -> String {
        var text = ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        // A dot segment would be taken as a step in the path (RFC 3986, section 5.2.4).
        return text == "." || text == ".." ? text.replacing(".", with: "%2E") : text
    }
}
