/// The codings of message content that are understood here (RFC 9110 §8.4.1).
package enum ContentCoding: String, Sendable, CaseIterable {
    case gzip
    /// The zlib format, as RFC 9110 §8.4.1.2 defines it, not raw deflate data.
    case deflate

    /// The coding that a `Content-Encoding` value names, without regard to case; `x-gzip` is gzip.
    package init?(field value: String) {
        let name = value.lowercased()
        self.init(rawValue: name == "x-gzip" ? "gzip" : name)
    }

    /// What `Accept-Encoding` says of the coding: its weight from 0 (refused) to 1 (RFC 9110 §12.5.3).
    package static func weight(of coding: ContentCoding, inAcceptEncoding value: String) -> Double {
        var exact: Double?
        var any: Double?
        for (name, weight) in WeightedItems.read(value) {
            if name == coding.rawValue { exact = weight } else if name == "*" { any = weight }
        }
        return exact ?? any ?? 0
    }
}

extension Substring {
    /// The text without spaces and tabs at either end.
    var trimmingBlanks: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
