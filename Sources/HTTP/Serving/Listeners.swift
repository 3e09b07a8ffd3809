import Glibc

/// The sockets that a server listens on, opened together: all of them or none.
struct Listeners {
    /// The sockets, each bound.
    private(set) var sockets: [ListeningSocket] = []

    /// Every address that is answered on, in the order in which they were asked for, with the ports that were chosen where
    /// 0 was.
    private(set) var addresses: [ListenAddress] = []

    private let backlog: Int32
    private let reusesPort: Bool
    /// The port that the system chose for the first address that left it open.
    private var chosenPort: UInt16?

    /// An address of the configuration that a name of it stands for.
    private struct Wish {
        let name: ListenAddress
        let resolved: SocketAddress
    }

    /// Opens a socket for each address of the configuration.
    ///
    /// An address that another one takes in on the same port, as `::` does with all, gets no socket of its own. Addresses
    /// whose port is 0 share the one that the system chose for the first of them, unless it is taken on another.
    init(_ configuration: ServerConfiguration) throws(ListenError) {
        backlog = Int32(clamping: configuration.backlog)
        reusesPort = configuration.reusesPort
        let wishes = try Self.wishes(configuration.addresses)
        precondition(!wishes.isEmpty, "a server needs an address to listen on")
        var bound: [Int: ListenAddress] = [:]
        for (index, wish) in wishes.enumerated() where Self.host(of: wish, among: wishes) == index {
            do throws(SystemError) {
                bound[index] = try open(wish)
            } catch {
                throw ListenError(address: wish.name, reason: error)
            }
        }
        addresses = wishes.enumerated().compactMap { index, wish in
            guard let open = bound[Self.host(of: wish, among: wishes)] else { return nil }
            guard case .ip(_, let port) = open, let (host, _) = wish.resolved.hostAndPort else { return open }
            return .ip(host: host, port: port)
        }
    }

    /// Every address that the names stand for, once.
    private static func wishes(_ names: [ListenAddress]) throws(ListenError) -> [Wish] {
        var wishes: [Wish] = []
        for name in names {
            do throws(SystemError) {
                for resolved in try SocketAddress.resolve(name)
                where !wishes.contains(where: { $0.resolved.isSame(as: resolved) }) {
                    wishes.append(Wish(name: name, resolved: resolved))
                }
            } catch {
                throw ListenError(address: name, reason: error)
            }
        }
        return wishes
    }

    /// Which of the wishes opens the socket that answers for `wish`.
    private static func host(of wish: Wish, among wishes: [Wish]) -> Int {
        // Those that take it in take one another in too: the address itself, all of IPv4, all addresses.
        let hosts = wishes.indices.filter { wishes[$0].resolved.takesIn(wish.resolved) }
        return hosts.max { $0 != $1 && wishes[$1].resolved.takesIn(wishes[$0].resolved) } ?? 0
    }

    private mutating func open(_ wish: Wish) throws(SystemError) -> ListenAddress {
        guard case .ip(_, 0) = wish.name else { return try open(wish.name, wish.resolved) }
        if let chosenPort {
            do throws(SystemError) {
                return try open(wish.name, wish.resolved.with(port: chosenPort))
            } catch  where error.code == EADDRINUSE {
                return try open(wish.name, wish.resolved)
            }
        }
        let address = try open(wish.name, wish.resolved)
        if case .ip(_, let port) = address { chosenPort = port }
        return address
    }

    private mutating func open(_ name: ListenAddress, _ resolved: SocketAddress) throws(SystemError) -> ListenAddress {
        let socket = try ListeningSocket(name, resolved, backlog: backlog, reusePort: reusesPort)
        sockets.append(socket)
        return socket.address
    }
}
