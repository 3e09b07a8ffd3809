import CZlib
import Foundation

/// `embed-files FOLDER DOCS SOURCE`: writes a source of Swift that holds the files of a folder, and below `docs/` the pages in
/// Markdown of another, compressed.
///
/// `HASH` in the first page, `index.html`, becomes the hash over all files. The same files give the same source.
@main
enum EmbedFiles {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4 else { fail("usage: embed-files FOLDER DOCS SOURCE") }
        let docs = try files(in: URL(filePath: arguments[2])).filter { $0.path.hasSuffix(".md") }
        let files = try files(in: URL(filePath: arguments[1])) + docs.map { ("docs/\($0.path)", $0.data) }
        let hash = fingerprint(of: files)
        var source = """
            /// Written by embed-files.
            enum EmbeddedFiles {
                static let hash: StaticString = "\(hash)"
                static let files: [(path: StaticString, bytes: Int, base64: StaticString)] = [

            """
        for (path, data) in files {
            let data = path == "index.html" ? filled(data, hash) : data
            let packed = compressed(Array(data)).base64EncodedString()
            source += "        (\"\(path)\", \(data.count), \"\(packed)\"),\n"
        }
        source += "    ]\n}\n"
        try Data(source.utf8).write(to: URL(filePath: arguments[3]))
    }

    /// The files by path, sorted; hidden ones are left out.
    private static func files(in folder: URL) throws -> [(path: String, data: Data)] {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try paths.sorted().compactMap { path in
            var isFolder: ObjCBool = false
            let url = folder.appending(path: path)
            guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }),
                FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue
            else { return nil }
            guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }) else {
                fail("embed-files: \"\(path)\" is no name for a file that a browser is to ask for")
            }
            return (path, try Data(contentsOf: url))
        }
    }

    /// FNV-1a of 64 bits over names, lengths and bytes.
    private static func fingerprint(of files: [(path: String, data: Data)]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for (path, data) in files {
            for byte in Array("\(path)\n\(data.count)\n".utf8) + Array(data) {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func filled(_ page: Data, _ hash: String) -> Data {
        Data(String(decoding: page, as: UTF8.self).replacingOccurrences(of: "HASH", with: hash).utf8)
    }

    /// One gzip member (RFC 1952) without a time in it, packed as tightly as zlib can.
    private static func compressed(_ bytes: [UInt8]) -> Data {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
            fail("embed-files: zlib has no memory or another version than its header")
        }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        let capacity = output.count
        let left = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(capacity)
                guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { fail("embed-files: zlib did not finish") }
                return Int(stream.avail_out)
            }
        }
        return Data(output.prefix(capacity - left))
    }

    private static func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data("\(message)\n".utf8))
        exit(65)
    }
}
