/// The header of one file in a tar archive (POSIX.1-2017, pax, "ustar Interchange Format").
///
/// A backup is a plain tar file: `tar -tvf` lists it, and even without this program `tar -xf` gives the data folder.
struct TarHeader: Equatable {
    static let blockBytes = 512

    let name: String
    let size: Int

    /// The header block.
    ///
    /// A size of 8 GiB and more does not fit the eleven octal digits and is written in base 256, as GNU tar does.
    var block: [UInt8] {
        precondition(name.utf8.count < 100, "names in an archive are short")
        var block = [UInt8](repeating: 0, count: Self.blockBytes)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        put(Array(name.utf8), at: 0)
        put(Self.octal(Int(FilePermissions.ownerAlone.file), digits: 7), at: 100)
        put(Self.octal(0, digits: 7), at: 108)
        put(Self.octal(0, digits: 7), at: 116)
        if size < 1 << 33 {
            put(Self.octal(size, digits: 11), at: 124)
        } else {
            put([0x80, 0, 0, 0] + withUnsafeBytes(of: UInt64(size).bigEndian) { Array($0) }, at: 124)
        }
        put(Self.octal(0, digits: 11), at: 136)
        put([UInt8](repeating: 0x20, count: 8), at: 148)
        put([0x30], at: 156)
        put(Array("ustar\u{0}00".utf8), at: 257)
        let sum = block.reduce(0) { $0 + Int($1) }
        put(Self.octal(sum, digits: 6) + [0, 0x20], at: 148)
        return block
    }

    init(name: String, size: Int) {
        self.name = name
        self.size = size
    }

    /// Reads a header block; nil where its checksum does not hold or it is not a plain file.
    init?(block: [UInt8]) {
        guard block.count == Self.blockBytes, block[156] == 0x30 || block[156] == 0 else { return nil }
        let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
        guard Self.number(block[148..<156]) == sum, let size = Self.number(block[124..<136]) else { return nil }
        self.init(name: String(decoding: block.prefix(100).prefix { $0 != 0 }, as: UTF8.self), size: size)
    }

    /// How many bytes of zero follow a file of that size to fill its last block.
    static func padding(after size: Int) -> Int {
        (blockBytes - size % blockBytes) % blockBytes
    }

    private static func octal(_ number: Int, digits: Int) -> [UInt8] {
        let text = Array(String(number, radix: 8).utf8)
        return [UInt8](repeating: 0x30, count: digits - text.count) + text
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if field.first == 0x80 {
            return Int(exactly: field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
        let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
