import FileKinds
import Testing

/// Files are called what their first bytes say.
struct FileKindTests {
    @Test(
        arguments: [
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "an HDF5 file"),
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "a PNG picture"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "a JPEG picture"),
            (Array("RIFF\u{1}\0\0\0WEBPVP8 ".utf8), "a WebP picture"),
            (Array("RIFF\u{1}\0\0\0WAVEfmt ".utf8), "a WAV sound"),
            (Array("BM6\0\0\0\0\0\0\0006\0\0\0".utf8), "a BMP picture"),
            ([0x49, 0x49, 0x2A, 0, 8, 0, 0, 0], "a TIFF picture"),
            (Array("\0\0\0\u{18}ftypheic\0\0\0\0".utf8), "a HEIC picture"),
            (Array("<?xml version=\"1.0\"?><svg>".utf8), "an SVG drawing"),
            (
                Array("version https://git-lfs.github.com/spec/v1\n".utf8),
                "a pointer of Git LFS in place of the file, which git lfs pull fetches"
            ),
            (Array("%PDF-1.7".utf8), "a PDF document"),
            (Array("PAR1".utf8), "a Parquet file"),
            (
                [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
                "an old Office document, such as an Excel workbook (.xls)"
            ),
            ([0x1F, 0x8B, 0x08], "a gzip file"),
            ([0x80, 0x04, 0x95], "a Python pickle"),
            ([0x93] + Array("NUMPY".utf8), "an NPY array"),
            (Array(" \n{\"a\": 1}".utf8), "JSON"),
            (Array("<!DOCTYPE html><html>".utf8), "an HTML page"),
            (
                Array("PK\u{3}\u{4}....xl/workbook.xml".utf8),
                "an Excel workbook (.xlsx, a zip file) or another Office document"
            ),
            (Array("PK\u{3}\u{4}....x.npy".utf8), "an NPZ file"),
            (Array("PK\u{3}\u{4}....archive/data.pkl".utf8), "a PyTorch file (a zip file with a pickle)"),
            (Array("PK\u{3}\u{4}....cats/1.jpg".utf8), "a zip file"),
        ] as [([UInt8], String)]
    )
    func `a file is recognised`(bytes: [UInt8], name: String) {
        #expect(FileKind(bytes)?.name == name)
    }

    @Test(arguments: [
        "a,b,y\n1,2,3\n", "sep=;\na;b\n", "\u{FEFF}a,b\n", "", "1 2 3", "PK,a\n1,2\n", "BMI,age,y\n20,30,1\n",
        "II,a\n1,2\n", "version,y\n1,2\n",
    ])
    func `text of a table is no file of another kind`(text: String) {
        #expect(FileKind(Array(text.utf8)) == nil)
    }

    @Test func `the advice depends on what was wanted`() throws {
        let workbook = try #require(FileKind(Array("PK\u{3}\u{4}xl/workbook.xml".utf8)))
        #expect(workbook.advice(for: .table).contains("CSV UTF-8"))
        let pickle = try #require(FileKind([0x80, 0x04]))
        #expect(pickle.advice(for: .weights).contains("safetensors.torch.save_file"))
        let gzip = try #require(FileKind([0x1F, 0x8B]))
        #expect(gzip.advice(for: .json).contains("Content-Encoding: gzip"))
    }
}
