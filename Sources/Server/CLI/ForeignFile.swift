import Foundation
import Interchange
import JSON
import NN

/// A file on the disk that a command reads a model of another framework's from.
struct ForeignFile {
    private let path: String
    private let file: ReceivedFile

    /// How many bytes are copied at a time.
    private static let pieceBytes = 1 << 20

    /// The file at a path; nil where it is of no format of others', or can't be opened.
    ///
    /// - Throws: `CommandError` where it can't be read.
    init?(path: String) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        let first = Array((try? handle.read(upToCount: ModelFormats.prefixBytes)) ?? Data())
        guard ModelFormats.reading(first) != nil else { return nil }
        self.path = path
        do {
            file = try ReceivedFile(first)
            while let piece = try handle.read(upToCount: Self.pieceBytes), !piece.isEmpty {
                try file.append(Array(piece))
            }
        } catch {
            throw CommandError("\(path): can't be read: \(error)", status: 66)
        }
    }

    /// The model in the file.
    ///
    /// - Parameter name: The name that it is to have; nil for its own.
    /// - Returns: The model.
    /// - Throws: `CommandError` with all that stands in the way, in one line.
    func model(named name: String?) throws -> FileModel {
        let greatest = Limits.allowed.upperBound
        let limits = Limits(parameters: greatest, activations: greatest)
        do {
            return try FileModel(file, named: name, by: FileReading(), limits: limits)
        } catch let error as InterchangeError {
            let faults = error.faults.map(\.description).joined(separator: "; ")
            throw CommandError(
                "\(path): \(faults)".replacing("?name=digits", with: "--as digits"),
                status: CommandError.damaged
            )
        } catch let error as FaultyInput {
            throw CommandError("\(path): \(error.description)", status: CommandError.damaged)
        }
    }
}
