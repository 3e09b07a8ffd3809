/// A file of tokens, as `trainyard serve --token-file` takes it.
enum TokenFile {
    /// The token of the first line that has one, whatever its scope.
    static func firstToken(of file: InputFile) throws(Failure) -> String {
        let text = String(decoding: try file.contents(), as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("#") }
            guard let first = words.first else { continue }
            let token = words.count > 1 && ["read", "full"].contains(first) ? words[1] : first
            return try checked(String(token), from: file.label)
        }
        throw Failure(
            .refused,
            lines: ["\(file.label): no token in it; expected a line \"full TOKEN\" or \"read TOKEN\""]
        )
    }

    /// A token that fits a field of a request.
    static func checked(_ token: String, from source: String) throws(Failure) -> String {
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !token.isEmpty else {
            throw Failure(.refused, lines: ["\(source): expected a token of visible ASCII characters"])
        }
        return token
    }
}
