internal import ArgumentParser
internal import Foundation

/// A command that speaks to a server: says itself why it failed, and ends with the status of that.
protocol ClientCommand: ParsableCommand {
    /// Does what the command is for.
    func execute() throws(Failure)
}

extension ClientCommand {
    /// Does it; a failure becomes its lines on standard error and its status.
    mutating func run() throws {
        // A reader that goes away is an error of writing, after which there may be something to tidy.
        signal(SIGPIPE, SIG_IGN)
        do {
            try execute()
        } catch {
            Interruption.awaitEnd()
            for line in error.lines { Terminal.standardError.write(PrintableText.line(line) + "\n") }
            throw ExitCode(error.status.rawValue)
        }
    }
}
