/// The layout of a dataset file, in little-endian numbers.
///
/// | offset | content |
/// |---|---|
/// | 0 | the eight ASCII bytes `TRYDATA1` |
/// | 8 | training rows, test rows, values per input, values per target: four u64 |
/// | 40 | 24 bytes of zero |
/// | 64 | the inputs of all records, float32 |
/// | then | the targets of all records, float32 |
/// | then | the numbers of the records in use order, u32: those for training, then those for testing |
///
/// Every section starts at a multiple of four bytes.
struct DatasetLayout: Equatable {
    static let magic = Array("TRYDATA1".utf8)
    static let headerBytes = 64

    let rows: Int
    let testRows: Int
    let inputVolume: Int
    let targetVolume: Int
    let fileBytes: Int

    var records: Int { rows + testRows }
    var targetsOffset: Int { Self.headerBytes + 4 * records * inputVolume }
    var orderOffset: Int { targetsOffset + 4 * records * targetVolume }

    /// Nil where a number is negative or the file would be too large to address.
    init?(rows: Int, testRows: Int, inputVolume: Int, targetVolume: Int) {
        guard rows >= 0, testRows >= 0, inputVolume > 0, targetVolume > 0 else { return nil }
        let (records, tooMany) = rows.addingReportingOverflow(testRows)
        let (values, tooWide) = inputVolume.addingReportingOverflow(targetVolume)
        guard !tooMany, !tooWide, records <= Int(UInt32.max), values < Int.max / 8 else { return nil }
        let (bytes, tooLarge) = records.multipliedReportingOverflow(by: 4 * (values + 1))
        guard !tooLarge, bytes <= Int.max - Self.headerBytes else { return nil }
        self.rows = rows
        self.testRows = testRows
        self.inputVolume = inputVolume
        self.targetVolume = targetVolume
        fileBytes = Self.headerBytes + bytes
    }

    /// Reads a header; nil where it is not one.
    init?(header: [UInt8]) {
        guard header.count == Self.headerBytes, header.starts(with: Self.magic) else { return nil }
        let numbers = header.withUnsafeBytes { bytes in
            (0..<4).map {
                Int(exactly: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 + 8 * $0, as: UInt64.self)))
            }
        }
        guard let rows = numbers[0], let testRows = numbers[1], let inputs = numbers[2], let targets = numbers[3] else {
            return nil
        }
        self.init(rows: rows, testRows: testRows, inputVolume: inputs, targetVolume: targets)
    }

    var header: [UInt8] {
        var bytes = Self.magic
        for number in [rows, testRows, inputVolume, targetVolume] {
            bytes += withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0) }
        }
        return bytes + [UInt8](repeating: 0, count: Self.headerBytes - bytes.count)
    }
}
