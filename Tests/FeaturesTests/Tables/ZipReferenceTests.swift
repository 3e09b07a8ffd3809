import JSON
import Testing

@testable import Features

/// Zip archives of every kind, those of attackers among them.
struct ZipReferenceTests {
    @Test(arguments: Reference.cases("zips"))
    func readsAsTheReference(_ example: ReferenceCase) throws {
        let expected = try example.value("expected")
        let bytes = try example.bytes("input")
        guard expected["error"] == nil else {
            do {
                let archive = try ZipArchive(SpooledBytes(bytes))
                for entry in archive.entries { try archive.read(entry) { _ in } }
                Issue.record("taken: \(archive.entries.map(\.name))")
            } catch let error as DatasetFormatError {
                if let entry = try expected["entry"]?.string() {
                    #expect(error.description.contains("\"\(entry)\""), "\(error)")
                }
                if let method = example.testDescription.split(separator: " ").dropFirst().first,
                    example.testDescription.hasPrefix("method")
                {
                    #expect(error.description.contains("method \(method.dropLast())"), "\(error)")
                }
            }
            return
        }
        let archive = try ZipArchive(SpooledBytes(bytes))
        let files = try #require(expected["files"])
        try #require(archive.entries.count == files.count, "\(archive.entries.map(\.name))")
        for (entry, file) in zip(archive.entries, files.elements) {
            #expect(entry.name.utf8.elementsEqual(try #require(file["name"]).string().utf8))
            #expect(entry.size == (try file["size"]?.int()))
            #expect(Int(entry.crc32) == (try file["crc32"]?.int()))
            #expect(try archive.contents(of: entry).count == entry.size)
        }
        let leftOut = try #require(expected["left_out"]).elements.map { try $0.string() }
        #expect(Set(archive.leftOut) == Set(leftOut))
    }
}
