internal import Foundation
internal import Synchronization

/// A server of this program in a child process, on a folder that goes when it ends.
///
/// It listens on a free port of the loopback interface, and serves whoever knows a token that is made for it.
final class LocalServer: Sendable {
    private struct Resources {
        var folder: String?
        var process: pid_t?
        /// What the server reads from: it stops when this end is closed, as the system does for a process that is killed.
        var lifeline: Int32?
        var hasEnded = false
    }

    private let resources = Mutex(Resources())

    private static let stopLimit = Duration.seconds(10)

    /// Starts it and waits until it listens.
    func start() throws(Failure) -> ServerClient {
        let token = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        let output = try Self.makePipe()
        defer { close(output.read) }
        do {
            defer { close(output.write) }
            try launch(token, output: output.write)
        }
        let line = Self.line(from: output.read)
        let prefix = "trainyard listening on "
        guard line.hasPrefix(prefix) else { throw Failure(.unavailable, "the server did not start: \(log())") }
        return ServerClient(
            address: try ServerAddress(String(line.dropFirst(prefix.count)), from: "serve"),
            token: token
        )
    }

    /// Ends the process and removes the folder; may be called more than once, from any thread.
    func end() {
        resources.withLock { resources in
            resources.hasEnded = true
            if let process = resources.process { Self.end(process) }
            if let lifeline = resources.lifeline { close(lifeline) }
            if let folder = resources.folder { try? FileManager.default.removeItem(atPath: folder) }
            (resources.process, resources.folder, resources.lifeline) = (nil, nil, nil)
        }
    }

    private func launch(_ token: String, output: Int32) throws(Failure) {
        let problem: Failure? = resources.withLock { resources in
            do throws(Failure) {
                // A signal may have come before there was anything to end.
                guard !resources.hasEnded else { throw Failure(.interrupted, "interrupted") }
                let folder = try Self.makeFolder()
                resources.folder = folder
                try Self.writePrivately("full \(token)\n", to: "\(folder)/tokens")
                let input = try Self.makePipe()
                defer { close(input.read) }
                resources.lifeline = input.write
                resources.process = try Self.spawn(in: folder, input: input.read, output: output)
                return nil
            } catch {
                return error
            }
        }
        if let problem { throw problem }
    }

    /// A pipe whose ends no other program inherits.
    private static func makePipe() throws(Failure) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw failure("pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func makeFolder() throws(Failure) -> String {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/trainyard-run-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw failure("temporary folder") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func writePrivately(_ text: String, to path: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard Terminal(descriptor: descriptor).write(text) == 0 else { throw failure(path) }
    }

    /// Starts the server between two pipes, with its log in the folder, deaf to the terminal's Ctrl-C.
    private static func spawn(in folder: String, input: Int32, output: Int32) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "\(folder)/log", O_WRONLY | O_CREAT, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        let words = [
            "trainyard", "serve", "--host", "127.0.0.1", "--port", "0", "--data", "\(folder)/data", "--token-file",
            "\(folder)/tokens", "--until-input-ends",
        ]
        // Settings of another server in the environment are not this one's.
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TRAINYARD_") }
        var process: pid_t = 0
        let status = withStrings(words) { arguments in
            withStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawn(&process, "/proc/self/exe", &actions, &attributes, arguments, variables)
            }
        }
        guard status == 0 else { throw failure("starting the server", code: status) }
        return process
    }

    /// Runs a body with strings as `execve` takes them.
    private static func withStrings<Outcome>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Outcome
    ) -> Outcome {
        let copies = strings.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeBufferPointer { buffer in
            // The array has at least the nil at its end.
            body(buffer.baseAddress.unsafelyUnwrapped)
        }
    }

    /// Ends a process in order, or at once where that takes too long, and waits for its end.
    private static func end(_ process: pid_t) {
        kill(process, SIGTERM)
        let deadline = ContinuousClock.now + stopLimit
        var status: Int32 = 0
        while ContinuousClock.now < deadline {
            if waitpid(process, &status, WNOHANG) != 0 { return }
            usleep(10_000)
        }
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
    }

    /// The first line that comes out of a pipe.
    private static func line(from descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != 0x0A else { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What the server has said of its failure.
    private func log() -> String {
        guard let folder = resources.withLock({ $0.folder }),
            let text = FileManager.default.contents(atPath: "\(folder)/log")
        else { return "it said nothing" }
        return String(decoding: text.suffix(2_000), as: UTF8.self)
    }

    private static func failure(_ what: String, code: Int32 = errno) -> Failure {
        Failure(.writing, "\(what): \(String(cString: strerror(code)))")
    }
}
