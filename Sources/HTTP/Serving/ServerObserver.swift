/// Is told what the server does, to make metrics of it.
///
/// The calls come on the threads that serve sockets: count and return.
public protocol ServerObserver: Sendable {
    /// A request has been answered, or its client has left.
    func finished(_ record: RequestRecord)

    /// A connection has been accepted.
    func connectionOpened()

    /// A connection has ended.
    func connectionClosed()
}
