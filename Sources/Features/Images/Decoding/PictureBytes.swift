/// The bytes of a picture's file, read at places that may lie outside: nil is given then.
struct PictureBytes {
    let base: UnsafeBufferPointer<UInt8>

    init(_ base: UnsafeBufferPointer<UInt8>) { self.base = base }

    var count: Int { base.count }

    /// One byte.
    subscript(_ place: Int) -> UInt8? { place >= 0 && place < base.count ? base[place] : nil }

    /// Two bytes, by default the high one first.
    func word(_ place: Int, isLittleEndian: Bool = false) -> Int? {
        guard place >= 0, place <= count - 2 else { return nil }
        let (first, second) = (Int(base[place]), Int(base[place + 1]))
        return isLittleEndian ? first | second << 8 : first << 8 | second
    }

    /// Three bytes, the low one first.
    func triple(_ place: Int) -> Int? {
        guard let low = word(place, isLittleEndian: true), let high = self[place + 2] else { return nil }
        return low | Int(high) << 16
    }

    /// Four bytes, by default the high one first.
    func long(_ place: Int, isLittleEndian: Bool = false) -> Int? {
        guard let first = word(place, isLittleEndian: isLittleEndian),
            let second = word(place + 2, isLittleEndian: isLittleEndian)
        else { return nil }
        return isLittleEndian ? first | second << 16 : first << 16 | second
    }

    /// Whether the bytes of a word stand at a place.
    func has(_ word: StaticString, at place: Int) -> Bool {
        let length = word.utf8CodeUnitCount
        guard place >= 0, place <= count - length else { return false }
        for index in 0..<length where base[place + index] != word.utf8Start[index] { return false }
        return true
    }

    /// The bytes of a range, which is cut to what there is.
    func part(_ range: Range<Int>) -> PictureBytes {
        PictureBytes(UnsafeBufferPointer(rebasing: base[range.clamped(to: 0..<count)]))
    }
}
