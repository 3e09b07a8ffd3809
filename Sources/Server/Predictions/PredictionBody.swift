import Features
import HTTP
import HTTPTypes
import JSON

/// The bodies that ask for predictions.
enum PredictionBody {
    /// The bodies that are taken, for the description.
    static let bodies: [(mediaType: String, schema: Schema?)] =
        [("application/json", .predictionRequest)]
        + (images + sounds).map { ($0, content) }
        + [
            ("text/plain", .string),
            ("text/csv", .string),
            ("multipart/form-data", .map(of: content).described("A part for each input, by name")),
        ]

    private static let content = Schema([("contentMediaType", "application/octet-stream")])
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
        let type = request.mediaType
        guard let type, let kind = Kind(type) else {
            let json = try await request.json()
            guard json.kind == .object, model != nil || version != nil else { return try PredictionRequest(json) }
            return try PredictionRequest(try json.named(model, version))
        }
        guard let model else {
            throw FaultyInput(
                Fault(
                    pointer: "",
                    detail:
                        "query parameter \"model\": expected the model's name, which a body of \(type) can't say; found none"
                )
            )
        }
        try request.requireBody()
        let bytes = try await request.body.collectCounted(length: request.knownLength)
        return PredictionRequest(
            model: model,
            version: version ?? .newest,
            instances: .raw(try instances(kind, bytes, request))
        )
    }

    private enum Kind {
        case image, sound, text, table, form

        init?(_ type: String) {
            switch type {
            case let type where images.contains(type) || otherImages.contains(type): self = .image
            case let type where sounds.contains(type) || otherSounds.contains(type): self = .sound
            case "text/plain": self = .text
            case "text/csv", "text/tab-separated-values": self = .table
            case "multipart/form-data": self = .form
            default: return nil
            }
        }
    }

    private static func instances(_ kind: Kind, _ bytes: [UInt8], _ request: Request) throws -> RawInstances {
        switch kind {
        case .image: return .file(bytes, .image)
        case .sound: return .file(bytes, .audio)
        case .text:
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw FaultyInput(Fault(pointer: "", detail: "the text is not UTF-8"))
            }
            return .text(text)
        case .table:
            let isTabbed = request.mediaType == "text/tab-separated-values"
            let header = request.mediaTypeParameter("header")?.lowercased()
            let cells = try CellRecords(
                bytes,
                separator: isTabbed ? 0x09 : nil,
                hasHeader: header == "present" ? true : header == "absent" ? false : nil
            )
            guard !cells.records.isEmpty else {
                throw FaultyInput(Fault(pointer: "", detail: "the table has no record to predict"))
            }
            return .table(names: cells.names, records: cells.records)
        case .form:
            var parser = try MultipartParser(contentType: request[.contentType] ?? "")
            var parts: [(name: String, bytes: [UInt8])] = []
            for event in try parser.read(bytes[...]) {
                switch event {
                case .head(let head): parts.append((head.name, []))
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
                case .alias(let alias): json.field("version", alias)
                }
            }
        }
        return try filled(from: JSONDocument(parsing: json.bytes).root)
    }
}
