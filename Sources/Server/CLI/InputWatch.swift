import Glibc
import Platform

/// Ends the program in order when its standard input ends: who holds the other end of the pipe is no more.
enum InputWatch {
    /// Watches from now on, on a thread of its own.
    static func start() {
        WorkerThread.start(named: "input") {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count > 0 || (count < 0 && errno == EINTR) { continue }
                kill(getpid(), SIGTERM)
                return
            }
        }
    }
}
