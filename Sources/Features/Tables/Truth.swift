/// The words `true` and `false`, in any case.
enum Truth {
    case yes, no

    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        func matches(_ word: StaticString) -> Bool {
            for place in 0..<bytes.count where bytes[place] | 0x20 != word.utf8Start[place] { return false }
            return true
        }
        if bytes.count == 4, matches("true") {
            self = .yes
        } else if bytes.count == 5, matches("false") {
            self = .no
        } else {
            return nil
        }
    }
}
