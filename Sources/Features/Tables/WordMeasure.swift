/// How many words a text has, where a character of Chinese, Japanese or Korean counts 0.6 of one.
enum WordMeasure {
    static func words(_ bytes: UnsafeBufferPointer<UInt8>) -> Double {
        var words = 0.0
        var isInside = false
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            // From U+3040 to U+9FFF, and Hangul: three bytes that begin with 0xE3 to 0xED.
            if byte >= 0xE3, byte <= 0xED {
                words += 0.6
                isInside = false
                place += 3
                continue
            }
            let isBlank = byte == 0x20 || byte >= 0x09 && byte <= 0x0D
            if !isBlank, !isInside { words += 1 }
            isInside = !isBlank
            place += 1
        }
        return words
    }
}
