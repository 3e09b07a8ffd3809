import Foundation
import JSON
import Platform

/// What a process leaves in the data folder of its memory, from which others can tell, once it is dead, whether the kernel
/// killed it because there was none left.
struct MemoryRecord: JSONWritable {
    /// The process, as its node names it.
    let process: String
    /// The most bytes that it used in the last seconds before it looked last.
    let usedBytes: Int
    /// The bytes that it may use.
    let limitBytes: Int
    /// How often the kernel had killed for memory then.
    let kills: MemoryKills

    /// From this share on the process may have been the cause, where the kernel tells of a kill; it may fill the rest
    /// between two looks.
    private static let suspiciousShare = 0.5
    /// From this share on it was, where the kernel tells nothing.
    private static let fullShare = 0.9

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("process", process)
            json.field("used_bytes", usedBytes)
            json.field("limit_bytes", limitBytes)
            json.field("boot", kills.boot)
            json.field("group", ifPresent: kills.group)
            json.field("kills_in_group", ifPresent: kills.inGroup)
            json.field("kills_on_machine", ifPresent: kills.onMachine)
        }
    }

    /// Why the kernel killed the process, for the jobs that it ran.
    ///
    /// - Parameter now: How often the kernel has killed by now.
    /// - Returns: The reason; nil where it didn't, as far as can be told.
    func cause(_ now: MemoryKills) -> String? {
        guard now.boot == kills.boot else { return nil }
        let share = Double(usedBytes) / Double(max(limitBytes, 1))
        let wasKilled =
            if let areMore = now.areMore(than: kills) { areMore && share >= Self.suspiciousShare } else {
                share >= Self.fullShare
            }
        guard wasKilled else { return nil }
        return "the server was killed for memory while the job ran: it used \(usedBytes) bytes or more of the "
            + "\(limitBytes) that it may use; give it more memory, send the job again with a smaller batch_size or model, or run fewer "
            + "jobs at once (--workers)"
    }
}

extension MemoryRecord {
    init(_ text: String) throws {
        self = try JSONDocument(parsing: text).root.read { reader in
            MemoryRecord(
                process: reader.string("process"),
                usedBytes: reader.int("used_bytes", in: 0...Int.max),
                limitBytes: reader.int("limit_bytes", in: 0...Int.max),
                kills: MemoryKills(
                    boot: reader.string("boot"),
                    group: reader.has("group") ? reader.string("group") : nil,
                    inGroup: reader.has("kills_in_group") ? reader.int("kills_in_group", in: 0...Int.max) : nil,
                    onMachine: reader.has("kills_on_machine") ? reader.int("kills_on_machine", in: 0...Int.max) : nil
                )
            )
        }
    }
}

/// The records in a data folder: files that are locked by the process that writes them as long as it lives.
struct MemoryRecords: Sendable {
    /// The data folder.
    let folder: String

    private static let prefix = "memory-"
    private static let suffix = ".json"
    /// The bytes of each file, so that it is written at once and never has an end of an older record.
    private static let fileBytes = 1024

    /// The path of the record of this process.
    var ownPath: String { "\(folder)/\(Self.prefix)\(UUID().uuidString.lowercased())\(Self.suffix)" }

    /// The bytes of a record's file.
    static func bytes(of record: MemoryRecord) -> [UInt8] {
        let text = record.jsonBytes
        return text + [UInt8](repeating: 0x20, count: max(0, fileBytes - text.count))
    }

    /// Why the kernel killed a process, as its jobs' error; nil where it didn't, or the process lives.
    func cause(ofDeathOf process: String) -> String? {
        let kills = MemoryKills()
        let record = dead.compactMap(\.record).first { $0.process == process }
        return record?.cause(kills).map { JobFailure(detail: $0).jsonText }
    }

    /// Removes the records of dead processes but for those that are needed, and what can't be read.
    func sweep(needed processes: [String]) {
        for (path, record) in dead {
            let isNeeded = record.map { processes.contains($0.process) } ?? false
            if !isNeeded { unlink(path) }
        }
    }

    /// The records that nobody has locked; nil for what isn't one any more, as after a power cut.
    private var dead: [(path: String, record: MemoryRecord?)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
            let path = "\(folder)/\(name)"
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return nil }
            let text = try? String(contentsOfFile: path, encoding: .utf8)
            return (path, text.flatMap { try? MemoryRecord($0) })
        }
    }
}
