import Foundation
import ModelStore
import Testing

/// What becomes of datasets whose files have changed on the disk.
struct DatasetDamageTests {
    /// Flips a bit of the one dataset's file.
    private func flip(_ bench: Bench, at offset: Int) throws {
        let path = bench.folder.path + "/datasets/" + (try #require(bench.folder.files().first))
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: UInt64(offset))
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data([byte ^ 0x20]))
        try handle.close()
    }

    /// In the header's numbers, its blank, the inputs, the targets and the order of a file of four rows.
    @Test(arguments: [9, 50, 64, 95, 96, 111, 112, 127])
    func `a flipped bit anywhere in the file is found when it is opened, and by the check`(offset: Int) throws {
        let bench = try Bench()
        _ = try bench.dataset("d")
        #expect(try bench.store.datasets.open("d").inputs(row: 3) == [6, 7])

        try flip(bench, at: offset)

        let message = expectRefusal(.corrupt) { try bench.store.datasets.open("d") }
        #expect(message.hasPrefix("dataset \"d\": ") && message.hasSuffix("upload the dataset again"), "\(message)")
        #expect(try bench.store.check().findings.map(\.text) == [message])
        _ = try bench.dataset("d")
        #expect(try bench.store.datasets.open("d").inputs(row: 3) == [6, 7])
    }

    @Test func `a file that was verified before is verified anew once it has changed`() throws {
        let bench = try Bench()
        _ = try bench.dataset("d")
        // The file's last change lies long enough ago for its times to tell of the next one.
        bench.clock.advance(milliseconds: 4_000_000_000_000)
        for _ in 0..<2 { #expect(try bench.store.datasets.open("d").inputs(row: 3) == [6, 7]) }
        let path = bench.folder.path + "/datasets/" + (try #require(bench.folder.files().first))
        func changed() throws -> Date? {
            try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        }
        let before = try changed()
        var flips = 0
        // The kernel's clock for the times of files goes in steps, within which two changes look like one.
        repeat {
            try flip(bench, at: 64)
            flips += 1
        } while try changed() == before || flips.isMultiple(of: 2)

        expectRefusal(.corrupt) { try bench.store.datasets.open("d") }
        #expect(try bench.store.check().findings.count == 1)
        try flip(bench, at: 64)
        #expect(try bench.store.datasets.open("d").inputs(row: 3) == [6, 7])
        // Whatever is known, a dataset that takes the name is another one.
        _ = try bench.dataset("d")
        #expect(try bench.store.datasets.open("d").inputs(row: 3) == [6, 7])
    }

    @Test func `a bit that flips while the file is open is found when its row is read, and others are read`() throws {
        let bench = try Bench()
        _ = try bench.dataset("d")
        let file = try bench.store.datasets.open("d")

        try flip(bench, at: 64 + 8 * 2)
        try flip(bench, at: 96 + 4)

        #expect(try file.inputs(row: 1) == [2, 3])
        #expect(try file.targets(row: 2) == [102])
        let message = expectRefusal(.corrupt) { try file.inputs(row: 2) }
        #expect(message.contains("dataset \"d\": record 2 of its file has changed"))
        expectRefusal(.corrupt) { try file.targets(row: 1) }
        for row in 1...2 {
            expectRefusal(.corrupt) {
                var (inputs, targets): ([Float], [Float]) = ([0, 0], [0])
                try inputs.withUnsafeMutableBufferPointer { inputs in
                    try targets.withUnsafeMutableBufferPointer { targets in
                        try file.copyRows([row], inputs: inputs, targets: targets)
                    }
                }
            }
        }
    }

    @Test func `a backup of a damaged dataset is refused, since it could not be restored`() throws {
        let bench = try Bench()
        _ = try bench.dataset("d")
        try flip(bench, at: 70)
        let target = try ScratchFolder()

        let message = expectRefusal(.corrupt) { try bench.store.backup(to: target.path + "/b.tar") }

        #expect(message.contains("dataset \"d\""))
        #expect(target.files(in: "").isEmpty)
    }
}
