import CLinux
import Foundation
import Platform
import Testing

struct WorkerThreadTests {
    /// What the system says of a thread from inside of it.
    private struct Appearance: Equatable {
        let name: String
        let sliceNanoseconds: UInt64

        static var ofCallingThread: Appearance {
            var attributes = sched_attributes()
            _ = get_sched_attributes(&attributes)
            let name = (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
            return Appearance(name: name.trimmingCharacters(in: .newlines), sliceNanoseconds: attributes.runtime)
        }
    }

    /// Slices can be asked for since Linux 6.12.
    private static let kernelKnowsSlices: Bool = {
        var system = utsname()
        uname(&system)
        let release = withUnsafeBytes(of: &system.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return !numbers.lexicographicallyPrecedes([6, 12])
    }()

    private func look(named name: String, slice: TimeSlice) async -> Appearance {
        await withCheckedContinuation { continuation in
            WorkerThread.start(named: name, slice: slice) { continuation.resume(returning: .ofCallingThread) }
        }
    }

    @Test func `the system shows a thread under its name, cut to 15 bytes`() async {
        #expect(await look(named: "train-1", slice: .usual).name == "train-1")
        #expect(await look(named: "a name that is long", slice: .long).name == "a name that is ")
    }

    @Test(.enabled(if: kernelKnowsSlices))
    func `a long slice is the thread's own, and is given back after work that asked for it`() async {
        let usual = await look(named: "usual", slice: .usual).sliceNanoseconds
        #expect(await look(named: "long", slice: .long).sliceNanoseconds == 100_000_000)
        #expect(usual < 100_000_000)

        let (during, after) = await withCheckedContinuation { continuation in
            WorkerThread.start(named: "both") {
                let during = TimeSlice.long.during { Appearance.ofCallingThread.sliceNanoseconds }
                continuation.resume(returning: (during, Appearance.ofCallingThread.sliceNanoseconds))
            }
        }
        #expect(during == 100_000_000)
        #expect(after == usual)
    }
}
