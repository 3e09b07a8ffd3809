import Features
import HTTP
import HTTPTypes
import JSON
import ModelStore

/// The bodies that ask for predictions.
enum PredictionBody {
    /// The bodies that are taken, for the description.
    static let bodies: [(mediaType: String, schema: Schema?)] =
        [("application/json", .predictionRequest)]
        + (images + sounds).map { ($0, content) }
        + [
            ("text/plain", .string),
            ("text/csv", .string), (array, content.described("An array of NumPy, a row an instance")),
            (untold[0], content.described("A picture, a recording or an array of NumPy, told by its first bytes")),
            ("multipart/form-data", .map(of: content).described("A part for each input, by name")),
        ]

    private static let content = Schema([("contentMediaType", "application/octet-stream")])
    /// An array of NumPy.
    static let array = "application/x-npy"
    /// Types that say nothing: the last is what `curl --data-binary` sends.
    private static let untold = ["application/octet-stream", "application/x-www-form-urlencoded"]
    private static let images = ["image/png", "image/jpeg", "image/webp"]
    private static let sounds = ["audio/wav"]
    /// Other names of the same that clients send.
    private static let otherImages = ["image/jpg", "image/pjpeg", "image/x-png"]
    private static let otherSounds = ["audio/x-wav", "audio/wave", "audio/vnd.wave"]

    /// What a request asks for.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - model: The model that its query names; nil for none.
    ///   - version: The version that its query names; nil for none.
    /// - Returns: The prediction that is asked for.
    /// - Throws: `FaultyInput`, `DatasetFormatError` or a `Problem` for what can't be read.
    static func request(
        of request: Request,
        model: String?,
        version: VersionReference?
    ) async throws -> PredictionRequest {
        let type = request.mediaType ?? untold[0]
        guard let kind = Kind(type) else {
            guard isJSON(type) || untold.contains(type) else {
                throw Problem(
                    .unsupportedMediaType,
                    detail: "Content-Type: expected \(bodies.map(\.mediaType).joined(separator: ", ")), found \(type)",
                    fields: [.accept: bodies.map(\.mediaType).joined(separator: ", ")]
                )
            }
            return try await untoldRequest(request, model, version)
        }
        return try raw(instances(kind, try await bytes(of: request), request), type, model, version)
    }

    private static func bytes(of request: Request) async throws -> [UInt8] {
        try request.requireBody()
        return try await request.body.collectCounted(length: request.knownLength)
    }

    /// A request whose body is JSON, unless its first bytes show a file or an array.
    private static func untoldRequest(
        _ request: Request,
        _ model: String?,
        _ version: VersionReference?
    ) async throws -> PredictionRequest {
        let bytes = try await bytes(of: request)
        if untold.contains(request.mediaType ?? untold[0]) {
            let shown = RowArray.isArray(bytes) ? array : FileMediaType.of(bytes)
            if let kind = Kind(shown) { return try raw(instances(kind, bytes, request), shown, model, version) }
        }
        let json: JSONValue
        do throws(JSONSyntaxError) {
            json = try JSONDocument(parsing: bytes).root
        } catch {
            guard request.mediaType == untold[0] else { throw error }
            let expected = "expected a picture, a recording, an array of NumPy or JSON"
            throw FaultyInput(Fault(pointer: "", detail: "\(expected), found bytes that begin as none of them"))
        }
        guard json.kind == .object, model != nil || version != nil else { return try PredictionRequest(json) }
        return try PredictionRequest(try json.named(model, version))
    }

    private static func raw(
        _ instances: RawInstances,
        _ type: String,
        _ model: String?,
        _ version: VersionReference?
    ) throws(FaultyInput) -> PredictionRequest {
        guard let model else {
            throw FaultyInput(
                Fault(
                    pointer: "",
                    detail:
                        "query parameter \"model\": expected the model's name, which a body of \(type) can't say; found none"
                )
            )
        }
        return PredictionRequest(model: model, version: version ?? .newest, instances: .raw(instances))
    }

    private static func isJSON(_ type: String) -> Bool { type == "application/json" || type.hasSuffix("+json") }

    private enum Kind {
        case image, sound, text, table, form, array

        init?(_ type: String) {
            switch type {
            case let type where images.contains(type) || otherImages.contains(type): self = .image
            case let type where sounds.contains(type) || otherSounds.contains(type): self = .sound
            case "text/plain": self = .text
            case "text/csv", "text/tab-separated-values": self = .table
            case "multipart/form-data": self = .form
            case PredictionBody.array: self = .array
            default: return nil
            }
        }
    }

    private static func instances(_ kind: Kind, _ bytes: [UInt8], _ request: Request) throws -> RawInstances {
        switch kind {
        case .image: return .file(bytes, .image)
        case .sound: return .file(bytes, .audio)
        case .text:
            let bytes = TextEncoding.utf8(bytes, in: try request.textEncoding())
            guard let text = String(validating: bytes, as: UTF8.self) else {
                let detail =
                    "the text is not UTF-8; name its encoding, as in Content-Type: text/plain; charset=windows-1252"
                throw FaultyInput(Fault(pointer: "", detail: detail))
            }
            return .text(text)
        case .table:
            let isTabbed = request.mediaType == "text/tab-separated-values"
            let header = request.mediaTypeParameter("header")?.lowercased()
            return .table(
                try CellRecords(
                    TextEncoding.utf8(bytes, in: try request.textEncoding()),
                    separator: isTabbed ? 0x09 : nil
                ),
                hasHeader: header == "present" ? true : header == "absent" ? false : nil
            )
        case .array:
            do throws(FrontError) {
                return .array(try RowArray(bytes))
            } catch {
                throw FaultyInput(Fault(pointer: "", detail: error.description))
            }
        case .form:
            var parser = try MultipartParser(contentType: request[.contentType] ?? "")
            var parts: [RawInstances.Part] = []
            for event in try parser.read(bytes[...]) {
                switch event {
                case .head(let head): parts.append(RawInstances.Part(name: head.name, bytes: []))
                case .body(let piece): parts[parts.count - 1].bytes += piece
                case .end: break
                }
            }
            try parser.finish()
            return .parts(parts)
        }
    }
}

extension JSONValue {
    /// The body with the model and version of the query where it doesn't say them.
    fileprivate func named(_ model: String?, _ version: VersionReference?) throws -> JSONValue {
        var json = JSONWriter()
        json.object { json in
            if let model, self["model"] == nil { json.field("model", model) }
            if let version, self["version"] == nil {
                switch version {
                case .newest: break
                case .number(let number): json.field("version", number)
                case .kept(let kept): json.field("version", kept.description)
                case .alias(let alias): json.field("version", alias)
                }
            }
        }
        return try filled(from: JSONDocument(parsing: json.bytes).root)
    }
}
