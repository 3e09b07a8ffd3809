import Foundation
import HTTP

/// What the process takes of the machine, under the names that Prometheus's client libraries use.
enum ProcessMetrics {
    /// Adds the metrics; what the system does not tell is left out.
    static func write(to text: inout PrometheusText) {
        if let status = ProcessStatus() {
            text.single("process_cpu_seconds_total", .counter, "User and system time.", status.processorSeconds)
            text.single("process_resident_memory_bytes", .gauge, "Resident memory.", status.residentBytes)
            text.single("process_virtual_memory_bytes", .gauge, "Virtual memory.", status.virtualBytes)
            text.single("process_threads", .gauge, "Threads.", status.threads)
            text.single("process_start_time_seconds", .gauge, "Start, since 1970.", status.startTime)
        }
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            text.single("process_open_fds", .gauge, "Open descriptors.", Double(open))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            text.single("process_max_fds", .gauge, "The most descriptors it may open.", Double(limit.rlim_cur))
        }
    }
}

/// What `/proc/self/stat` tells (proc_pid_stat(5)).
private struct ProcessStatus {
    let processorSeconds: Double
    let threads: Double
    let startTime: Double
    let virtualBytes: Double
    let residentBytes: Double

    init?() {
        guard let stat = Self.text(of: "/proc/self/stat"), let name = stat.lastIndex(of: ")"),
            let boot = Self.bootTime
        else { return nil }
        // Field 3 follows the name, which may hold blanks itself.
        let fields = stat[stat.index(after: name)...].split(whereSeparator: \.isWhitespace).map { Double($0) ?? 0 }
        guard fields.count > 21 else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        processorSeconds = (fields[14 - 3] + fields[15 - 3]) / ticks
        threads = fields[20 - 3]
        startTime = boot + fields[22 - 3] / ticks
        virtualBytes = fields[23 - 3]
        residentBytes = fields[24 - 3] * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static var bootTime: Double? {
        text(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
            .flatMap { Double($0.dropFirst("btime ".count)) }
    }

    private static func text(of path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
