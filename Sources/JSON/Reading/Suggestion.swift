/// The nearest known name to one that is not known.
public enum Suggestion {
    /// The known name that `name` most likely means, or nil if none is near.
    ///
    /// A name that differs only in case wins; otherwise the fewest edits do (insert, delete, replace, swap neighbours),
    /// at most 1 for names of up to 3 characters, 2 up to 7, else 3. Ties go to the first in `known`.
    public static func closest(to name: String, among known: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(64))
        let allowed = min(wanted.count / 4 + 1, 3)
        var best: (name: String, distance: Int)?
        for candidate in known {
            let distance = distance(wanted, Array(candidate.lowercased().unicodeScalars.prefix(64)))
            if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The sentence about an unknown name: `unknown layer "Gru"; did you mean "GRU"? Known: Conv2D, Dense, GRU`.
    ///
    /// - Parameters:
    ///   - what: What the name names, such as `layer` or `key`.
    ///   - name: The name found.
    ///   - known: All that is allowed, in the order to list it; the first 100 are listed.
    /// - Returns: The sentence, without the place.
    public static func unknown(_ what: String, _ name: String, known: some Sequence<String>) -> String {
        let known = Array(known)
        let listed = known.prefix(100).map(shortened).joined(separator: ", ")
        let more = known.count > 100 ? " and \(known.count - 100) more" : ""
        let question = closest(to: name, among: known).map { "; did you mean \(quoted($0))?" } ?? "."
        return "unknown \(what) \(quoted(name))\(question) Known: \(listed)\(more)"
    }

    /// The number of edits between two names: the optimal string alignment distance.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var rows = [Array(0...right.count)]
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                var edits = min(rows[i][j] + (left[i] == right[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    edits = min(edits, rows[i - 1][j - 1] + 1)
                }
                row.append(edits)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
