import Foundation

/// A program that is run to its end.
struct Command {
    var status: Int32
    var output: String

    /// Runs `arguments` with `input`; what it writes to its standard output comes back.
    static func run(_ arguments: [String], input: Data = Data()) async throws -> Command {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, outputFile) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try input.write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = FileHandle.nullDevice
        let status = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { done.resume(throwing: error) }
        }
        return Command(status: status, output: try String(contentsOf: outputFile, encoding: .utf8))
    }

    /// Whether running `arguments` ends well, so that a test that needs a program runs where it is installed.
    static func works(_ arguments: String...) async -> Bool {
        (try? await run(arguments))?.status == 0
    }
}
