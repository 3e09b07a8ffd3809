internal import Foundation
internal import Synchronization

/// What happens on Ctrl-C, and on other signals that end the program, in place of an immediate end.
enum Interruption {
    private static let isUnderway = Atomic(false)

    /// Waits for the end where one of the signals has come: what fails then fails because of that.
    static func awaitEnd() {
        while isUnderway.load(ordering: .acquiring) { pause() }
    }

    /// Has a body run on a thread of its own when one of the signals comes, and the program end with what it returns.
    ///
    /// To be called once, before other threads are started: they inherit that the signals wait for that thread.
    static func handle(_ signals: [Int32] = [SIGINT], _ body: @escaping @Sendable (Int32) -> Int32) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        Thread.detachNewThread { [set] in
            var set = set
            var signal: Int32 = 0
            sigwait(&set, &signal)
            isUnderway.store(true, ordering: .releasing)
            exit(body(signal))
        }
    }

    /// Has Ctrl-C end the watching alone, and say how things go on.
    static func endsWatching(_ sentence: String) {
        handle { _ in
            Terminal.standardError.write("\ntrainyard: \(sentence)\n")
            return ExitStatus.interrupted.rawValue
        }
    }
}
