/// The hash by which TensorFlow and Keras put words into bins, the same in all versions and on all machines.
///
/// It is `Fingerprint64` of FarmHash (G. Pike, 2014, https://github.com/google/farmhash).
enum FarmHash64 {
    private static let k0: UInt64 = 0xC3A5_C85C_97CB_3127
    private static let k1: UInt64 = 0xB492_B66F_BE98_F273
    private static let k2: UInt64 = 0x9AE1_6A3B_2F90_404F

    /// The fingerprint of the bytes.
    static func fingerprint(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let text = UnsafeRawBufferPointer(bytes)
        switch text.count {
        case 0...16: return upTo16(text)
        case 17...32: return upTo32(text)
        case 33...64: return upTo64(text)
        default: return long(text)
        }
    }

    /// Two fingerprints as one, as TensorFlow joins those of crossed columns (`FingerprintCat64`).
    static func joined(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let multiplier: UInt64 = 0xC6A4_A793_5BD1_E995
        var result = first ^ multiplier
        result ^= shiftMixed(second &* multiplier) &* multiplier
        result = result &* multiplier
        result = shiftMixed(result) &* multiplier
        return shiftMixed(result)
    }

    private static func upTo16(_ text: UnsafeRawBufferPointer) -> UInt64 {
        let count = UInt64(text.count)
        if text.count >= 8 {
            let multiplier = k2 &+ count &* 2
            let a = word(text, 0) &+ k2
            let b = word(text, text.count - 8)
            let c = rotated(b, 37) &* multiplier &+ a
            let d = (rotated(a, 25) &+ b) &* multiplier
            return hashed(c, d, multiplier)
        }
        if text.count >= 4 {
            let a = half(text, 0)
            return hashed(count &+ a << 3, half(text, text.count - 4), k2 &+ count &* 2)
        }
        if text.count > 0 {
            let y = UInt64(text[0]) &+ UInt64(text[text.count >> 1]) << 8
            let z = count &+ UInt64(text[text.count - 1]) << 2
            return shiftMixed(y &* k2 ^ z &* k0) &* k2
        }
        return k2
    }

    private static func upTo32(_ text: UnsafeRawBufferPointer) -> UInt64 {
        let end = text.count
        let multiplier = k2 &+ UInt64(end) &* 2
        let a = word(text, 0) &* k1
        let b = word(text, 8)
        let c = word(text, end - 8) &* multiplier
        let d = word(text, end - 16) &* k2
        return hashed(rotated(a &+ b, 43) &+ rotated(c, 30) &+ d, a &+ rotated(b &+ k2, 18) &+ c, multiplier)
    }

    private static func upTo64(_ text: UnsafeRawBufferPointer) -> UInt64 {
        let end = text.count
        let multiplier = k2 &+ UInt64(end) &* 2
        let a = word(text, 0) &* k2
        let b = word(text, 8)
        let c = word(text, end - 8) &* multiplier
        let d = word(text, end - 16) &* k2
        let y = rotated(a &+ b, 43) &+ rotated(c, 30) &+ d
        let z = hashed(y, a &+ rotated(b &+ k2, 18) &+ c, multiplier)
        let e = word(text, 16) &* multiplier
        let f = word(text, 24)
        let g = (y &+ word(text, end - 32)) &* multiplier
        let h = (z &+ word(text, end - 24)) &* multiplier
        return hashed(rotated(e &+ f, 43) &+ rotated(g, 30) &+ h, e &+ rotated(f &+ a, 18) &+ g, multiplier)
    }

    private static func long(_ text: UnsafeRawBufferPointer) -> UInt64 {
        let seed: UInt64 = 81
        var x = seed &* k2 &+ word(text, 0)
        var y = seed &* k1 &+ 113
        var z = shiftMixed(y &* k2 &+ 113) &* k2
        var v: (UInt64, UInt64) = (0, 0)
        var w: (UInt64, UInt64) = (0, 0)
        var place = 0
        let rest = (text.count - 1) & 63
        let end = (text.count - 1) / 64 * 64

        func round(_ multiplier: UInt64, _ weight: UInt64) {
            x = rotated(x &+ y &+ v.0 &+ word(text, place + 8), 37) &* multiplier
            y = rotated(y &+ v.1 &+ word(text, place + 48), 42) &* multiplier
            x ^= w.1 &* weight
            y = y &+ v.0 &* weight &+ word(text, place + 40)
            z = rotated(z &+ w.0, 33) &* multiplier
            v = weak(text, place, v.1 &* multiplier, x &+ w.0)
            w = weak(text, place + 32, z &+ w.1, y &+ word(text, place + 16))
            swap(&z, &x)
        }
        while place != end {
            round(k1, 1)
            place += 64
        }
        let multiplier = k1 &+ (z & 0xFF) << 1
        place = end + rest - 63
        w.0 = w.0 &+ UInt64(rest)
        v.0 = v.0 &+ w.0
        w.0 = w.0 &+ v.0
        round(multiplier, 9)
        return hashed(
            hashed(v.0, w.0, multiplier) &+ shiftMixed(y) &* k0 &+ z,
            hashed(v.1, w.1, multiplier) &+ x,
            multiplier
        )
    }

    /// A hash of 32 bytes and two seeds, quick and weak.
    private static func weak(
        _ text: UnsafeRawBufferPointer,
        _ place: Int,
        _ first: UInt64,
        _ second: UInt64
    ) -> (UInt64, UInt64) {
        let z = word(text, place + 24)
        var a = first &+ word(text, place)
        var b = rotated(second &+ a &+ z, 21)
        let c = a
        a = a &+ word(text, place + 8) &+ word(text, place + 16)
        b = b &+ rotated(a, 44)
        return (a &+ z, b &+ c)
    }

    private static func hashed(_ left: UInt64, _ right: UInt64, _ multiplier: UInt64) -> UInt64 {
        var a = (left ^ right) &* multiplier
        a ^= a >> 47
        var b = (right ^ a) &* multiplier
        b ^= b >> 47
        return b &* multiplier
    }

    private static func shiftMixed(_ value: UInt64) -> UInt64 { value ^ value >> 47 }

    private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 { value >> count | value << (64 - count) }

    private static func word(_ text: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        UInt64(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    private static func half(_ text: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        UInt64(UInt32(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    }
}
