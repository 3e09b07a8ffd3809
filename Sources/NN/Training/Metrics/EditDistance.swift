/// How far two sequences lie apart: the fewest insertions, deletions and replacements that make one the other.
///
/// Source: Levenshtein 1966; Wagner and Fischer 1974.
package enum EditDistance {
    /// The distance between two sequences; it takes time in proportion to the product of their lengths.
    package static func between<Element: Equatable>(_ one: [Element], _ other: [Element]) -> Int {
        var row = Array(0...other.count)
        for (place, element) in one.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for column in 0..<other.count {
                let replaced = diagonal + (element == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
