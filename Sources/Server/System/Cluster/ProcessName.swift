import Foundation
import ModelStore

/// The name of a process, by which any other of the same machine can tell whether it still lives.
///
/// It is the machine's id, its boot, the PID namespace, the process's id and its start time (clock ticks since the boot,
/// `/proc/PID/stat` field 22): an id that is used again has another start time. The namespace alone would not do, since the
/// first one has the same number on every machine.
enum ProcessName {
    /// That of this process.
    static let own: String = {
        let identifier = Int(ProcessInfo.processInfo.processIdentifier)
        return "\(surroundings ?? "elsewhere") \(identifier) \(startTime(of: identifier) ?? "")"
    }()

    /// Whether a process is dead for sure; false for one of another machine, boot or namespace, which isn't seen from here.
    static func isDead(_ name: String) -> Bool {
        guard let surroundings, name.hasPrefix(surroundings + " ") else { return false }
        let parts = name.dropFirst(surroundings.count + 1).split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let process = Int(parts[0]) else { return false }
        return startTime(of: process) != String(parts[1])
    }

    /// What all processes that are seen from here have in common; nil where that can't be told, as another machine might have
    /// the same.
    private static let surroundings: String? = {
        let machine = (try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)) ?? ""
        let boot = StoreClock.system.bootID
        guard boot != StoreClock.unknownBoot,
            let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        else { return nil }
        return [machine, boot, namespace].map { part in part.filter { !$0.isWhitespace } }.joined(separator: " ")
    }()

    private static func startTime(of process: Int) -> String? {
        // The second field, the program's name in brackets, may hold spaces and brackets of its own.
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[end...].split(separator: " ")
        return fields.count > 20 ? String(fields[20]) : nil
    }
}
