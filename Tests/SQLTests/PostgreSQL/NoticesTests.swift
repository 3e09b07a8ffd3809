import Foundation
import PrivatePostgreSQL
import SQL
import Testing

/// What programs at one database tell each other.
@Suite(.enabled(if: PrivateServer.isInstalled, "there is no PostgreSQL here"))
struct NoticesTests {
    private func notices(_ url: String, listeningAt other: String) throws -> PostgreSQLNotices {
        let database = PostgreSQLDatabase(try PostgreSQLAddress(url))
        return PostgreSQLNotices(database: database, listeningAt: try PostgreSQLAddress(other), timeout: .seconds(5))
    }

    /// Waits for a notice, for at most 20 s.
    private func waits(for semaphore: DispatchSemaphore) -> Bool { semaphore.wait(timeout: .now() + 20) == .success }

    /// Waits for notices until something holds, for at most 20 s in all.
    private func waits(for semaphore: DispatchSemaphore, until holds: () -> Bool) -> Bool {
        let end = DispatchTime.now() + 20
        while !holds() { guard semaphore.wait(timeout: end) == .success else { return false } }
        return true
    }

    @Test func `what one tells the other one hears, and each its own, by which it knows that it hears`() throws {
        let url = try PrivateServer.shared.get().url
        let (one, other) = (try notices(url, listeningAt: url), try notices(url, listeningAt: url))
        defer { for notices in [one, other] { notices.close() } }
        let heard = DispatchSemaphore(value: 0)
        #expect(!other.isHearing)
        other.listen { heard.signal() }
        #expect(waits(for: heard) { other.isHearing })
        while heard.wait(timeout: .now()) == .success {}

        one.tell()

        #expect(waits(for: heard))
        #expect(!one.isHearing)
    }

    @Test func `many at once become few`() throws {
        let url = try PrivateServer.shared.get().newPlace()
        let (one, other) = (try notices(url, listeningAt: url), try notices(url, listeningAt: url))
        defer { for notices in [one, other] { notices.close() } }
        let (heard, count) = (DispatchSemaphore(value: 0), Counter())
        other.listen {
            count.add()
            heard.signal()
        }
        #expect(waits(for: heard) { other.isHearing })
        let before = count.value

        let began = ContinuousClock.now
        while began.duration(to: .now) < .seconds(1) { one.tell() }

        #expect(waits(for: heard) { count.value > before })
        // One each 100 ms, and those of other tests on the same server.
        #expect(count.value - before < 60)
    }

    @Test func `a connection that ends is replaced, and what was missed is looked for`() throws {
        let server = try PrivateServer()
        let url = server.url
        let notices = try notices(url, listeningAt: url)
        defer { notices.close() }
        let heard = DispatchSemaphore(value: 0)
        notices.listen { heard.signal() }
        #expect(waits(for: heard) { notices.isHearing })

        try server.tell("kill")
        #expect(waits(until: { !notices.isHearing }))
        while heard.wait(timeout: .now()) == .success {}
        try server.tell("start")

        #expect(waits(for: heard))
        #expect(waits(for: heard) { notices.isHearing })
    }

    /// Looks again and again, for at most 20 s.
    private func waits(until holds: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(20)
        while !holds() {
            guard ContinuousClock.now < end else { return false }
            usleep(10_000)
        }
        return true
    }
}
