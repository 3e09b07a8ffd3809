/// How a stored picture must be turned to be shown: EXIF's tag 0x0112 (CIPA DC-008, 4.6.5.1.6).
enum Orientation: Int, Sendable, Equatable {
    case upright = 1
    case mirrored, turnedHalf, upsideDown, transposed, turnedRight, transverse, turnedLeft

    /// Whether width and height change places.
    var swapsSides: Bool { rawValue >= 5 }

    /// The orientation of an EXIF block, with or without its `Exif\0\0`; nil where it has none or is broken.
    init?(exif bytes: PictureBytes) {
        let start = bytes.has("Exif\0\0", at: 0) ? 6 : 0
        let isLittle = bytes.has("II", at: start)
        guard isLittle || bytes.has("MM", at: start), bytes.word(start + 2, isLittleEndian: isLittle) == 42,
            let directory = bytes.long(start + 4, isLittleEndian: isLittle),
            let count = bytes.word(start + directory, isLittleEndian: isLittle)
        else { return nil }
        for index in 0..<count {
            let entry = start + directory + 2 + 12 * index
            guard let tag = bytes.word(entry, isLittleEndian: isLittle) else { return nil }
            if tag != 0x0112 { continue }
            // A byte, a word or a long one; writers differ.
            let value =
                switch bytes.word(entry + 2, isLittleEndian: isLittle) {
                case 1: bytes[entry + 8].map(Int.init)
                case 3: bytes.word(entry + 8, isLittleEndian: isLittle)
                case 4: bytes.long(entry + 8, isLittleEndian: isLittle)
                default: nil as Int?
                }
            self.init(rawValue: value ?? 0)
            return
        }
        return nil
    }

    /// The orientation of an XMP packet, `tiff:Orientation="6"` or `<tiff:Orientation>6<`; nil where it has none.
    init?(xmp bytes: PictureBytes) {
        let key: StaticString = "tiff:Orientation"
        let length = key.utf8CodeUnitCount
        guard bytes.count > length else { return nil }
        for place in 0..<bytes.count - length where bytes.base[place] == UInt8(ascii: "t") && bytes.has(key, at: place)
        {
            let digit = place + length + (bytes.has(">", at: place + length) ? 1 : 2)
            guard bytes.has(">", at: place + length) || bytes.has("=\"", at: place + length), let found = bytes[digit]
            else { continue }
            self.init(rawValue: Int(found) - 48)
            return
        }
        return nil
    }

    /// Pixels of a stored picture, turned to be shown.
    func turned(_ pixels: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8] {
        if self == .upright { return pixels }
        // Where a stored pixel goes: to origin + across · its column + down · its row.
        let (last, bottom) = (width - 1, height - 1)
        let (origin, across, down) =
            switch self {
            case .upright: (0, 1, width)
            case .mirrored: (last, -1, width)
            case .turnedHalf: (bottom * width + last, -1, -width)
            case .upsideDown: (bottom * width, 1, -width)
            case .transposed: (0, height, 1)
            case .turnedRight: (bottom, height, -1)
            case .transverse: (last * height + bottom, -height, -1)
            case .turnedLeft: (last * height, -height, 1)
            }
        return [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
            pixels.withUnsafeBufferPointer { source in
                // In tiles, so that neither the reading nor the writing leaves the cache a pixel at a time.
                let tile = 32
                for top in stride(from: 0, to: height, by: tile) {
                    for left in stride(from: 0, to: width, by: tile) {
                        for row in top..<min(top + tile, height) {
                            for column in left..<min(left + tile, width) {
                                let from = (row * width + column) * channels
                                let to = (origin + across * column + down * row) * channels
                                for channel in 0..<channels { target[to + channel] = source[from + channel] }
                            }
                        }
                    }
                }
            }
            count = pixels.count
        }
    }
}
