/// Zip archives of files as they are (APPNOTE 4.3, method 0).
enum StoredZip {
    /// An archive of files by their names.
    static func archive(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
        var (archive, directory): ([UInt8], [UInt8]) = ([], [])
        func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 255) } }
        for (name, content) in files {
            let name = Array(name.utf8)
            // Version 2.0, no flags, no compression, midnight of 1 January 1980.
            let facts =
                number(20, 2) + number(0, 2) + number(0, 2) + number(0, 2) + number(0x21, 2)
                + number(Int(crc32(content)), 4) + number(content.count, 4) + number(content.count, 4)
                + number(name.count, 2) + number(0, 2)
            directory +=
                number(0x0201_4B50, 4) + number(20, 2) + facts + number(0, 10) + number(archive.count, 4) + name
            archive += number(0x0403_4B50, 4) + facts + name + content
        }
        let end =
            number(0x0605_4B50, 4) + number(0, 4) + number(files.count, 2) + number(files.count, 2)
            + number(directory.count, 4) + number(archive.count, 4) + number(0, 2)
        return archive + directory + end
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
