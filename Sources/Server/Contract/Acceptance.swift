import HTTP

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
        for (name, weight) in WeightedItems.read(accept) {
            guard let place = ranges.firstIndex(of: name), place < best.place else { continue }
            best = (place, weight)
        }
        return best.weight
    }
}
