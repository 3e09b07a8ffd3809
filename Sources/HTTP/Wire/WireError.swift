package import HTTPTypes

/// Why bytes on a connection are not a request that this server can take; the connection closes after the answer.
package struct WireError: Error, Equatable {
    /// The status that the client is told.
    package let status: HTTPResponse.Status

    /// What was found and what is allowed, in one line.
    package let detail: String

    package init(_ status: HTTPResponse.Status, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    static func malformed(_ detail: String) -> WireError {
        WireError(.badRequest, detail)
    }
}
