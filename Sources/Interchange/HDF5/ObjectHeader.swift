/// The header of an object of an HDF5 file as its bytes lie there, for what the library can't open.
///
/// Only headers of version 2 are looked at, which alone can have virtual data sets. Source: the HDF5 file format
/// specification, version 3.
struct ObjectHeader {
    /// The types of the messages in the first block, with their data.
    private var messages: [(type: UInt8, data: UnsafeRawBufferPointer)] = []

    private static let layout: UInt8 = 8

    /// Reads a header; nil where none of version 2 lies there.
    init?(of bytes: UnsafeRawBufferPointer, at address: UInt64) {
        guard let start = Int(exactly: address), start >= 0, start <= bytes.count - 8 else { return nil }
        let header = UnsafeRawBufferPointer(rebasing: bytes[start...])
        guard header.prefix(4).elementsEqual("OHDR".utf8), header[4] == 2 else { return nil }
        let flags = header[5]
        var place = 6 + (flags & 0x20 == 0 ? 0 : 16) + (flags & 0x10 == 0 ? 0 : 4)
        let width = 1 << (flags & 3)
        guard place + width <= header.count else { return nil }
        let size = header[place..<place + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        place += width
        guard let length = Int(exactly: size), length <= header.count - place else { return nil }
        let end = place + length
        let head = flags & 4 == 0 ? 4 : 6
        while place + head <= end {
            let count = Int(header[place + 1]) | Int(header[place + 2]) << 8
            guard count <= end - place - head else { return }
            let data = UnsafeRawBufferPointer(rebasing: header[(place + head)..<(place + head + count)])
            messages.append((header[place], data))
            place += head + count
        }
    }

    /// Whether the object is a data set whose numbers are those of others.
    var isVirtual: Bool { messages.contains { $0.type == Self.layout && $0.data.count > 1 && $0.data[1] == 3 } }
}
