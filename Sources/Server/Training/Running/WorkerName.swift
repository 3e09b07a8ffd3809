import Foundation

/// The name of a worker thread, by which any process of this machine can tell whether it still lives.
///
/// It is the PID namespace, the process's id and start time (clock ticks since the boot, `/proc/PID/stat` field 22), and
/// the number of the thread: an id that is used again has another start time.
struct WorkerName: CustomStringConvertible {
    private let number: Int

    /// The name of a thread of this process.
    init(number: Int) { self.number = number }

    /// The name as the store keeps it.
    var description: String { "\(Self.process) \(number)" }

    /// What the names of this process's threads begin with.
    static let process: String = {
        let identifier = Int(ProcessInfo.processInfo.processIdentifier)
        return "\(ownNamespace) \(identifier) \(startTime(of: identifier) ?? "")"
    }()

    /// Whether a worker is dead for sure; false for a name of another namespace, whose processes aren't seen from here.
    static func isDead(_ name: String) -> Bool {
        let parts = name.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == ownNamespace, let process = Int(parts[1]) else { return false }
        return startTime(of: process) != String(parts[2])
    }

    private static let ownNamespace =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""

    private static func startTime(of process: Int) -> String? {
        // The second field, the program's name in brackets, may hold spaces and brackets of its own.
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[end...].split(separator: " ")
        return fields.count > 20 ? String(fields[20]) : nil
    }
}
