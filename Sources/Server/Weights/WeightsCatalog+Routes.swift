import HTTP
import HTTPTypes
import Interchange

extension WeightsCatalog: Subject {
    static let title = "weights"

    static let routes: [Route<WeightsCatalog>] = [
        Route(
            .get,
            "/models/{name}/weights",
            "readWeights",
            "A version's weights as a safetensors file",
            parameters: [
                RouteParameter.modelName, RouteParameter.version, RouteParameter.weightsNames,
                RouteParameter.weightsMap, RouteParameter.weightsElement,
                Parameter("Range", in: .header, .string, "As in `bytes=0-1023`"),
                Parameter("If-Range", in: .header, .string), Parameter.ifMatch, Parameter.ifNoneMatch,
            ],
            answers: [
                Answer(
                    200,
                    "the file",
                    fields: [
                        ("ETag", .string.described("The version's `weights_sha256`")),
                        ("Accept-Ranges", .constant("bytes")), ("Content-Disposition", .string),
                    ],
                    contents: [file]
                ),
                Answer(206, "the part that `Range` asked for", fields: [contentRange], contents: [file]),
                Answer(304, "the client has it already"),
                .notFound,
                .preconditionFailed,
                .unprocessable,
                .problem(416, "there is no such part", fields: [contentRange]),
            ]
        ) { weights, request in
            let name = try request[.modelName]
            let form = try WeightsForm(request)
            let (version, tag) = try await weights.tag(of: name, version: request[.version])
            return try await .representation(
                for: request,
                contentType: file.mediaType,
                tag: tag,
                fields: [.contentDisposition: "attachment; filename=\"\(name)-\(version).safetensors\""]
            ) { try await weights.file(of: name, version: version, form) }
        },
        Route(
            .put,
            "/models/{name}/weights",
            "putWeights",
            "Make a version of a file of weights",
            details:
                "A safetensors file, Keras's `.weights.h5`, `.h5` or `.keras`, or NumPy's `.npz` with our names, told by its "
                + "first bytes. `If-Match` holds against the tag of the newest weights.",
            parameters: [
                RouteParameter.modelName, RouteParameter.weightsNames, RouteParameter.weightsMap, Parameter.ifMatch,
                Parameter.ifNoneMatch,
            ],
            toleratesQuery: true,
            body: [file],
            bodyLimit: .max,
            answers: [.created("the version", .version), .notFound, .preconditionFailed, .unprocessable]
        ) { weights, request in
            let name = try request[.modelName]
            let form = try WeightsForm(request)
            let file = try await FileBody(of: request, upTo: weights.greatestFile(of: name)) { first in
                ModelFormats.reading(first) != nil
            }
            let stored = try await weights.add(to: name, file: file, form, if: condition(of: request))
            let version = VersionDocument(version: stored)
            return .json(.created, version, fields: [.location: version.location])
        },
    ]

    private static let file = (mediaType: "application/octet-stream", schema: Schema?.none)

    private static let contentRange = (name: "Content-Range", schema: Schema.string)

    /// Holds the tag of what is stored against `If-Match` and `If-None-Match`; nil where the request has neither.
    private static func condition(of request: Request) -> (@Sendable (EntityTag) throws -> Void)? {
        guard request[.ifMatch] != nil || request[.ifNoneMatch] != nil else { return nil }
        return { tag in try request.checkPreconditions(of: tag) }
    }
}
