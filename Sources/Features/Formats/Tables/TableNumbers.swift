import JSON

/// Reads the numbers of a table, whose decimals stand after a point or, where the separator allows it, after a comma.
struct TableNumbers {
    /// A number that was read.
    struct Number {
        let value: Float
        let isInteger: Bool
        /// Whether it was written without a mark of any kind, so that an integer's digits are all that its cell held.
        let isPlain: Bool
    }

    /// Whether the decimals stand after a comma; nil until a cell has shown it.
    private(set) var hasComma: Bool?

    /// Numbers of which the beginning of the table has shown the mark, or nothing.
    init(hasComma: Bool?) { self.hasComma = hasComma }

    /// The number in a cell; nil where there is none, or it has the other mark than those before.
    ///
    /// - Parameters:
    ///   - range: The cell's bytes, without blanks around them; the byte after them is no number's.
    ///   - text: The record.
    /// - Returns: The number; infinite where it is too large.
    @inline(__always)
    mutating func number(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Number? {
        guard hasComma == false, let base = text.baseAddress else { return withAnyMark(range, text) }
        guard let point = DecimalText(base + range.lowerBound, count: range.count) else { return nil }
        return Number(value: point.value, isInteger: point.isInteger, isPlain: true)
    }

    private mutating func withAnyMark(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Number? {
        guard let base = text.baseAddress else { return nil }
        if hasComma == nil, let point = DecimalText(base + range.lowerBound, count: range.count) {
            if !point.isInteger, text[range].contains(UInt8(ascii: ".")) { hasComma = false }
            return Number(value: point.value, isInteger: point.isInteger, isPlain: true)
        }
        return withComma(range, text)
    }

    private mutating func withComma(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Number? {
        let cell = text[range]
        let commas = cell.count { $0 == UInt8(ascii: ",") }
        guard commas <= 1, commas == 1 || hasComma == true, Self.hasGroupsOfThree(cell) else { return nil }
        let number = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: range.count + 1) {
            memory -> DecimalText? in
            var count = 0
            for byte in cell where byte != UInt8(ascii: ".") {
                memory[count] = byte == UInt8(ascii: ",") ? UInt8(ascii: ".") : byte
                count += 1
            }
            memory[count] = 0
            // An allocation of one byte or more has an address.
            return memory.baseAddress.flatMap { DecimalText($0, count: count) }
        }
        guard let number else { return nil }
        if commas == 1 { hasComma = true }
        return Number(value: number.value, isInteger: number.isInteger, isPlain: !cell.contains(UInt8(ascii: ".")))
    }

    /// Whether points, if any, part the digits before the comma into groups of three, as in `1.234.567,8`.
    private static func hasGroupsOfThree(_ cell: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let whole = cell.prefix { $0 != UInt8(ascii: ",") }
        guard cell.contains(UInt8(ascii: ".")) else { return true }
        guard !cell[whole.endIndex...].contains(UInt8(ascii: ".")) else { return false }
        let digits = whole.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        let groups = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    }

    /// A cell without the blanks around it.
    static func trimmed(_ cell: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        var (start, end) = (cell.lowerBound, cell.upperBound)
        while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
        while start < end, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }

    /// 1 for `true` and 0 for `false` in any case; nil for anything else.
    static func truth(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Float? {
        let cell = text[range]
        func isWord(_ word: StaticString) -> Bool {
            cell.count == word.utf8CodeUnitCount
                && zip(cell, UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
                    .allSatisfy { $0 | 0x20 == $1 }
        }
        return isWord("true") ? 1 : isWord("false") ? 0 : nil
    }
}
