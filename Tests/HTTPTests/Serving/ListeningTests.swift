import Foundation
import HTTP
import HTTPTypes
import Logging
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ListeningTests {
    private func server(
        _ configure: (inout ServerConfiguration) -> Void,
        answering text: String = "hello"
    ) -> HTTPServer {
        var configuration = ServerConfiguration()
        configuration.logsRequests = false
        configure(&configuration)
        var router = Router()
        router.get("/hello", sync: { _ in Response(.ok, text: text) })
        router.get("/peer", sync: { Response(.ok, text: $0.peer.description) })
        return HTTPServer(
            router: router,
            configuration: configuration,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    private func port(of address: ListenAddress?) throws -> UInt16 {
        guard case .ip(_, let port)? = address else {
            throw RawClient.Failure(description: "no port: \(address as Any)")
        }
        return port
    }

    @Test func `IPv4, IPv6 and a Unix domain socket are served at once`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).sock").path
        let server = server {
            $0.addresses = [.ip(host: "127.0.0.1", port: 0), .ip(host: "::1", port: 0), .unix(path: path)]
        }

        let addresses = try await server.start()

        #expect(addresses.count == 3)
        let four = try RawClient(port: try port(of: addresses[0]))
        #expect(try await four.get("/peer").text.hasPrefix("127.0.0.1:"))
        let six = try RawClient(portOnIPv6: try port(of: addresses[1]))
        #expect(try await six.get("/peer").text.hasPrefix("[::1]:"))
        #expect(addresses[2] == .unix(path: path))
        let unix = try RawClient(path: path)
        #expect(try await unix.get("/peer").text == "unix")
        await server.shutdown(grace: .seconds(5))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: [
        ["::"], ["::", "0.0.0.0"], ["0.0.0.0", "::"], ["::", "127.0.0.1", "::1"], ["127.0.0.1", "::"],
        ["127.0.0.1", "::1"], ["127.0.0.1", "localhost", "::1"], ["0.0.0.0", "::1", "127.0.0.1"],
    ])
    func `several addresses share a port, and the one for all takes IPv4 too`(hosts: [String]) async throws {
        let server = server { $0.addresses = hosts.map { .ip(host: $0, port: 0) } }

        let addresses = try await server.start()

        let port = try port(of: addresses.first)
        let numeric = hosts.filter { $0 != "localhost" }.map { ListenAddress.ip(host: $0, port: port) }
        for address in numeric { #expect(addresses.count { $0 == address } == 1, "\(addresses)") }
        #expect(try addresses.allSatisfy { try self.port(of: $0) == port })
        let four = try RawClient(port: port)
        // A client of IPv4 is shown as one, whichever socket took it.
        #expect(try await four.get("/peer").text.hasPrefix("127.0.0.1:"))
        let six = try RawClient(portOnIPv6: port)
        #expect(try await six.get("/peer").text.hasPrefix("[::1]:"))
        await server.shutdown(grace: .seconds(5))
        #expect(throws: RawClient.Failure.self) { _ = try RawClient(port: port) }
    }

    @Test func `an address of IPv6 alone doesn't take IPv4`() async throws {
        // Another server may have a port's number on IPv4, but hardly that of each.
        var refused = 0
        for _ in 0..<3 {
            let server = server { $0.addresses = [.ip(host: "::1", port: 0)] }
            let port = try port(of: try await server.start().first)
            do {
                _ = try RawClient(port: port)
            } catch is RawClient.Failure {
                refused += 1
            }
            await server.shutdown(grace: .zero)
        }
        #expect(refused > 0)
    }

    @Test func `where one address can't be had, none is served`() async throws {
        let first = server { $0.addresses = [.ip(host: "::1", port: 0)] }
        let taken = try port(of: try await first.start().first)
        // An address that no other test listens on.
        let free = ListenAddress.ip(host: "127.0.0.77", port: taken)
        let second = server { $0.addresses = [free, .ip(host: "::1", port: taken)] }

        let error = await #expect(throws: ListenError.self) { _ = try await second.start() }

        #expect(try #require(error).description.contains("[::1]:\(taken)"))
        let third = server { $0.addresses = [free] }
        #expect(try await third.start() == [free])
        for server in [first, third] { await server.shutdown(grace: .zero) }
    }

    @Test func `an address that is none of this machine's is told apart from one that is taken`() async throws {
        for (host, part) in [
            ("192.0.2.1", "no network interface here has this address"), ("2001:db8::1", "or IPv6 is switched off"),
        ] {
            let server = server { $0.addresses = [.ip(host: host, port: 0)] }
            let error = await #expect(throws: ListenError.self) { _ = try await server.start() }
            #expect(try #require(error).description.contains(part))
        }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("localhost", true), ("::ffff:127.0.0.1", true),
        ("0.0.0.0", false), ("::", false), ("10.0.0.1", false), ("127.evil.example", false), ("fd00::1", false),
    ])
    func `which addresses this machine alone reaches`(host: String, isLocal: Bool) {
        #expect(ListenAddress.ip(host: host, port: 1).isLocal == isLocal)
    }

    @Test func `a socket file that nobody answers on is replaced, and another file is not`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).sock").path
        let stale = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(stale, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(status == 0)
        close(stale)

        let first = server { $0.addresses = [.unix(path: path)] }
        _ = try await first.start()
        let second = server { $0.addresses = [.unix(path: path)] }
        await #expect(throws: ListenError.self) { _ = try await second.start() }
        let client = try RawClient(path: path)
        #expect(try await client.get("/hello").text == "hello")
        await first.shutdown(grace: .seconds(5))

        try "precious".write(toFile: path, atomically: true, encoding: .utf8)
        let third = server { $0.addresses = [.unix(path: path)] }
        await #expect(throws: ListenError.self) { _ = try await third.start() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        try FileManager.default.removeItem(atPath: path)
    }

    @Test func `a port that is taken is an error in one line that names it`() async throws {
        let first = server { $0.addresses = [.ip(host: "127.0.0.1", port: 0)] }
        let address = try #require(try await first.start().first)
        let second = server { $0.addresses = [address] }

        let error = await #expect(throws: ListenError.self) { _ = try await second.start() }

        let text = try #require(error).description
        #expect(text.contains("\(address)"))
        #expect(text.contains("Address already in use"))
        #expect(!text.contains("\n"))
        await first.shutdown(grace: .zero)
    }

    @Test func `a host that has no address is an error that names it`() async throws {
        let server = server { $0.addresses = [.ip(host: "no such host", port: 0)] }

        let error = await #expect(throws: ListenError.self) { _ = try await server.start() }

        #expect(try #require(error).description.contains("no such host"))
    }

    @Test func `a new process takes over the port, and no connection is lost on the way`() async throws {
        let old = server(
            {
                ($0.addresses, $0.reusesPort) = ([.ip(host: "127.0.0.1", port: 0)], true)
                // The clients ask one after the other.
                $0.timeouts.last = .seconds(30)
            },
            answering: "old"
        )
        let address = try #require(try await old.start().first)
        let port = try port(of: address)
        let new = server({ ($0.addresses, $0.reusesPort) = ([address], true) }, answering: "new")
        _ = try await new.start()
        // The kernel shares connections between the two by their addresses, so some wait at either.
        var clients = try (0..<40).map { _ in try RawClient(port: port) }
        let count = clients.count

        let stopped = Task { await old.shutdown(grace: .seconds(30)) }
        var answers: [String] = []
        for client in clients { answers.append(try await client.get("/hello").text) }
        // One that was answered before the stop may stay open, and ends with its client.
        clients = []
        await stopped.value

        #expect(answers.count == count && answers.contains("new") && answers.contains("old"))
        for _ in 0..<10 {
            let client = try RawClient(port: port)
            #expect(try await client.get("/hello").text == "new")
        }
        await new.shutdown(grace: .seconds(5))
    }
}
