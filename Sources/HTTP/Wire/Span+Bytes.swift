import Glibc

extension Span<UInt8> {
    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && matches(text, ignoringCase: false)
    }

    func equals(ignoringCase text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && matches(text, ignoringCase: true)
    }

    func equals(ignoringCase other: borrowing Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where Grammar.lowercased(self[index]) != Grammar.lowercased(other[index]) {
            return false
        }
        return true
    }

    func hasPrefix(ignoringCase text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && matches(text, ignoringCase: true)
    }

    /// The first position of the byte at `start` or later.
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, let found = memchr(base + start, Int32(byte), count - start) else {
                return nil
            }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// The bytes as a string; what is not UTF-8 is replaced.
    var text: String {
        String(decoding: array, as: UTF8.self)
    }

    /// The bytes as an array.
    var array: [UInt8] {
        withUnsafeBufferPointer { Array($0) }
    }

    /// The bytes without spaces and tabs at either end.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while !range.isEmpty, isBlank(self[range.lowerBound]) { range = range.lowerBound + 1..<range.upperBound }
        while !range.isEmpty, isBlank(self[range.upperBound - 1]) { range = range.lowerBound..<range.upperBound - 1 }
        return range
    }

    /// Compares the first bytes with `text`, which is in lower case where case is ignored.
    private func matches(_ text: StaticString, ignoringCase: Bool) -> Bool {
        for index in 0..<text.utf8CodeUnitCount {
            let byte = ignoringCase ? Grammar.lowercased(self[index]) : self[index]
            guard byte == text.utf8Start[index] else { return false }
        }
        return true
    }
}

private func isBlank(_ byte: UInt8) -> Bool {
    byte == Grammar.space || byte == Grammar.tab
}
