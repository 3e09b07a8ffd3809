/// The CRC-32 of each record of a section of a file, taken while the section goes by in pieces of any size.
struct RecordChecksums {
    private let recordBytes: Int
    private var unfinished: UInt32 = 0
    private var unfinishedBytes = 0

    /// The checksums of the records that have gone by whole.
    private(set) var finished: [UInt32] = []

    init(records: Int, recordBytes: Int) {
        self.recordBytes = recordBytes
        finished.reserveCapacity(records)
    }

    mutating func add(_ piece: UnsafeRawBufferPointer) {
        var rest = piece
        while !rest.isEmpty {
            let count = min(rest.count, recordBytes - unfinishedBytes)
            unfinished = Zlib.crc32(UnsafeRawBufferPointer(rebasing: rest[..<count]), after: unfinished)
            unfinishedBytes += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            guard unfinishedBytes == recordBytes else { continue }
            finished.append(unfinished)
            (unfinished, unfinishedBytes) = (0, 0)
        }
    }
}
