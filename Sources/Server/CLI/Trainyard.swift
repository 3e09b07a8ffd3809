import ArgumentParser
import Client
import Foundation
import Interchange

/// The program: a subcommand a file.
@main
struct Trainyard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trainyard",
        abstract: "Define, train and serve neural networks over HTTP.",
        version: "trainyard \(ProgramVersion.current)",
        subcommands: [
            Serve.self, Health.self, Backup.self, Restore.self, Check.self, Export.self, Import.self, Migrate.self,
            Routes.self, Manual.self,
        ] + ClientCommands.all
    )

    /// Runs the command line; an error is one line on standard error.
    static func main() async {
        // Started by a server to take one file apart, it does nothing else.
        if let argument = Arguments.all.first, argument.hasPrefix(FileReading.argument) {
            Foundation.exit(FileReading.serve(argument))
        }
        // Or to speak to other ranks for it.
        if Arguments.all.first == RankChannel.argument { Foundation.exit(RankChannel.serve()) }
        // A file that reaches its limit is an error to be told, not the end.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try parseAsRoot(Arguments.all)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(with: error)
        }
    }

    private static func exit(with error: any Error) -> Never {
        let code = exitCode(for: error)
        // The command has said what there was to say.
        if error is ExitCode { Foundation.exit(code.rawValue) }
        if code.isSuccess {
            print(fullMessage(for: error))
            Foundation.exit(code.rawValue)
        }
        if let error = error as? any ReportedError {
            StandardError.write("trainyard: \(error.description)")
            Foundation.exit(error.status)
        }
        let line = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
        StandardError.write("trainyard: \(line)")
        Foundation.exit(code.rawValue)
    }
}
