/// The part of a representation that `Range: bytes=…` asks for (RFC 9110 §14).
package enum ByteRange: Equatable {
    /// Everything: the field asks for nothing that is served here, such as several ranges.
    case whole
    case part(Range<Int>)
    /// There is no such part: 416.
    case unsatisfiable

    /// Reads the field for a representation of that many bytes.
    package init(_ field: String, length: Int) {
        self = .whole
        guard field.lowercased().hasPrefix("bytes=") else { return }
        let spec = field.dropFirst(6)[...].trimmingBlanks
        let bounds = spec.split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy(Grammar.isDigit) }) else { return }
        // A bound beyond the numbers is beyond every representation.
        let (first, last) = (Int(bounds[0]) ?? .max, Int(bounds[1]) ?? .max)
        switch (bounds[0].isEmpty, bounds[1].isEmpty) {
        case (true, true): return
        case (true, false): self = last == 0 || length == 0 ? .unsatisfiable : .part(max(0, length - last)..<length)
        case (false, true): self = first < length ? .part(first..<length) : .unsatisfiable
        case (false, false):
            guard first <= last else { return }
            self = first < length ? .part(first..<min(last, length - 1) + 1) : .unsatisfiable
        }
    }
}
