/// The items of a field such as `Accept` or `Accept-Encoding`, each with its weight (RFC 9110 §12.4.2).
package enum WeightedItems {
    /// The items in lower case, their parameters left out, with weights from 0 (refused) to 1.
    ///
    /// - Parameter field: The field's value.
    /// - Returns: The items in their order; one whose weight can't be read has 0.
    package static func read(_ field: String) -> [(name: String, weight: Double)] {
        field.split(separator: ",").compactMap { item in
            let parts = item.split(separator: ";").map { $0.trimmingBlanks.lowercased() }
            guard let name = parts.first else { return nil }
            let weight = parts.dropFirst().last { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
            return (name, weight ?? 1)
        }
    }
}
