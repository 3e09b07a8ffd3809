import Features
import Testing

/// NPZ files and bare arrays.
struct ArrayFormTests {
    /// A zip file of NPY arrays that Python 3.11's zipfile wrote, of x = [[0, 1], [2, 3]] and y = ["cat", "dog"].
    static let stored = zip([("x.npy", npy("<f4", "(2, 2)", floats([0, 1, 2, 3]))), ("y.npy", words)])

    private static let words = npy("<U3", "(2,)", "catdog".unicodeScalars.flatMap { [UInt8($0.value), 0, 0, 0] })

    private static func floats(_ numbers: [Float]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

    private static func npy(_ type: String, _ shape: String, _ data: [UInt8], order: String = "False") -> [UInt8] {
        var header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
        header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + data
    }

    /// A zip file of stored entries (APPNOTE 4.3.6), with the beginning of a directory.
    private static func zip(_ entries: [(name: String, data: [UInt8])]) -> [UInt8] {
        func little(_ number: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(number >> (8 * $0) & 255) } }
        var file: [UInt8] = []
        for (name, data) in entries {
            file += little(0x0403_4B50, 4) + little(20, 2) + little(0, 8) + little(Int(checksum(data)), 4)
            file += little(data.count, 4) + little(data.count, 4) + little(name.utf8.count, 2) + little(0, 2)
            file += Array(name.utf8) + data
        }
        return file + little(0x0201_4B50, 4) + [0, 0]
    }

    private static func checksum(_ data: [UInt8]) -> UInt32 {
        ~data.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
    }

    private func read(_ file: [UInt8], pieces size: Int, into log: RowLog) throws -> ImportedDataset {
        var reader = try NPZReader()
        for piece in pieces(file, of: size) { try reader.read(piece, into: log) }
        return try reader.finish(into: log)
    }

    @Test(arguments: [1, 7, 10_000])
    func `an NPZ file is read in pieces of any size`(size: Int) throws {
        let log = RowLog()
        let dataset = try read(Self.stored, pieces: size, into: log)

        #expect(dataset.target.labels == ["cat", "dog"])
        #expect(log.inputs == [0, 1, 2, 3])
        #expect(log.targets == [0, 1])
    }

    @Test func `an NPZ file that is cut short, damaged or of other names is refused`() throws {
        for count in stride(from: 10, to: Self.stored.count - 8, by: 50) {
            #expect(throws: DatasetFormatError.self) {
                try read(Array(Self.stored.prefix(count)), pieces: 100, into: RowLog())
            }
        }
        var damaged = Self.stored
        damaged[180] ^= 1
        #expect(throws: DatasetFormatError.self) { try read(damaged, pieces: 100, into: RowLog()) }
        let other = Self.zip([("z.npy", Self.words)])
        #expect(
            throws: DatasetFormatError.content(
                place: "",
                "unknown part \"z\"; did you mean \"x\"? Known: x, y, x_test, y_test"
            )
        ) {
            try read(other, pieces: 100, into: RowLog())
        }
    }

    @Test(arguments: [0x7F, 0x80, 0xFF] as [UInt8])
    func `an NPZ file whose zip64 sizes are beyond all measure is refused`(top: UInt8) throws {
        // An entry that says "see the further field" for both sizes (APPNOTE 4.5.3).
        var file: [UInt8] = [0x50, 0x4B, 3, 4, 45, 0] + [UInt8](repeating: 0, count: 12)
        file += [UInt8](repeating: 0xFF, count: 8) + [5, 0, 20, 0] + Array("x.npy".utf8) + [1, 0, 16, 0]
        file += [UInt8](repeating: 0xFF, count: 15) + [top] + [UInt8](repeating: 0x93, count: 40)

        #expect(throws: DatasetFormatError.self) { try read(file, pieces: 1000, into: RowLog()) }
    }

    @Test func `columns of a Fortran array of three axes come to their rows`() throws {
        let log = RowLog()
        // Row-major it is 0 to 11.
        let columns: [Float] = [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]
        let x = Self.npy("<f4", "(2, 3, 2)", Self.floats(columns), order: "True")
        for size in [1, 1000] {
            var reader = try ArrayUploadReader()
            let log = RowLog()
            for (name, bytes) in [("x", x), ("y", Self.words)] {
                try reader.beginPart(named: name)
                for piece in pieces(bytes, of: size) { try reader.read(piece, into: log) }
                try reader.endPart()
            }
            _ = try reader.finish(into: log)
            #expect(log.inputs == (0..<12).map { Float($0) })
        }
        var options = ImportOptions()
        options.maximumHeldBytes = 40
        var reader = try ArrayUploadReader(options)
        try reader.beginPart(named: "x")
        let error = try #require(throws: DatasetFormatError.self) { try reader.read(x[...], into: log) }
        #expect(error.description.contains("numpy.ascontiguousarray"))
    }

    @Test func `the last column of a bare array is the target`() throws {
        let log = RowLog()
        var reader = try ArrayTableReader()
        for piece in pieces(Self.npy("<f4", "(2, 3)", Self.floats([1, 2, 0.5, 3, 4, 1.5])), of: 5) {
            try reader.read(piece, into: log)
        }
        let dataset = try reader.finish(into: log)

        #expect(dataset.inputShape == [2])
        #expect(log.inputs == [1, 2, 3, 4])
        #expect(log.targets == [0.5, 1.5])
    }

    @Test(arguments: ["<i8", "<f8"])
    func `whole numbers of inputs that 32 bits don't hold are told`(type: String) throws {
        let numbers: [Int64] = [16_777_217, 16_777_216, 9_007_199_254_740_991]
        let content =
            type == "<i8"
            ? numbers.withUnsafeBytes { Array($0) } : numbers.map(Double.init).withUnsafeBytes { Array($0) }
        let file = Self.zip([
            ("x.npy", Self.npy(type, "(3, 1)", content)), ("y.npy", Self.npy("<f4", "(3,)", Self.floats([0, 1, 0]))),
        ])

        let dataset = try read(file, pieces: 1000, into: RowLog())

        let written = type == "<i8" ? "16777217" : "16777217.0"
        #expect(
            dataset.notes == [
                "part \"x\": \(written) is taken as 16777216.0, the nearest number of 32 bits; 1 more likewise"
            ]
        )
    }
}
