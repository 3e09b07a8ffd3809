import HTTP
import HTTPTypes
import JSON

/// Requests for inference whose type tells the length of the JSON, since a service lets no other field through.
enum TensorMediaType {
    private static let types = [
        "application/vnd.sagemaker-triton.binary+json", "application/vnd.vertex-ai-triton.binary+json",
    ]

    /// The type of such a request, and how many of its bytes are JSON.
    ///
    /// - Parameter request: Any request.
    /// - Returns: Nil for a request of another type.
    /// - Throws: `FaultyInput` where the length is missing or is none.
    static func read(_ request: Request) throws(FaultyInput) -> (type: String, headLength: Int)? {
        guard let type = request.mediaType, types.contains(type) else { return nil }
        let text = request.mediaTypeParameter("json-header-size")
        guard let length = text.flatMap({ Int($0) }), length >= 0 else {
            throw FaultyInput(
                "Content-Type: expected \(type);json-header-size=BYTES, found \(text.map { "\"\($0)\"" } ?? "no size")"
            )
        }
        return (type, length)
    }
}
