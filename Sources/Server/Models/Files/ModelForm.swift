import HTTP
import HTTPTypes
import Interchange

/// A file of a model that came in a form with the files in which it keeps its numbers: the part `model` is the file, and
/// each other part one of these, under its file name.
enum ModelForm {
    /// What such a body is sent as.
    static let mediaType = "multipart/form-data"

    private static let partLimit = 1000

    /// Takes the body of a request.
    ///
    /// - Parameter request: The request.
    /// - Returns: The file, with those beside it.
    /// - Throws: `MultipartError` for a form that is none; a `Problem` with 411, or with 422 where a part is missing, occurs
    ///   twice or has no file name, or where the file is of no format that is known; `MemoryShortage`.
    static func file(of request: Request) async throws -> ReceivedFile {
        try request.requireBody()
        var parser = try MultipartParser(contentType: request[.contentType] ?? "", partLimit: partLimit)
        var held = try await HeldBody(length: request.knownLength, factor: FileBody.factor)
        var parts = Parts()
        for try await chunk in request.body {
            try await held?.add(chunk.count)
            for event in try parser.read(chunk[...]) { try parts.take(event) }
        }
        try parser.finish()
        guard let model = parts.model else {
            throw Problem(
                .unprocessableContent,
                detail: "the form has no part \"model\", which is the file of the model (curl -F model=@m.onnx)"
            )
        }
        guard ModelFormats.reading(Array(model.prefix(ModelFormats.prefixBytes))) != nil else {
            throw Problem(
                .unprocessableContent,
                detail: "part \"model\": expected \(FileBody.readable), found another file"
            )
        }
        return try ReceivedFile(model, beside: parts.beside)
    }

    /// What has come so far.
    private struct Parts {
        var model: [UInt8]?
        var beside: [String: [UInt8]] = [:]
        /// The file that comes now; nil for the model.
        private var current: String?

        mutating func take(_ event: MultipartEvent) throws {
            switch event {
            case .head(let head): try begin(head)
            case .body(let piece):
                if let current { beside[current]?.append(contentsOf: piece) } else { model?.append(contentsOf: piece) }
            case .end: break
            }
        }

        private mutating func begin(_ head: MultipartHead) throws {
            if head.name == "model" {
                guard model == nil else {
                    throw Problem(.unprocessableContent, detail: "the form has the part \"model\" twice; expected one")
                }
                (model, current) = ([], nil)
                return
            }
            guard let name = head.filename, !name.isEmpty else {
                throw Problem(
                    .unprocessableContent,
                    detail: "part \"\(head.name)\": expected a file with its name, as in curl -F data=@m.onnx.data"
                )
            }
            guard beside.updateValue([], forKey: name) == nil else {
                throw Problem(
                    .unprocessableContent,
                    detail: "the form has the file \"\(name)\" twice; expected it once"
                )
            }
            current = name
        }
    }
}
