/// What an `Accept` field says of media types (RFC 9110 §12.5.1).
enum Acceptance {
    /// The weight of a media type from 0 (refused) to 1, by the range that names it best.
    ///
    /// - Parameters:
    ///   - type: The type, in lower case, as in `application/json`.
    ///   - accept: The field; without one everything is accepted.
    /// - Returns: The weight.
    static func weight(of type: String, in accept: String?) -> Double {
        guard let accept else { return 1 }
        let ranges = [type, String(type.prefix { $0 != "/" }) + "/*", "*/*"]
        var best = (place: ranges.count, weight: 0.0)
        for item in accept.lowercased().split(separator: ",") {
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let name = parts.first, let place = ranges.firstIndex(of: name), place < best.place else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }
            best = (place, quality.map { Double($0.dropFirst(2)) ?? 0 } ?? 1)
        }
        return best.weight
    }
}
