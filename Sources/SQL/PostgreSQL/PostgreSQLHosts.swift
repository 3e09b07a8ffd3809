import Synchronization

/// The hosts of an address, each tried with a share of the time.
///
/// libpq itself goes on to the next one only where a host answers that nobody listens, or that it is not the one that is
/// wanted: a machine without power, and one that takes a connection and says nothing, would keep it from all others.
final class PostgreSQLHosts: Sendable {
    private let addresses: [PostgreSQLAddress]
    /// Which one let somebody in the last time.
    private let last = Mutex(0)

    /// The hosts of an address, in its order.
    init(_ address: PostgreSQLAddress) { addresses = address.hosts }

    /// Connects to the first host that lets anybody in, beginning with the one that did so the last time.
    ///
    /// - Parameters:
    ///   - timeout: What all of them may take together.
    ///   - body: Connects to one within a time.
    /// - Returns: What `body` did.
    /// - Throws: What each of them said, of the cause `refused` where none could pass.
    func connect<Session>(
        within timeout: Duration,
        _ body: (PostgreSQLAddress, Duration) throws(SQLError) -> Session
    ) throws(SQLError) -> Session {
        let deadline = Deadline(in: timeout)
        let first = last.withLock { $0 }
        var failures: [SQLError] = []
        for offset in addresses.indices {
            let index = (first + offset) % addresses.count
            do throws(SQLError) {
                let session = try body(addresses[index], deadline.remaining / (addresses.count - offset))
                last.withLock { $0 = index }
                return session
            } catch {
                failures.append(error)
            }
        }
        if failures.count == 1 { throw failures[0] }
        let isRefused = failures.allSatisfy { $0.cause == .refused }
        let reasons = failures.map(\.reason).joined(separator: "; ")
        throw SQLError(isRefused ? .refused : .unavailable, reasons, isLost: true)
    }
}

extension PostgreSQLAddress {
    /// The address of each host by itself; of all together where libpq has to choose among them.
    var hosts: [PostgreSQLAddress] {
        let names = ["host", "hostaddr", "port"]
        func values(_ name: String) -> [String] {
            let value = parameters.first { $0.name == name }?.value ?? ""
            return value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let lists = names.map(values)
        let count = max(lists[0].count, lists[1].count)
        let choosesAmongAll = parameters.contains { $0.name == "target_session_attrs" && $0.value == "prefer-standby" }
        guard count > 1, !choosesAmongAll else { return [self] }
        let others = parameters.filter { !names.contains($0.name) }
        return (0..<count).map { index in
            let own = zip(names, lists).compactMap { name, list in
                list.isEmpty ? nil : (name: name, value: list[min(index, list.count - 1)])
            }
            return PostgreSQLAddress(parameters: own.filter { !$0.value.isEmpty } + others)
        }
    }
}
