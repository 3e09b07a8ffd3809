/// Why a command did not do what it was asked: the lines for standard error, and the exit status.
struct Failure: Error, Equatable {
    /// What kind of failure it was.
    let status: ExitStatus
    /// What to say, a line each; a line without a place in a file is preceded by the program's name.
    let lines: [String]

    /// A failure of one line, which names the program.
    init(_ status: ExitStatus, _ sentence: String) {
        self.init(status, lines: ["trainyard: \(sentence)"])
    }

    /// A failure of lines that say themselves where they belong.
    init(_ status: ExitStatus, lines: [String]) {
        self.status = status
        self.lines = lines
    }

    /// The reader of standard output has gone away, which nobody needs to be told.
    static let outputClosed = Failure(.outputClosed, lines: [])
}
