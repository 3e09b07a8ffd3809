import HTTP
import HTTPTypes
import Interchange

extension ModelExports: Subject {
    static let title = "exports"

    static let routes: [Route<ModelExports>] = [
        Route(
            .get,
            "/models/{name}/export",
            "exportModel",
            "A model as a file of another framework's",
            details: "The same request gives the same bytes.",
            parameters: [
                RouteParameter.modelName, RouteParameter.exportFormat, RouteParameter.version,
                RouteParameter.weightsNames, RouteParameter.weightsMap, RouteParameter.weightsElement,
                RouteParameter.opset,
                Parameter("Range", in: .header, .string, "As in `bytes=0-1023`"),
                Parameter("If-Range", in: .header, .string), Parameter.ifMatch, Parameter.ifNoneMatch,
            ],
            answers: [
                Answer(
                    200,
                    "the file",
                    fields: [
                        ("ETag", .string), ("Accept-Ranges", .constant("bytes")), ("Content-Disposition", .string),
                        (
                            HTTPField.Name.exportNotes.rawName,
                            .string.described(
                                "What is to be known of the file, a JSON array of sentences; none for nothing"
                            )
                        ),
                    ],
                    contents: Set(ModelFormats.writable.map(\.mediaType)).sorted().map { ($0, Schema?.none) }
                ),
                Answer(206, "the part that `Range` asked for"),
                Answer(304, "the client has it already"),
                .notFound,
                .preconditionFailed,
                .problem(416, "there is no such part"),
                .problem(422, "the format can't say some of the layers; `errors` names each"),
            ]
        ) { exports, request in
            let (name, format) = (try request[.modelName], try request[.exportFormat])
            let options = try ExportOptions(request, for: format)
            let (version, tag) = try await exports.tag(of: name, version: request[.version], as: format)
            var notes: [String] = []
            var answer = try await Response.representation(
                for: request,
                contentType: format.mediaType,
                tag: tag,
                fields: [.contentDisposition: "attachment; filename=\"\(name)\(format.suffixes[0])\""]
            ) {
                let file = try await exports.file(of: name, version: version, as: format, options)
                notes = file.notes
                return file.bytes
            }
            if !notes.isEmpty { answer.fields[.exportNotes] = notes.jsonText }
            return answer
        }
    ]
}

extension RouteParameter where Value == any WritableFormat {
    /// In which format a model is wanted.
    static let exportFormat = RouteParameter(
        Parameter(
            "format",
            in: .query,
            .oneOf(ModelFormats.writable.map(\.name)),
            ModelFormats.writable.map { "`\($0.name)`: \($0.title)" }.joined(separator: "; "),
            isRequired: true
        )
    ) { text in
        if let format = ModelFormats.writable.first(where: { $0.name == text }) { return format }
        let known = ModelFormats.writable.map { "\"\($0.name)\"" }.joined(separator: ", ")
        throw Problem(
            .badRequest,
            detail: "query parameter \"format\": expected \(known), found \(text.map { "\"\($0)\"" } ?? "none")"
        )
    }
}

extension HTTPField.Name {
    /// What whoever takes an exported file should know.
    static let exportNotes: HTTPField.Name = {
        guard let name = HTTPField.Name("Trainyard-Notes") else { preconditionFailure("no name of a field") }
        return name
    }()
}
