/// Turns pixels of one number of channels into those of another, with Pillow's numbers.
enum PixelConversion {
    /// Grey out of colour, by ITU-R 601: (19595 R + 38470 G + 7471 B + 32768) / 65536.
    static func grey(fromColour pixels: [UInt8]) -> [UInt8] {
        mapped(pixels, 3, 1) { from, to in
            let (red, green, blue) = (UInt32(from[0]), UInt32(from[1]), UInt32(from[2]))
            let sum: UInt32 = 19595 &* red &+ 38470 &* green &+ 7471 &* blue &+ 32768
            to[0] = UInt8(truncatingIfNeeded: sum >> 16)
        }
    }

    /// Colour out of grey: each value thrice.
    static func colour(fromGrey pixels: [UInt8]) -> [UInt8] {
        mapped(pixels, 1, 3) { from, to in (to[0], to[1], to[2]) = (from[0], from[0], from[0]) }
    }

    /// The colour beneath transparency.
    static func colour(withoutAlpha pixels: [UInt8]) -> [UInt8] {
        mapped(pixels, 4, 3) { from, to in (to[0], to[1], to[2]) = (from[0], from[1], from[2]) }
    }

    /// Colour that nothing shines through.
    static func opaque(_ pixels: [UInt8]) -> [UInt8] {
        mapped(pixels, 3, 4) { from, to in (to[0], to[1], to[2], to[3]) = (from[0], from[1], from[2], 255) }
    }

    /// Colour out of cyan, magenta, yellow and black that are inverted, as they are in JPEG files.
    static func colour(fromInk pixels: [UInt8]) -> [UInt8] {
        mapped(pixels, 4, 3) { from, to in
            let light = Int(from[3])
            for channel in 0..<3 {
                let product = (255 - Int(from[channel])) * light + 128
                let taken = (product + (product >> 8)) >> 8
                to[channel] = UInt8(max(light - taken, 0))
            }
        }
    }

    @inline(__always)
    private static func mapped(
        _ pixels: [UInt8],
        _ from: Int,
        _ to: Int,
        _ convert: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
    ) -> [UInt8] {
        let count = pixels.count / from
        return [UInt8](unsafeUninitializedCapacity: count * to) { target, filled in
            pixels.withUnsafeBufferPointer { source in
                guard var read = source.baseAddress, var write = target.baseAddress else { return }
                for _ in 0..<count {
                    convert(read, write)
                    read += from
                    write += to
                }
            }
            filled = count * to
        }
    }
}
