import Foundation
import ModelStore
import PrivatePostgreSQL
import Testing

/// A PostgreSQL that goes and comes back.
@Suite(.enabled(if: PrivateServer.isInstalled, "needs a PostgreSQL to start"))
struct OutageTests {
    /// Repeats something until it succeeds, for at most 20 s.
    private func eventually<Value>(_ body: () throws -> Value) throws -> Value {
        let end = ContinuousClock.now + .seconds(20)
        while true {
            do { return try body() } catch { guard ContinuousClock.now < end else { throw error } }
            usleep(20_000)
        }
    }

    @Test func `calls fail while the server is away, soon and then at once, and go on by themselves`() throws {
        let server = try PrivateServer()
        var options = StoreOptions()
        options.timeoutMilliseconds = 1000
        let store = try Store.open(on: StoreAddress(server.newPlace()), cache: ScratchFolder().path, options: options)
        _ = try store.models.insert(name: "m", definition: "{}")

        try server.tell("freeze")
        expectRefusal(.unavailable) { try store.models.count() }
        let began = ContinuousClock.now
        for _ in 0..<20 { expectRefusal(.unavailable) { try store.models.insert(name: "n", definition: "{}") } }
        #expect(began.duration(to: .now) < .seconds(1))
        #expect(!store.isWritable)
        try server.tell("thaw")
        #expect(try eventually { try store.models.count() } == 1)

        try server.tell("kill")
        #expect((try? store.models.count()) == nil)
        try server.tell("start")
        #expect(try eventually { try store.models.count() } == 1)
        #expect(try eventually { try store.models.insert(name: "n", definition: "{}") }.name == "n")
        #expect(store.isWritable)
    }

    @Test func `a store that may be away opens without its server, and works once that is there`() throws {
        let server = try PrivateServer()
        let address = try StoreAddress(server.newPlace())
        try server.tell("kill")
        var options = StoreOptions()
        options.timeoutMilliseconds = 1000

        expectRefusal(.unavailable) { try Store.open(on: address, cache: ScratchFolder().path, options: options) }
        options.mayBeAway = true
        let store = try Store.open(on: address, cache: ScratchFolder().path, options: options)
        expectRefusal(.unavailable) { try store.models.count() }
        try server.tell("start")

        #expect(try eventually { try store.models.insert(name: "m", definition: "{}") }.name == "m")
    }

    @Test func `a server that refuses is told at once, without the password`() throws {
        let url = try PrivateServer.shared.get().url
        var options = StoreOptions()
        options.mayBeAway = true
        let password = try #require(URLComponents(string: url)?.password)

        for wrong in [url.replacing(password, with: "anotherone"), url.replacing("/tests?", with: "/nowhere?")] {
            let message = expectRefusal(.unavailable) {
                try Store.open(on: StoreAddress(wrong), cache: ScratchFolder().path, options: options)
            }
            #expect(!message.contains(password) && !message.contains("anotherone"))
        }
        let message = expectRefusal(.invalid) { try StoreAddress("postgresql://user:secretword@host:port/x?nothing=1") }
        #expect(!message.contains("secretword"))
    }
}
