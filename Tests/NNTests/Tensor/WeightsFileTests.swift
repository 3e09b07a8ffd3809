import NN
import Testing

struct WeightsFileTests {
    private static let file = WeightsFile(
        [
            .init("dense/kernel", Tensor([2, 3], [1, 2, 3, 4, 5, -0.5])),
            .init("dense/bias", Tensor([3], [.infinity, 0, .leastNonzeroMagnitude])),
            .init("scale", Tensor(7)),
            .init("none", Tensor([0, 4], [])),
        ],
        metadata: ["format": "pt"]
    )

    /// A file of a header and so many bytes of numbers.
    private func file(_ header: String, dataBytes: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
            + [UInt8](repeating: 0, count: dataBytes)
    }

    @Test func `a file written and read again is equal`() throws {
        let read = try WeightsFile(decoding: Self.file.encoded())

        #expect(read.metadata == Self.file.metadata)
        #expect(Set(read.entries.map(\.name)) == Set(Self.file.entries.map(\.name)))
        for entry in read.entries {
            #expect(Self.file.entries.contains(entry))
        }
    }

    @Test func `the header is a multiple of eight bytes and names dtype, shape and place`() throws {
        let bytes = WeightsFile([.init("a/b", Tensor([1, 2], [1, 2]))]).encoded()

        let length = Int(bytes[0])
        #expect(length % 8 == 0)
        #expect(bytes.count == 8 + length + 8)
        let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
        #expect(header.hasPrefix(#"{"a/b":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#))
        #expect(bytes.suffix(8) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    }

    @Test func `tensors in any order are given in the network's`() throws {
        let network = try network([2], #"{"type": "Dense", "units": 3}"#)
        let (kernel, bias) = (Tensor([2, 3], [1, 2, 3, 4, 5, 6]), Tensor([3], [7, 8, 9]))

        let file = WeightsFile([.init("dense/bias", bias), .init("dense/kernel", kernel)])

        #expect(try file.tensors(for: network.layout) == [kernel, bias])
    }

    @Test func `every tensor that is missing, unknown or of another shape is named`() throws {
        let network = try network([2], #"{"type": "Dense", "units": 3}"#)
        let file = WeightsFile([
            .init("dense/kernel", Tensor(repeating: 0, [3, 2])), .init("dens/bias", Tensor(repeating: 0, [3])),
        ])

        let error = try #require(throws: WeightsFileError.self) { try file.tensors(for: network.layout) }

        #expect(
            error
                == .mismatch([
                    #"tensor "dense/kernel" is [3, 2], the model needs [2, 3]"#,
                    #"tensor "dense/bias" [3] is missing"#,
                    #"tensor "dens/bias" [3] is not part of the model"#,
                ])
        )
    }

    @Test func `a file cut short is refused at any length`() throws {
        let bytes = Self.file.encoded()

        for length in 0..<bytes.count {
            #expect(throws: WeightsFileError.self) { try WeightsFile(decoding: Array(bytes.prefix(length))) }
        }
    }

    @Test func `an absurd header length is refused without looking for the header`() throws {
        let bytes = [UInt8](repeating: 0xFF, count: 16)

        #expect(throws: WeightsFileError.headerLength(.max)) { try WeightsFile(decoding: bytes) }
    }

    @Test(arguments: [
        ("[]", 0, "expected a JSON object"),
        ("{", 0, "not JSON"),
        (#"{"a": 1}"#, 0, "/a: expected an object"),
        (
            #"{"a": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}}"#, 8,
            #"/a/dtype: expected "F32", "F64", "F16" or "BF16", found "I64""#
        ),
        (#"{"a": {"dtype": "F32", "shape": [1]}}"#, 4, "data_offsets"),
        (#"{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}"#, 4, "/a/shape/0"),
        (#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4], "x": 1}}"#, 4, #"unknown key "x""#),
        (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}"#, 4, "[2] of F32 needs 8"),
        (#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}"#, 4, "spans -4 bytes"),
        (
            #"{"a": {"dtype": "F32", "shape": [4503599627370496, 4503599627370496], "data_offsets": [0, 4]}}"#, 4,
            "too many elements"
        ),
        (
            #"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "#
                + #""b": {"dtype": "F32", "shape": [1], "data_offsets": [2, 6]}}"#,
            6, "overlaps"
        ),
        (#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#, 8, "gap"),
        (#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#, 8, "4 bytes after the last tensor"),
        (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}"#, 4, "need 8 bytes, the file has 4"),
        (#"{"__metadata__": {"a": 1}}"#, 0, "/__metadata__/a"),
    ])
    func `a header that breaks a rule is refused with the rule`(header: String, dataBytes: Int, words: String) throws {
        let error = try #require(throws: WeightsFileError.self) {
            try WeightsFile(decoding: file(header, dataBytes: dataBytes))
        }

        #expect(error.description.contains(words), "\(error)")
    }

    @Test(
        arguments: [
            ("F64", [0, 0, 0, 0, 0, 0, 0xF4, 0xBF]), ("F16", [0x00, 0xBD]), ("BF16", [0xA0, 0xBF]),
        ] as [(String, [UInt8])]
    )
    func `numbers of other widths become 32-bit ones`(type: String, number: [UInt8]) throws {
        let header = #"{"a": {"dtype": "\#(type)", "shape": [1], "data_offsets": [0, \#(number.count)]}}"#

        let read = try WeightsFile(decoding: file(header, dataBytes: 0) + number)

        #expect(read.entries == [.init("a", Tensor([1], [-1.25]))])
    }

    @Test(
        arguments: [
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0], "an HDF5 file"),
            ([0x80, 0x02, 0x7D, 0x71, 0, 0, 0, 0, 0, 0], "a Python pickle"),
            (Array("PK\u{3}\u{4}....archive/data.pkl".utf8), "a PyTorch file"),
        ] as [([UInt8], String)]
    )
    func `a file of another kind is called what it is`(bytes: [UInt8], words: String) throws {
        let error = try #require(throws: WeightsFileError.self) { try WeightsFile(decoding: bytes) }

        #expect(error.description.contains(words))
        #expect(error.description.contains("safetensors"))
    }

    @Test func `a header of any length is no other kind of file`() throws {
        for padding in 0..<2048 {
            let file = file("{" + String(repeating: " ", count: padding) + "}", dataBytes: 0)
            #expect(try WeightsFile(decoding: file).entries.isEmpty)
        }
    }
}
