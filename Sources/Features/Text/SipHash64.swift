/// The hash by which TensorFlow and Keras put words into bins under a salt.
///
/// It is SipHash-2-4 (Aumasson and Bernstein 2012).
enum SipHash64 {
    /// The hash of the bytes under a key of 128 bits, the salt's two numbers.
    static func hash(of bytes: UnsafeBufferPointer<UInt8>, key: Salt) -> UInt64 {
        let text = UnsafeRawBufferPointer(bytes)
        var state = State(key)
        var place = 0
        while place + 8 <= text.count {
            state.take(UInt64(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
            place += 8
        }
        var last = UInt64(text.count) << 56
        for index in place..<text.count { last |= UInt64(text[index]) << UInt64((index - place) * 8) }
        state.take(last)
        return state.finished()
    }

    private struct State {
        var v0: UInt64
        var v1: UInt64
        var v2: UInt64
        var v3: UInt64

        init(_ key: Salt) {
            v0 = key.first ^ 0x736F_6D65_7073_6575
            v1 = key.second ^ 0x646F_7261_6E64_6F6D
            v2 = key.first ^ 0x6C79_6765_6E65_7261
            v3 = key.second ^ 0x7465_6462_7974_6573
        }

        mutating func take(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finished() -> UInt64 {
            v2 ^= 0xFF
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        private mutating func round() {
            v0 = v0 &+ v1
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 = v2 &+ v3
            v3 = rotated(v3, 16) ^ v2
            v0 = v0 &+ v3
            v3 = rotated(v3, 21) ^ v0
            v2 = v2 &+ v1
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)
        }

        private func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }
    }
}
