import CRanks
import Foundation
import Synchronization

/// The library by which ranks speak to each other: whether it is there, and used.
///
/// It is never loaded into a server, but into a process of its own for each rank.
final class RankLibrary: Sendable {
    /// Which library is used.
    enum Choice: String, CaseIterable, Sendable {
        /// The one beside the program, if it is there.
        case auto
        /// Gloo's, which is to be there.
        case gloo
        /// None: this process trains alone.
        case none
    }

    /// What the library is called among transports.
    static let transport = "gloo"
    /// What is told where nobody speaks to anybody.
    static let noTransport = "none"

    private let choice: Choice
    /// Why it can't be used; nil before that was tried, an empty text where it can.
    private let found = Mutex<String?>(nil)
    private static let patience = Duration.seconds(10)
    private static let file = "libtrainyard-gloo.so"

    /// Takes a choice.
    init(_ choice: Choice) { self.choice = choice }

    /// Where it lies: beside the program.
    static let path: String = {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: program).deletingLastPathComponent().appending(path: file).path
    }()

    /// Why this process can train with no others, for people; nil where it can.
    var problem: String? {
        found.withLock { found in
            let problem = found ?? look()
            found = problem
            return problem.isEmpty ? nil : problem
        }
    }

    private func look() -> String {
        guard choice != .none else { return "this server was started with --collectives none" }
        guard FileManager.default.fileExists(atPath: Self.path) else {
            return """
                \(Self.file) is not beside the program; install libgloo-dev and build again, or copy the file of such a build \
                there
                """
        }
        do {
            let channel = try RankChannel()
            let deadline = ContinuousClock.now + Self.patience
            try channel.send(RANK_HELLO, until: deadline)
            let answer = try channel.next(until: deadline)
            guard answer.kind != RANK_DONE else { return "" }
            return "\(Self.file) can't be loaded: \(try channel.text(answer.first, until: deadline)); install libgloo0"
        } catch {
            return "\(error)"
        }
    }
}
