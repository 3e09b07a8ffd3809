import CZlib
import Testing

@testable import Features

/// Archives of pictures and sounds, and what goes wrong with them.
struct FolderTableTests {
    private static let picture: [UInt8] = [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + [1, 2, 3]
    private static let sound = Array("RIFF\0\0\0\0WAVEfmt ".utf8)

    /// A zip archive of stored files.
    static func archive(_ files: [(String, [UInt8])]) -> [UInt8] {
        func bytes(_ number: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        var all: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in files {
            let sum = Int(content.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) })
            let facts =
                bytes(0x0800, 2) + bytes(0, 6) + bytes(sum, 4) + bytes(content.count, 4) + bytes(content.count, 4)
                + bytes(name.utf8.count, 2) + bytes(0, 2)
            directory +=
                bytes(0x0201_4B50, 4) + bytes(20, 2) + bytes(20, 2) + facts + bytes(0, 10) + bytes(all.count, 4)
                + Array(name.utf8)
            all += bytes(0x0403_4B50, 4) + bytes(20, 2) + facts + Array(name.utf8) + content
        }
        let end =
            bytes(files.count, 2) + bytes(files.count, 2) + bytes(directory.count, 4) + bytes(all.count, 4)
            + bytes(0, 2)
        return all + directory + bytes(0x0605_4B50, 4) + bytes(0, 4) + end
    }

    private func table(_ files: [(String, [UInt8])], schema: String? = nil) throws -> TypedTable {
        try TableUploads.table(Self.archive(files), schema: schema)
    }

    private func refusal(_ files: [(String, [UInt8])]) -> String {
        let error = #expect(throws: DatasetFormatError.self) { try table(files) }
        return error?.description ?? ""
    }

    @Test func foldersAreClasses() throws {
        let table = try table([
            ("pets/cats/1.jpg", Self.picture), ("pets/dogs/1.jpg", Self.picture + [9]),
            ("pets/cats/2.png", Self.picture),
            ("pets/README.md", [1]), ("pets/notes.txt", Array("hello".utf8)), ("__MACOSX/pets/._1.jpg", [0]),
        ])
        #expect(table.columns.map(\.name) == ["image", "label"])
        #expect(table.columns.map(\.type) == [.image, .category])
        let values = try table.allValues(blockRows: 2)
        #expect(values[0] == ColumnValues(.files([Self.picture, Self.picture + [9], Self.picture])))
        #expect(values[1] == ColumnValues(.strings(["cats", "dogs", "cats"])))
        #expect(table.parts == nil)
        #expect(table.fileName(row: 1, column: 0) == "pets/dogs/1.jpg")
        #expect(table.notes.contains { $0.contains("pets/notes.txt") })
    }

    @Test func partsAtTheTopHoldClasses() throws {
        let table = try table([
            ("train/a/1.wav", Self.sound), ("test/a/1.wav", Self.sound), ("val/b/1.wav", Self.sound),
        ])
        #expect(table.columns.map(\.name) == ["audio", "label"])
        #expect(table.parts == [.train, .test, .validation])
        // Without folders of classes in them they are classes themselves.
        let classes = try self.table([("train/1.png", Self.picture), ("test/1.png", Self.picture)])
        #expect(classes.parts == nil)
        #expect(try classes.values("label") == ColumnValues(.strings(["train", "test"])))
    }

    @Test func oneClassAloneIsSaid() throws {
        let table = try table([("cats/1.png", Self.picture), ("cats/2.png", Self.picture)])
        #expect(try table.values("label") == ColumnValues(.strings(["cats", "cats"])))
        #expect(table.notes.contains { $0.contains("one class, \"cats\"") })
        let flat = try self.table([("1.png", Self.picture), ("2.png", Self.picture)])
        #expect(flat.columns.map(\.name) == ["image"])
    }

    @Test(arguments: ["metadata.csv", "metadata.jsonl"])
    func metadataNameTheFiles(_ name: String) throws {
        let csv = "file_name,age\n./b/cafe\u{301}.png,2\na.png,1\n"
        let lines = "{\"file_name\": \"./b/cafe\u{301}.png\", \"age\": 2}\n{\"file_name\": \"a.png\", \"age\": 1}\n"
        let table = try table([
            ("a.png", Self.picture), ("b/caf\u{E9}.png", Self.picture + [7]),
            (name, Array((name.hasSuffix("csv") ? csv : lines).utf8)),
        ])
        #expect(table.columns.map(\.name) == ["image", "age"])
        #expect(
            try table.allValues()
                == [ColumnValues(.files([Self.picture + [7], Self.picture])), ColumnValues(.integers([2, 1]))]
        )
    }

    @Test func metadataOfEachPartAreJoined() throws {
        let table = try table([
            ("train/1.png", Self.picture), ("test/1.png", Self.picture + [7]),
            ("train/metadata.csv", Array("file_name,y\n1.png,1.5\n".utf8)),
            ("test/metadata.csv", Array("file_name,y\n1.png,2\n".utf8)),
        ])
        #expect(table.parts == [.train, .test])
        #expect(try table.values("y") == ColumnValues(.numbers([1.5, 2])))
        #expect(try table.values("image") == ColumnValues(.files([Self.picture, Self.picture + [7]])))
    }

    @Test func filesAndMetadataMustAgree() {
        let files = [("a.png", Self.picture), ("b.png", Self.picture)]
        #expect(refusal(files + [("metadata.csv", Array("file_name\na.png\n".utf8))]).contains("\"b.png\""))
        let more = refusal(files + [("metadata.csv", Array("file_name,y\na.png,1\nb.png,1\nc.png,1\n".utf8))])
        #expect(more.contains("\"c.png\"") && more.contains("row 3"))
        #expect(refusal(files + [("metadata.csv", Array("name\na.png\n".utf8))]).contains("file_name"))
    }

    @Test(arguments: [
        ("a/1.jpg", Array("<!DOCTYPE html><html>".utf8), "HTML"), ("a/1.jpg", [], "empty"),
        ("a/1.heic", Array("\0\0\0\u{18}ftypheic".utf8), "HEIC"), ("a/1.mp3", Array("ID3".utf8), "MP3"),
        ("a/1.png", Array("version https://git-lfs.github.com/spec/v1".utf8), "LFS"),
        ("a/1.wav", Array("RIFF\0\0\0\0WAVE".utf8), "sound"),
    ])
    func filesThatAreNotReadAreNamed(_ name: String, _ bytes: [UInt8], _ word: String) {
        let said = refusal([("a/0.png", Self.picture), (name, bytes)])
        #expect(said.contains("\"\(name)\"") && said.contains(word), "\(said)")
    }

    @Test func anExcelWorkbookIsNamed() {
        #expect(refusal([("docs/a", [1]), ("xl/workbook.xml", [1])]).contains("Excel"))
    }
}
