extension SQLError {
    /// What PostgreSQL's code for an error means (https://www.postgresql.org/docs/current/errcodes-appendix.html).
    init(state: String, _ reason: String) {
        self.init(Self.cause(of: state), code: "PostgreSQL \(state)", reason)
    }

    /// Of a code of which nothing else is known its class, the first two characters, decides.
    private static func cause(of state: String) -> Cause {
        switch state {
        case "57P01", "57P02", "57P03", "25P03", "53300": .unavailable
        case "55P03", "57014", "40001", "40P01": .busy
        case "53100", "53200": .full
        case "25006", "42501": .readOnly
        case "XX001", "XX002": .corrupt
        case "22P02": .invalidJSON
        case "54000": .tooLarge
        case _ where state.hasPrefix("08") || state.hasPrefix("28") || state == "3D000": .unavailable
        default: .unexpected
        }
    }

    /// Whether the server has ended the connection, or is about to end it.
    var endsConnection: Bool {
        ["PostgreSQL 57P01", "PostgreSQL 57P02", "PostgreSQL 57P03", "PostgreSQL 25P03"].contains(code)
    }

    /// Whether nothing of the statement's transaction has been done, so that all of it may be tried again.
    var mayBeRepeated: Bool { isLost || endsConnection || ["PostgreSQL 40001", "PostgreSQL 40P01"].contains(code) }
}
