import Foundation

/// The two clocks of the store: the wall clock for what people read, a steady one for leases.
///
/// A lease must neither lapse nor last for ever because somebody sets the time, so it counts on the kernel's
/// monotonic clock. All processes of one machine share that clock, and SQLite's WAL keeps a store on one machine
/// (https://www.sqlite.org/wal.html). The clock starts anew at boot, hence a lease also names the boot it belongs to.
public struct StoreClock: Sendable {
    /// The wall clock.
    public let wall: @Sendable () -> Timestamp
    /// The steady clock, in milliseconds since an unnamed moment of this boot.
    public let steady: @Sendable () -> Int64
    /// Which boot of the machine the steady clock belongs to.
    public let bootID: String

    /// Makes a clock from two sources; `steadyMilliseconds` never goes back while `bootID` stays the same.
    public init(
        wall: @escaping @Sendable () -> Timestamp,
        steadyMilliseconds: @escaping @Sendable () -> Int64,
        bootID: String
    ) {
        self.wall = wall
        self.steady = steadyMilliseconds
        self.bootID = bootID
    }

    /// What stands for the boot where the machine does not tell.
    public static let unknownBoot = "unknown"

    /// The machine's own clocks.
    public static let system = StoreClock(
        wall: { Timestamp(milliseconds: StoreClock.read(CLOCK_REALTIME)) },
        steadyMilliseconds: { StoreClock.read(CLOCK_MONOTONIC) },
        bootID: (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines) ?? unknownBoot
    )

    func now() -> Timestamp { wall() }

    func steadyMilliseconds() -> Int64 { steady() }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "clock_gettime can only fail for a clock the kernel doesn't have")
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
