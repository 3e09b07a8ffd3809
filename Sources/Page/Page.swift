import Foundation

/// The page that people see in a browser: its files, compressed when the program was built.
public enum Page {
    /// One file of the page.
    public struct File: Sendable {
        /// Where it is, from the page's root, such as `script/main.js`.
        public let path: String
        /// Its media type.
        public let mediaType: String
        /// How long it is when unpacked.
        public let byteCount: Int
        /// Its bytes as one gzip member.
        public let gzip: [UInt8]
    }

    /// Sixteen hexadecimal digits over the names and bytes of all files.
    public static let hash = EmbeddedFiles.hash.description

    /// The files by path.
    public static let files = Dictionary(
        uniqueKeysWithValues: EmbeddedFiles.files.map { file in
            let path = file.path.description
            return (
                path,
                File(path: path, mediaType: mediaType(of: path), byteCount: file.bytes, gzip: decoded(file.base64))
            )
        }
    )

    /// The page that begins with all others: `index.html`.
    public static let shell = file("index.html")

    /// A picture of the size of a letter, for the browser's tabs.
    public static let icon = file("icon.svg")

    private static func file(_ path: String) -> File {
        guard let file = files[path] else { preconditionFailure("the page has no \(path)") }
        return file
    }

    private static func decoded(_ text: StaticString) -> [UInt8] {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard let data = Data(base64Encoded: Data(buffer: bytes)) else {
            preconditionFailure("embed-files writes base64")
        }
        return Array(data)
    }

    private static func mediaType(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "md": "text/markdown; charset=utf-8"
        case "png": "image/png"
        case "json": "application/json"
        default: "application/octet-stream"
        }
    }
}
