import Foundation

/// Why the server can't start, in one line, with the exit status of sysexits.h.
enum StartError: ReportedError, Equatable {
    /// A flag or its environment variable is wrong.
    case usage(String)
    /// The data folder can't be used, for which commands have a status.
    case dataFolder(String, status: Int32)
    /// The address can't be listened on.
    case address(String)

    /// The line.
    var description: String {
        switch self {
        case .usage(let text), .dataFolder(let text, _), .address(let text): text
        }
    }

    /// EX_USAGE or EX_UNAVAILABLE, or what commands say of a data folder.
    var status: Int32 {
        switch self {
        case .usage: 64
        case .dataFolder(_, let status): status
        case .address: 69
        }
    }
}

/// Lines on standard error.
enum StandardError {
    /// Writes one line.
    static func write(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

/// Lines on standard output.
enum StandardOutput {
    /// Writes one line at once, also where the output is a file or a pipe.
    static func write(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
