import Foundation
import Testing

@testable import Features

/// Uploads larger than what stays in memory.
struct TableSpoolTests {
    @Test func aLargeUploadLeavesNothingBehind() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "spool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        var text = Array("n,w,q,filling\n".utf8)
        let filling = String(repeating: "z", count: 4000)
        var rows = 0
        while text.count < UploadSpool.heldBytes + 1 << 20 {
            text += Array("\(rows),word \(rows % 1000),\"a \"\"quoted\"\"\nline \(rows % 7)\",\(filling)\n".utf8)
            rows += 1
        }
        let upload = TableUpload(TableUploadOptions(), temporaryFolder: folder.path)
        var place = 0
        while place < text.count {
            let end = min(place + 77_777, text.count)
            try upload.read(Array(text[place..<end]))
            place = end
        }
        let table = try upload.finish()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        #expect(table.rows == rows)
        var row = 0
        try table.forEachBlock(rows: 1000) { block in
            guard case .integers(let numbers) = block[0].content, case .strings(let words) = block[1].content,
                case .strings(let quoted) = block[2].content
            else {
                Issue.record("other types: \(table.columns)")
                return
            }
            for place in numbers.indices {
                let isRight =
                    numbers[place] == Int64(row) && words[place] == "word \(row % 1000)"
                    && quoted[place] == "a \"quoted\"\nline \(row % 7)"
                if !isRight { Issue.record("row \(row)") }
                row += 1
            }
        }
        #expect(row == rows)
    }

    @Test func aFolderThatIsNotThereIsAnError() {
        let upload = TableUpload(TableUploadOptions(), temporaryFolder: "/nowhere/at/all")
        let line = [UInt8](repeating: UInt8(ascii: "1"), count: 1 << 20) + [0x0A]
        #expect(throws: SpoolError(operation: "make", code: ENOENT)) {
            for _ in 0..<16 { try upload.read(line) }
        }
    }

    @Test func gzipIsUnpacked() throws {
        let table = try TableUploads.table(Gzip.packed("a,b\n1,x\n2,y\n"), pieces: 1)
        #expect(try table.values("a") == ColumnValues(.integers([1, 2])))
        let cut = Gzip.packed("a,b\n1,x\n2,y\n").dropLast(9)
        #expect(throws: DatasetFormatError.self) { try TableUploads.table(Array(cut)) }
    }

    @Test func blocksOfLargeValuesHaveFewerRows() throws {
        var text = "t,y\n"
        let long = String(repeating: "words and ", count: 100_000)
        for row in 0..<20 { text += "\(long)\(row),\(row)\n" }
        let table = try TableUploads.csv(text)
        var counts: [Int] = []
        try table.forEachBlock { counts.append($0[0].count) }
        #expect(counts.reduce(0, +) == 20 && counts.count > 1)
    }

    @Test func numbersAreThoseOfTheSystem() throws {
        var generator = SystemRandomNumberGenerator()
        var texts: [String] = []
        for _ in 0..<5000 {
            let digits = (0..<Int.random(in: 1...20, using: &generator)).map { _ in String(Int.random(in: 0...9)) }
                .joined()
            let exponent = Bool.random() ? "e\(Int.random(in: -30...30))" : ""
            texts.append("\(Bool.random() ? "-" : "")\(digits).\(Int.random(in: 0...99_999))\(exponent)")
        }
        let table = try TableUploads.csv("x\n" + texts.joined(separator: "\n"))
        #expect(try table.values("x") == ColumnValues(.numbers(texts.map { Double($0) ?? .nan })))
    }
}
