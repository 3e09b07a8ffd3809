/// What the exit status of a client's command says; numbers as in sysexits.h where it has one.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case jobFailed = 1
    case usage = 64
    case refused = 65
    case missing = 66
    case unavailable = 69
    case writing = 74
    case denied = 77
    case interrupted = 130
    case outputClosed = 141

    /// The meaning, for the manual page.
    var meaning: String {
        switch self {
        case .done: "What was asked is done."
        case .jobFailed: "The job or experiment waited for failed or was cancelled, or a replay came to other weights."
        case .usage: "The command line is wrong."
        case .refused: "The server, or the command itself, refused the input."
        case .missing: "There is no such file, model, version, dataset, job or experiment."
        case .unavailable: "No server answers within 5 seconds, or it can't do anything now."
        case .writing: "Standard output, or a temporary folder, can't be written."
        case .denied: "A token is missing, unknown, or may not do that."
        case .interrupted: "Ctrl-C ended the watching."
        case .outputClosed: "The reader of standard output went away."
        }
    }

    /// What an answer of a server that is no success means.
    init(httpStatus status: Int) {
        self =
            switch status {
            case 401, 403: .denied
            case 404: .missing
            case 408, 421, 429, 500...: .unavailable
            default: .refused
            }
    }
}
