import FileKinds
import HTTP
import HTTPTypes
import Interchange
import JSON

/// The body of a request that may be a file of another framework's, told by its first bytes.
enum FileBody {
    /// Something else, whole.
    case bytes([UInt8])
    /// A file of a format that is read.
    case file(ReceivedFile)

    /// What a file may be sent as, beside nothing at all and what curl says by itself.
    static let mediaTypes = [
        "application/vnd.keras", "application/x-hdf5", "application/onnx", "application/zip", "application/x-protobuf",
        "application/octet-stream",
    ]

    /// What else clients say of these files.
    private static let otherTypes = ["application/x-hdf", "application/x-zip-compressed", Request.curlDefault]

    /// For each byte of a file, the bytes of its numbers once they are read, while they are packed.
    static let factor = 3

    /// Takes the body of a request for a new model: JSON, or a file of a format that is read.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - limit: The most bytes that JSON may have; a file may have as many as there is memory for.
    /// - Throws: A `Problem` with 411, 413 or 415, or with 422 for a file of no format that is known; `MemoryShortage`;
    ///   `MultipartError` for a form that is none.
    init(ofModel request: Request, upTo limit: Int) async throws {
        if request.mediaType == "multipart/form-data" {
            self = .file(try await ModelForm.file(of: request))
            return
        }
        try await self.init(of: request, upTo: limit, fileLimit: .max) { first in try Self.isFile(first, of: request) }
    }

    /// Takes the body of a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - limit: The most bytes that it may have.
    ///   - fileLimit: The most bytes that such a file may have; nil for the same.
    ///   - isFile: Tells by the first bytes whether it is such a file.
    /// - Throws: A `Problem` with 411 or 413, `MemoryShortage`, and what `isFile` throws.
    init(
        of request: Request,
        upTo limit: Int,
        fileLimit: Int? = nil,
        isFile: ([UInt8]) throws -> Bool
    ) async throws {
        try request.requireBody()
        let fileLimit = fileLimit ?? limit
        if let whole = request.body.whole {
            guard try isFile(whole) else {
                guard whole.count <= limit else { throw Self.tooLong(limit) }
                self = .bytes(whole)
                return
            }
            guard whole.count <= fileLimit else { throw Self.tooLong(fileLimit) }
            self = .file(try ReceivedFile(whole))
            return
        }
        var (first, bytes): ([UInt8], [UInt8]?) = ([], nil)
        var file: ReceivedFile?
        var held: HeldBody?
        func decide() async throws {
            if try isFile(first) {
                held = try await HeldBody(length: request.knownLength, factor: Self.factor)
                file = try ReceivedFile()
                try file?.append(first)
            } else {
                guard request.knownLength ?? 0 <= limit else { throw Self.tooLong(limit) }
                held = try await HeldBody(length: request.knownLength)
                bytes = []
                bytes?.reserveCapacity(Swift.min(request.knownLength ?? 0, limit))
                bytes?.append(contentsOf: first)
            }
            try await held?.add(first.count)
        }
        for try await chunk in BoundedBody(body: request.body, limit: max(limit, fileLimit)) {
            if let file {
                try await held?.add(chunk.count)
                try file.append(chunk)
            } else if let count = bytes?.count {
                guard count + chunk.count <= limit else { throw Self.tooLong(limit) }
                try await held?.add(chunk.count)
                bytes?.append(contentsOf: chunk)
            } else {
                first += chunk
                if first.count >= ModelFormats.prefixBytes { try await decide() }
            }
        }
        if file == nil, bytes == nil { try await decide() }
        self = file.map { .file($0) } ?? .bytes(bytes ?? [])
    }

    private static func tooLong(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, detail: "the body is longer than \(limit) bytes, which is the limit here")
    }

    /// Whether a body is a file; otherwise it is to be read as JSON, if it isn't said to be anything else.
    private static func isFile(_ first: [UInt8], of request: Request) throws -> Bool {
        let mediaType = request.mediaType
        let isSaidToBeFile = mediaType.map { (mediaTypes + otherTypes).contains($0) } ?? true
        guard ModelFormats.reading(first) != nil else {
            let start = first.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
            guard isSaidToBeFile, let start, ![UInt8(ascii: "{"), UInt8(ascii: "[")].contains(start) else {
                try request.requireJSONType()
                return false
            }
            let found = FileKind(first).map { "found \($0.name)" } ?? "found the file of none"
            throw Problem(.unprocessableContent, detail: "expected a model as JSON or \(Self.readable), \(found)")
        }
        guard isSaidToBeFile else {
            throw Problem(
                .unsupportedMediaType,
                detail:
                    "Content-Type: expected \(mediaTypes.joined(separator: ", ")) or none, found \(mediaType ?? "none")",
                fields: [.accept: mediaTypes.joined(separator: ", ")]
            )
        }
        return true
    }

    static var readable: String {
        ModelFormats.all.filter { $0 is any ReadableFormat }.map(\.title).joined(separator: ", ")
    }
}

extension RouteParameter where Value == String? {
    /// The name of a model that is to be made; nil for the one that its definition or file gives it.
    static let newName = RouteParameter(
        Parameter("name", in: .query, .name, "The model's name, in place of the one in the body")
    ) { $0 }
}

extension JSONValue {
    /// The object with another name; the same where none is given.
    ///
    /// - Throws: Never in fact: what is written is JSON.
    func named(_ name: String?) throws -> JSONValue {
        guard let name, kind == .object else { return self }
        var json = JSONWriter()
        json.object { json in
            for member in members where member.key != "name" {
                json.key(member.key)
                json.write(member.value)
            }
            json.field("name", name)
        }
        return try JSONDocument(parsing: json.bytes, maximumDepth: 256).root
    }
}
