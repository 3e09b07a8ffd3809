import Foundation
import Glibc

/// A program that is run to its end.
struct Command {
    /// The code that the program ended with, or 128 and the signal that ended it.
    var status: Int32
    var output: String

    /// Runs `arguments` with `input`; what it writes to its standard output comes back.
    ///
    /// By `posix_spawn`, since `Process` of Swift 6.3's Foundation reads past a page where the tests beside this one have
    /// some 1,360 descriptors open (swift-corelibs-foundation, pull request 5472).
    static func run(_ arguments: [String], input: Data = Data()) async throws -> Command {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, outputFile) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try input.write(to: inputFile)
        try Data().write(to: outputFile)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, inputFile.path, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputFile.path, O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words = (["env"] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var process: pid_t = 0
        let failure = posix_spawn(&process, "/usr/bin/env", &actions, nil, words, environ)
        guard failure == 0 else { throw Failure(description: "posix_spawn: \(String(cString: strerror(failure)))") }
        let status = await withCheckedContinuation { (ended: CheckedContinuation<Int32, Never>) in
            DispatchQueue(label: "wait for a program").async { [process] in
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                ended.resume(returning: status)
            }
        }
        // The macros of wait(2), which C alone has.
        let signal = status & 0x7f
        return Command(
            status: signal == 0 ? status >> 8 & 0xff : 128 + signal,
            output: try String(contentsOf: outputFile, encoding: .utf8)
        )
    }

    /// A program could not be started.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Whether running `arguments` ends well, so that a test that needs a program runs where it is installed.
    static func works(_ arguments: String...) async -> Bool {
        (try? await run(arguments))?.status == 0
    }
}
