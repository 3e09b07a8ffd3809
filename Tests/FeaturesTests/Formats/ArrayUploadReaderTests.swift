import Foundation
import Features
import Testing

struct ArrayUploadReaderTests {
    // MARK: Files

    /// An IDX file of the type code and bytes of its numbers.
    private func idx(_ type: UInt8, _ shape: [Int], _ numbers: [UInt8]) -> [UInt8] {
        let extents = shape.flatMap { extent in withUnsafeBytes(of: UInt32(extent).bigEndian) { Array($0) } }
        return [0, 0, type, UInt8(shape.count)] + extents + numbers
    }

    /// A version 1 NPY file, as NumPy writes it.
    private func npy(_ type: String, _ shape: String, _ numbers: [UInt8], order: String = "False") -> [UInt8] {
        var header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
        header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
        let length = UInt16(header.utf8.count)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8)
            + numbers
    }

    private func bytes<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

    private func unpacked(_ base64: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: base64))) }

    private func read(
        _ parts: [(name: String, bytes: [UInt8])],
        _ parameters: [String: String] = [:],
        pieces size: Int = 1000,
        into log: RowLog = RowLog()
    ) throws -> ImportedDataset {
        var reader = try ArrayUploadReader(try ImportOptions(parameters: parameters))
        for part in parts {
            try reader.beginPart(named: part.name)
            for piece in pieces(part.bytes, of: size) { try reader.read(piece, into: log) }
            try reader.endPart()
        }
        return try reader.finish(into: log)
    }

    private func refused(_ parts: [(name: String, bytes: [UInt8])], _ parameters: [String: String] = [:]) -> String {
        do {
            return "taken: \(try read(parts, parameters))"
        } catch let error as DatasetFormatError {
            return error.description
        } catch {
            return "another error: \(error)"
        }
    }

    // MARK: What is read

    @Test func `images without a channel axis get one and byte labels are classes`() throws {
        let log = RowLog()
        let dataset = try read(
            [
                ("x", idx(8, [2, 2, 3], Array(0..<12))), ("y", idx(8, [2], [3, 0])),
                ("y_test", idx(8, [1], [4])), ("x_test", idx(8, [1, 2, 3], Array(20..<26))),
            ],
            into: log
        )

        #expect(dataset.kind == .images)
        #expect(dataset.inputShape == [2, 3, 1])
        #expect(dataset.rows == 2)
        #expect(dataset.testRows == 1)
        #expect(dataset.target == TargetSummary.classes(5))
        #expect(log.inputs == (0..<12).map(Float.init))
        #expect(log.targets == [3, 0])
        #expect(log.testInputs == (20..<26).map(Float.init))
        #expect(log.testTargets == [4])
    }

    @Test(arguments: [
        ("(2,)", [1]), ("(2, 1)", [1]), ("(2, 3)", [3]), ("(2, 3, 4)", [3, 4, 1]), ("(2, 3, 4, 3)", [3, 4, 3]),
    ])
    func `the rows have the shape of the other axes`(shape: String, rows: [Int]) throws {
        let volume = shape.split { !$0.isNumber }.reduce(1) { $0 * (Int($1) ?? 0) }
        let dataset = try read([
            ("x", npy("|u1", shape, Array(repeating: 1, count: volume))), ("y", idx(8, [2], [0, 1])),
        ])

        #expect(dataset.inputShape == rows)
    }

    @Test func `a shape that is asked for keeps steps and features from becoming an image`() throws {
        let x = npy("<f4", "(1, 2, 3)", bytes([Float](repeating: 1, count: 6)))
        let dataset = try read([("x", x), ("y", npy("<f4", "(1,)", bytes([Float(0.5)])))], ["shape": "2,3"])

        #expect(dataset.inputShape == [2, 3])
        #expect(dataset.kind == .arrays)
        #expect(dataset.target == TargetSummary.values(shape: [1]))
    }

    struct File: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let base64: String
        let values: [Float]
    }

    /// Written by NumPy 2.4.6 with `gzip.compress(...)` around `np.save` (or `np.lib.format.write_array` with a version).
    static let files = [
        File(
            testDescription: "<i4",
            base64:
                "H4sIAAAAAAACA5vsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6CkaaOgq1CmQDLgYgYARiJiBmBmIWIGYFYgDTl9ETmAAAAA==",
            values: [0, 1, 2, 3, 4, 5]
        ),
        File(
            testDescription: ">f8",
            base64:
                "H4sIAAAAAAACA5vsF+obEMnIUMZQrZ6SWpxcpG6loG6XZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLvsfDGBwgAlCOzEtiFcA0vY7Z4LALABgUvj2oAAAAA==",
            values: [1.5, -2.25, 1e10, 0.1]
        ),
        File(
            testDescription: "<f2",
            base64:
                "H4sIAAAAAAACA5vsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqSuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4Gu7R1/6sBHVZpnYYAAAA=",
            values: [1.5, -0.099975586, 65504]
        ),
        File(
            testDescription: "|b1",
            base64:
                "H4sIAAAAAAACA5vsF+obEMnIUMZQrZ6SWpxcpG6loF6TZKiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC5GBkYAFpOMu4MAAAA=",
            values: [1, 0, 1]
        ),
        File(
            testDescription: "<u8, version 2",
            base64:
                "H4sIAAAAAAACA5vsF+obEMnEUMLAwFCtnpJanFykbqWgblNqoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1CmQDLkYGCGCC0sxQGgCcM7RxmAAAAA==",
            values: [1, 2, 3]
        ),
        File(
            testDescription: "<i2, version 3",
            base64:
                "H4sIAAAAAAACA5vsF+obEMnMUMLAwFCtnpJanFykbqWgbpNppK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1CmQDrv//mRh0GAH7pG3vhgAAAA==",
            values: [-1, 2, 300]
        ),
    ]

    @Test(arguments: files, [1, 2, 3, 7, 1000])
    func `a gzip file of NumPy's gives its numbers, however it is cut`(file: File, size: Int) throws {
        let log = RowLog()
        var reader = try ArrayUploadReader()
        try reader.beginPart(named: "x")
        for piece in pieces(try unpacked(file.base64), of: size) { try reader.read(piece, into: log) }
        try reader.endPart()

        #expect(log.inputs == file.values)
    }

    @Test(
        arguments: [
            (UInt8(9), [0xFF, 0x7F], [-1, 127]), (0x0B, [0xFF, 0xFE, 0x01, 0x00], [-2, 256]),
            (0x0C, [0xFF, 0xFF, 0xFF, 0xFD, 0, 1, 0, 0], [-3, 65536]),
            (0x0D, [0x3F, 0xC0, 0, 0, 0xC0, 0x20, 0, 0], [1.5, -2.5]),
            (0x0E, [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 4, 0, 0, 0, 0, 0, 0], [1.5, -2.5]),
        ] as [(UInt8, [UInt8], [Float])]
    )
    func `every type of IDX is read`(type: UInt8, numbers: [UInt8], values: [Float]) throws {
        for size in [1, 3, 100] {
            let log = RowLog()
            _ = try read([("x", idx(type, [2], numbers)), ("y", idx(8, [2], [0, 1]))], pieces: size, into: log)

            #expect(log.inputs == values)
        }
    }

    @Test(
        arguments: [
            ("<i1", bytesOf([Int8](-2 ... -1))), ("<i2", bytesOf([Int16](-2 ... -1))),
            ("<i4", bytesOf([Int32](-2 ... -1))),
            ("<i8", bytesOf([Int64](-2 ... -1))), ("<f4", bytesOf([Float(-2), -1])), ("=f8", bytesOf([-2.0, -1])),
            (">i2", [0xFF, 0xFE, 0xFF, 0xFF]), (">f4", [0xC0, 0, 0, 0, 0xBF, 0x80, 0, 0]),
            (">i8", bytesOf([Int64(-2).bigEndian, Int64(-1).bigEndian])),
        ] as [(String, [UInt8])]
    )
    func `every signed type of NPY is read`(type: String, numbers: [UInt8]) throws {
        let log = RowLog()
        _ = try read([("x", npy(type, "(2,)", numbers)), ("y", idx(8, [2], [0, 1]))], into: log)

        #expect(log.inputs == [-2, -1])
    }

    private static func bytesOf<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

    @Test(
        arguments: [("|u1", [255]), ("<u2", [255, 0]), (">u4", [0, 0, 0, 255]), ("<u8", [255, 0, 0, 0, 0, 0, 0, 0])]
            as [(String, [UInt8])]
    )
    func `every unsigned type of NPY is read, and integers are classes`(type: String, numbers: [UInt8]) throws {
        let dataset = try read([("x", idx(8, [1], [0])), ("y", npy(type, "(1, 1)", numbers))])

        #expect(dataset.target == TargetSummary.classes(256))
    }

    @Test func `floats, negative integers and several numbers a row are values unless asked otherwise`() throws {
        let x = ("x", idx(8, [2], [0, 1]))
        let floats = ("y", npy("<f4", "(2,)", bytes([Float(0), 3])))

        #expect(try read([x, floats]).target.shape == [1])
        #expect(try read([x, floats], ["target_kind": "class"]).target.classes == 4)
        #expect(try read([x, ("y", idx(9, [2], [0xFF, 0]))]).target.kind == .value)
        #expect(try read([x, ("y", idx(8, [2, 2], [0, 1, 1, 0]))]).target.shape == [2])
        #expect(try read([x, ("y", idx(8, [2], [0, 1]))], ["target_kind": "value"]).target.kind == .value)
    }

    // MARK: What is refused

    @Test func `parts that are missing, unknown, repeated or do not fit are told`() {
        let x = ("x", idx(8, [2, 2], [1, 2, 3, 4]))
        let y = ("y", idx(8, [2], [0, 1]))

        #expect(refused([]) == "expected a part \"x\", found none")
        #expect(refused([x]) == "expected a part \"y\", found \"x\"")
        #expect(
            refused([x, y, ("x_test", idx(8, [1, 2], [1, 2]))])
                == "expected a part \"y_test\", found \"x\", \"x_test\", \"y\""
        )
        #expect(refused([("z", [])]) == "unknown part \"z\"; did you mean \"x\"? Known: x, y, x_test, y_test")
        #expect(refused([x, x]) == "part \"x\": it comes twice")
        #expect(
            refused([x, ("y", idx(8, [3], [0, 1, 2]))])
                == "expected as many rows in both parts, \"x\" has 2 and \"y\" has 3"
        )
        #expect(
            refused([x, y, ("x_test", idx(8, [1, 3], [1, 2, 3])), ("y_test", idx(8, [1], [0]))])
                == "part \"x_test\": expected rows of the shape [2], as in \"x\", found [3]"
        )
    }

    @Test func `files that are cut short, too long, empty or of another kind are told`() throws {
        let file = idx(8, [2, 2], [1, 2, 3, 4])

        #expect(refused([("x", [])]) == "part \"x\": expected an IDX or NPY file, found no bytes")
        #expect(
            refused([("x", Array(file.prefix(9)))])
                == "part \"x\": expected an IDX or NPY file, found the end of the file within its header"
        )
        #expect(
            refused([("x", file.dropLast())])
                == "part \"x\": the shape [2, 2] takes 4 bytes, the file has 3: it was cut short"
        )
        #expect(refused([("x", file + [0])]) == "part \"x\": the shape [2, 2] takes 4 bytes, the file has more")
        #expect(
            refused([("x", idx(8, [0, 2], []))])
                == "part \"x\": expected at least one row and no empty axis, found the shape [0, 2]"
        )
        #expect(
            refused([("x", idx(7, [1], [0]))])
                == "part \"x\": expected an IDX type, one of 8, 9, 11, 12, 13, 14, found 7"
        )
        #expect(
            refused([("x", idx(8, [], [0]))]) == "part \"x\": expected an IDX file of at least one axis, found none"
        )
        #expect(
            refused([("x", Array("\u{89}PNG".utf8))])
                == "part \"x\": expected an IDX or NPY file, plain or gzip, found one that begins with the bytes c2 89 50 4e"
        )
        #expect(
            refused([("x", npy("<f4", "(1,)", [0, 0, 0]))])
                == "part \"x\": the shape [1] takes 4 bytes, the file has 3: it was cut short"
        )
    }

    @Test(arguments: [
        (
            "{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }",
            "expected numbers of type b1, i1 to i8, u1 to u8, f2, f4 or f8, or words of U or S, found \"<c8\""
        ),
        (
            "{'descr': [('a', '<i4'), ('b', '<f8')], 'fortran_order': False, 'shape': (1,), }",
            "expected numbers of one type (b1, i1 to i8, u1 to u8, f2, f4 or f8, or words of U or S), found a structured array"
        ),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (), }",
            "expected an array of at least one axis, found a single number"
        ),
        (
            "{'descr': '<f8', 'fortran_order': False}",
            "expected an NPY header with descr, fortran_order and shape, found \"{'descr'"
        ),
        (
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
            "expected an NPY header with descr, fortran_order and shape, found"
        ),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': 'x'}",
            "expected fortran_order to be True or False and shape a tuple, found"
        ),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
            "expected an NPY header with descr, fortran_order and shape, found"
        ),
        ("garbage", "expected an NPY header with descr, fortran_order and shape, found \"garbage\""),
    ])
    func `an NPY header that is not of a plain array is refused`(header: String, sentence: String) {
        let file = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
        #expect(refused([("x", file + [0, 0, 0, 0])]).hasPrefix("part \"x\": " + sentence))
    }

    @Test func `NumPy's own Fortran and text files are read, and structured ones refused`() throws {
        // As `files`, of np.asfortranarray(…), np.array(['a', 'bc']) and an array of named fields.
        let fortran =
            "H4sIAAAAAAACA5vsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBakArkaxjoKRpo6CrUK5AMuBghwYGBoAGF7IBNIL3AAAM69jaCYAAAA"
        let text =
            "H4sIAAAAAAACA5vsF+obEMnIUMZQrZ6SWpxcpG6loG4TaqSuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAK5EBghIAuJkIAYAcEdtlpAAAAA="
        let structured =
            "H4sIAAAAAAACA5vsF+obEMnIUMZQrZ6SWpxcpG6lEK2hnqiuo6Buk2mirqmjoKGeBOalWahrxgIZaflFJUWJefH5RSmpIOVuiTnFqUDx4ozEglQgX8NQB6irVoEYwMXIAAcOAG52o3GMAAAA"

        let log = RowLog()
        _ = try read([("x", try unpacked(fortran)), ("y", idx(8, [3], [0, 1, 0]))], into: log)
        let worded = try read([("x", idx(8, [2, 1], [5, 6])), ("y", try unpacked(text))], into: RowLog())
        #expect(worded.target.labels == ["a", "bc"])
        #expect(log.inputs == [0, 1, 2, 3, 4, 5])
        #expect(refused([("x", try unpacked(structured))]).contains("found a structured array"))
    }

    @Test func `numbers that are not finite are told with their index`() {
        let y = ("y", idx(8, [2], [0, 1]))
        let nan = npy("<f4", "(2, 2)", bytes([Float(1), 2, 3, .nan]))
        let large = npy("<f8", "(2,)", bytes([1.0, 1e39]))

        #expect(refused([("x", nan), y]) == "part \"x\", element [1, 1]: expected a finite number, found nan")
        #expect(
            refused([y, ("x", large)])
                == "part \"x\", element [1]: expected a finite number, found inf or a number past ±3.4e38"
        )
    }

    @Test func `a label that is no class is told with its index`() {
        let y = npy("<f4", "(2, 1)", bytes([Float(1), 2.5]))
        let wide = npy("<f4", "(2, 2)", bytes([Float](repeating: 0, count: 4)))

        #expect(
            refused([("y", y)], ["target_kind": "class"])
                == "part \"y\", element [1, 0]: expected a class, an integer from 0 to 65535, found 2.5"
        )
        #expect(
            refused([("y", wide)], ["target_kind": "class"])
                == "query parameter target_kind: a class is one number a row, part \"y\" has the shape [2, 2]"
        )
    }

    // MARK: gzip

    @Test func `a damaged or short gzip file is refused`() throws {
        let file = try unpacked(Self.files[0].base64)
        var damaged = file
        damaged[damaged.count - 20] ^= 0xFF
        let short = refused([("x", Array(file.dropLast(9)))])

        #expect(short == "part \"x\": the gzip data end early: the file was cut short")
        #expect(refused([("x", damaged)]).hasPrefix("part \"x\": the gzip data are damaged"))
        #expect(refused([("x", file + [1, 2])]) == "part \"x\": expected the end of the gzip data, found more bytes")
        #expect(refused([("x", file + [0, 0])]) == "expected a part \"y\", found \"x\"")
    }

    @Test func `members of a gzip file follow one another`() throws {
        // printf '\0\0\10\1\0\0\0\2' | gzip -n, then printf '\5\6' | gzip -n.
        let first = try unpacked("H4sIAAAAAAAAA2Ng4GBkYGBgAgCYFR9aCAAAAA==")
        let second = try unpacked("H4sIAAAAAAAAA2NlAwCPQ83VAgAAAA==")
        let log = RowLog()
        var reader = try ArrayUploadReader()
        try reader.beginPart(named: "x")
        for piece in pieces(first + second, of: 5) { try reader.read(piece, into: log) }
        try reader.endPart()

        #expect(log.inputs == [5, 6])
    }

    @Test func `a small file that promises or unpacks to more than the limit is refused`() throws {
        var options = ImportOptions()
        options.maximumBytes = 1 << 20
        var reader = try ArrayUploadReader(options)
        try reader.beginPart(named: "x")
        let error = try #require(throws: DatasetFormatError.self) {
            try reader.read(idx(8, [60000, 28, 28], [])[...], into: RowLog())
        }
        #expect(
            error
                == .tooLarge("part \"x\": the shape [60000, 28, 28] takes more than 1048576 bytes as floats, the limit")
        )
        #expect(refused([("x", idx(8, [1 << 31, 1 << 31, 1 << 31], []))]).contains("takes more than"))
    }
}
