import Foundation
import HTTPTypes
import Synchronization

/// The tokens that clients may show (RFC 6750), read from a file.
///
/// Each line is `read TOKEN` or `full TOKEN`; a token alone has full access. A word that begins with `#` begins a comment,
/// which goes to the end of its line; lines without anything else are skipped.
public final class BearerTokens: Sendable {
    fileprivate struct Entry: Equatable {
        let access: Access
        let token: [UInt8]
    }

    /// A token shorter than this may be guessed.
    private static let safeBytes = 16

    /// The file.
    public let path: String
    private let entries: Mutex<[Entry]>

    /// Reads the file.
    public init(path: String) throws(TokenFileError) {
        self.path = path
        self.entries = Mutex(try Self.read(path))
    }

    /// Reads the file again; where that fails, the tokens stay as they were.
    ///
    /// - Returns: Whether it held others than before, or the same with other access.
    @discardableResult public func reload() throws(TokenFileError) -> Bool {
        let read = try Self.read(path)
        return entries.withLock { entries in
            defer { entries = read }
            return entries != read
        }
    }

    /// How many tokens there are.
    public var count: Int { entries.withLock { $0.count } }

    /// How many of the tokens are so short that they may be guessed: of less than 16 bytes.
    public var shortTokens: Int {
        entries.withLock { entries in entries.count { $0.token.count < Self.safeBytes } }
    }

    /// What the request's token allows; `open` where it has none that is known.
    func access(for head: RequestHead) -> Access {
        guard let shown = Self.token(in: head) else { return .open }
        return entries.withLock { entries in
            var access = Access.open
            // Every token is compared to its end, so the time tells nothing of how much was right.
            for entry in entries where Self.areEqual(entry.token, shown) { access = max(access, entry.access) }
            return access
        }
    }

    /// 401 for who has shown no token that is known, 403 for who has shown one that allows too little.
    func refusal(needed: Access, granted: Access, _ head: RequestHead) -> Response {
        guard granted == .open else {
            return Problem(
                .forbidden,
                detail: "this needs a token with \(needed.rawValue) access; the one shown has \(granted.rawValue)",
                fields: [.wwwAuthenticate: "Bearer error=\"insufficient_scope\", scope=\"\(needed.rawValue)\""]
            ).response
        }
        let isWrong = Self.token(in: head) != nil
        return Problem(
            .unauthorized,
            detail: isWrong
                ? "the token is not known here" : "this needs a token: send the field \"Authorization: Bearer TOKEN\"",
            fields: [.wwwAuthenticate: isWrong ? "Bearer error=\"invalid_token\"" : "Bearer"]
        ).response
    }

    private static func token(in head: RequestHead) -> [UInt8]? {
        guard let field = head.value(ofFieldNamed: "authorization") else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return Array(parts[1][...].trimmingBlanks.utf8)
    }

    /// Compares in a time that depends on the length of `shown` alone.
    private static func areEqual(_ token: [UInt8], _ shown: [UInt8]) -> Bool {
        var difference = UInt8(truncatingIfNeeded: token.count == shown.count ? 0 : 1)
        for index in shown.indices { difference |= shown[index] ^ token[index % token.count] }
        return difference == 0
    }

    private static func read(_ path: String) throws(TokenFileError) -> [Entry] {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw TokenFileError(description: "\(path) can't be read as text: \(error.localizedDescription)")
        }
        var entries: [Entry] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("#") }
            guard !words.isEmpty else { continue }
            guard let entry = Entry(Array(words)) else {
                throw TokenFileError(
                    description:
                        "\(path), line \(index + 1): expected \"read TOKEN\" or \"full TOKEN\", or a token alone, "
                        + "of printable ASCII, and perhaps a comment that begins with #"
                )
            }
            entries.append(entry)
        }
        guard !entries.isEmpty else {
            throw TokenFileError(
                description: "\(path) holds no token; write \"read TOKEN\" or \"full TOKEN\" into a line"
            )
        }
        return entries
    }
}

extension BearerTokens.Entry {
    /// The words of a line; nil where they are no token with its scope.
    fileprivate init?(_ words: [Substring]) {
        let scopes = words.dropLast().map { Access(rawValue: String($0)) }
        guard let token = words.last?.utf8, token.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        switch scopes {
        case [] where Access(rawValue: String(words[0])) == nil: access = .full
        case [.read], [.full]: access = scopes[0] ?? .full
        default: return nil
        }
        self.token = Array(token)
    }
}

/// Why a file of tokens cannot be used; it never shows a token.
public struct TokenFileError: Error, Sendable, CustomStringConvertible {
    /// The file, the line and what is expected there.
    public let description: String
}
