extension SQLError {
    /// This error of an attempt to connect: a refusal where the server has answered, and will answer the same again.
    ///
    /// libpq tells no code for these, and its words alone.
    var ofConnecting: SQLError {
        let passing = [
            "starting up", "shutting down", "recovery mode", "not yet accepting", "too many", "connection slots",
            "Connection refused", "could not receive", "closed the connection", "timeout",
        ]
        let lasting = [
            "FATAL:", "certificate", "does not match host name", "does not support SSL", "authentication",
            "no password supplied", "channel binding", "invalid integer value",
        ]
        guard lasting.contains(where: reason.contains), !passing.contains(where: reason.contains) else { return self }
        return SQLError(.refused, reason, isLost: true)
    }
}
