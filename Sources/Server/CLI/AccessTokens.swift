import Foundation

/// The bearer tokens that open the server (RFC 6750).
struct AccessTokens: Sendable {
    private let tokens: [[UInt8]]

    /// Reads tokens from a file, one a line; empty lines and lines that begin with `#` don't count.
    ///
    /// - Throws: `StartError.usage` where the file can't be read or holds none.
    init(file path: String) throws(StartError) {
        guard let bytes = FileManager.default.contents(atPath: path), let text = String(bytes: bytes, encoding: .utf8)
        else { throw .usage("--token-file: \(path) can't be read as text") }
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        tokens = lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }.map { Array($0.utf8) }
        if tokens.isEmpty { throw .usage("--token-file: \(path) holds no token; write one a line") }
    }

    /// Whether a value of `Authorization` carries one of the tokens; takes as long for a near miss as for any other.
    func accept(authorization: String?) -> Bool {
        guard let authorization, let space = authorization.firstIndex(of: " "),
            authorization[..<space].lowercased() == "bearer"
        else { return false }
        let given = Array(authorization[space...].drop { $0 == " " }.utf8)
        return tokens.reduce(false) { found, token in
            var difference = UInt8(token.count == given.count ? 0 : 1)
            for (index, byte) in token.enumerated() { difference |= byte ^ (index < given.count ? given[index] : 0) }
            return found || difference == 0
        }
    }
}
