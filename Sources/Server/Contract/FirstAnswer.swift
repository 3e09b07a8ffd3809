import JSON
import ModelStore

/// The answer to a request that makes something, which a repetition under the same key gets again.
struct FirstAnswer: Sendable {
    /// The HTTP status.
    let status: Int
    /// Where the thing made is.
    let location: String?
    /// The body, JSON.
    let body: [UInt8]
    /// Whether nothing was made, since the request has been answered before.
    let isRepeated: Bool

    /// The answer to a request without a key.
    init(status: Int, location: String, _ document: some JSONWritable) {
        self.status = status
        self.location = location
        body = document.jsonBytes
        isRepeated = false
    }

    /// An answer out of the store.
    init(_ stored: StoredAnswer) {
        status = stored.status
        location = stored.location
        body = Array(stored.body.utf8)
        isRepeated = stored.isRepeated
    }

    /// The answer as the store keeps it.
    var stored: StoredAnswer {
        StoredAnswer(status: status, location: location, body: String(decoding: body, as: UTF8.self))
    }
}
