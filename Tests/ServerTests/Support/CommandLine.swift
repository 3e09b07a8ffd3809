import Foundation
import Testing

extension TemporaryFolder {
    /// A path inside the folder, whether there is something or not.
    func path(_ name: String) -> String { url.appending(path: name).path }

    /// Runs a subcommand of the program on the data in this folder.
    func trainyard(
        _ arguments: String...,
        data: String = "data",
        environment: [String: String] = [:]
    ) throws -> ChildProcess.Outcome {
        try ChildProcess(TestServer.program, arguments + ["--data", path(data)], environment: environment).wait()
    }
}

extension ChildProcess.Outcome {
    /// Standard output as text.
    var text: String { String(decoding: output, as: UTF8.self) }

    /// Checks that the program ended with a status and one line on standard error that holds a sentence.
    func expectRefusal(status: Int32, _ sentence: String) {
        #expect(self.status == status && !wasKilled, "\(errors)")
        #expect(errors.hasPrefix("trainyard: ") && errors.contains(sentence), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
        #expect(output.isEmpty)
    }
}
