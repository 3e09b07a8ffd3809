import Glibc
public import HTTPTypes

/// A request as a handler sees it.
public struct Request: Sendable {
    let received: RequestHead

    /// The values of the route's `{name}` segments.
    public let parameters: Parameters

    /// The query.
    public let query: Query

    /// The body.
    public internal(set) var body: RequestBody

    /// The id of this request in the log: the client's `X-Request-ID` where that is sound, else made here.
    public let id: String

    let pathPrefix: PathPrefix

    /// The client's address.
    public let peer: PeerAddress

    /// The method.
    public var method: HTTPRequest.Method { received.method }

    /// The path as it was sent.
    public var path: String { received.rawPath }

    /// The path under which the client reaches the server, such as "/yard"; empty where there is none.
    ///
    /// It has to stand before every path that an answer names; the server puts it before that in Location.
    public var prefix: String { pathPrefix.text }

    /// Every field, in the order of arrival.
    public var fields: HTTPFields { received.fields }

    /// The method, target and fields.
    public var head: HTTPRequest {
        HTTPRequest(
            method: method,
            scheme: "http",
            authority: received.value(ofFieldNamed: "host"),
            path: received.rawTarget,
            headerFields: fields
        )
    }

    /// The value of the field of that name; several are joined by ", ".
    public subscript(name: HTTPField.Name) -> String? {
        received.value(of: name)
    }

    /// The media type of the body in lower case, without its parameters.
    public var mediaType: String? {
        self[.contentType].map { MediaType.essence(of: $0) }
    }

    /// A parameter of the body's media type, such as "boundary"; the name counts without case.
    public func mediaTypeParameter(_ name: String) -> String? {
        self[.contentType].flatMap { MediaType.parameter(name, of: $0) }
    }
}

/// The address of a client.
public final class PeerAddress: Sendable, CustomStringConvertible {
    private let socketAddress: SocketAddress

    init(_ address: SocketAddress) {
        socketAddress = address
    }

    /// Whether the client has come by a Unix domain socket.
    var isOnUnixSocket: Bool { socketAddress.family == AF_UNIX }

    /// Its IP address; nil on a Unix domain socket.
    var address: IPAddress? { IPAddress(socketAddress) }

    /// Host and port, or "unix".
    public var description: String {
        guard let (host, port) = socketAddress.hostAndPort else { return "unix" }
        return ListenAddress.ip(host: host, port: port).description
    }
}
