import Foundation
import ModelStore
import Testing

/// What becomes of typed columns whose file has changed on the disk, or whose writer did not come to its end.
struct ColumnDamageTests {
    private static let columns = [
        StoredColumn(name: "n", kind: .number), StoredColumn(name: "w", kind: .category),
        StoredColumn(name: "p", kind: .image),
    ]

    private static func block(_ start: Int) -> [StoredColumnValues] {
        let rows = start..<start + 100
        return [
            StoredColumnValues(.numbers(rows.map { 1 / Double($0 + 1) })),
            StoredColumnValues(.strings(rows.map { $0 % 2 == 0 ? "even" : "odd" })),
            StoredColumnValues(.files(rows.map { [UInt8](repeating: UInt8($0), count: 5) })),
        ]
    }

    /// A dataset of two blocks of 100 rows.
    private static func furnished(_ bench: Bench) throws {
        let writer = try bench.store.datasets.columnWriter(name: "d", columns: columns)
        try writer.append(block(0))
        try writer.append(block(100))
        _ = try writer.finish(ColumnFileTests.description())
    }

    private static func path(_ bench: Bench) throws -> String {
        bench.folder.path + "/datasets/" + (try #require(bench.folder.files().first))
    }

    /// Flips a bit of a file where it lies, so that those who have it open see it.
    private static func flip(_ path: String, at offset: Int) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: UInt64(offset))
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data([byte ^ 0x20]))
        try handle.close()
    }

    @Test func `a flipped bit anywhere in the file is found when it is opened, and by the check`() throws {
        let bench = try Bench()
        try Self.furnished(bench)
        let path = try Self.path(bench)
        let count = try Data(contentsOf: URL(fileURLWithPath: path)).count

        for offset in Array(stride(from: 0, to: count, by: 97)) + (0..<64) + [count - 1] {
            try Self.flip(path, at: offset)
            let message = expectRefusal(.corrupt) { try bench.store.datasets.openColumns("d") }
            #expect(message.hasPrefix("dataset \"d\": ") && message.hasSuffix("upload the dataset again"), "\(message)")
            if offset % 970 == 0 { #expect(try bench.store.check().findings.map(\.text) == [message]) }
            try Self.flip(path, at: offset)
        }

        #expect(try bench.store.datasets.openColumns("d").records == 200)
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `a file that is cut is refused, and reading one that is cut while it is open is an error`() throws {
        let bench = try Bench()
        try Self.furnished(bench)
        let file = try bench.store.datasets.openColumns("d", cacheBytes: 0)
        let path = try Self.path(bench)

        truncate(path, 70)

        expectRefusal(.corrupt) { try file.values(column: 0, block: 0) }
        expectRefusal(.corrupt) { try file.file(column: 2, record: 150) }
        expectRefusal(.corrupt) { try bench.store.datasets.openColumns("d") }
        try Self.furnished(bench)
        #expect(try bench.store.datasets.openColumns("d").records == 200)
    }

    @Test func `a bit that flips while the file is open is found in whatever block it lies, and others are read`()
        throws
    {
        let bench = try Bench()
        try Self.furnished(bench)
        let file = try bench.store.datasets.openColumns("d", cacheBytes: 0)
        let path = try Self.path(bench)
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        func read() -> [String] {
            var damaged: [String] = []
            for (index, column) in Self.columns.enumerated() {
                for block in 0..<2 {
                    do {
                        let values = try file.values(column: index, block: block)
                        #expect(values == Self.block(100 * block)[index])
                    } catch {
                        #expect(Reason(error) == .corrupt)
                        damaged.append("\(column.name)\(block)")
                    }
                }
            }
            return damaged
        }
        #expect(read() == [])

        var found: [[String]] = []
        for offset in stride(from: 64, to: whole.count - 900, by: 13) {
            try Self.flip(path, at: offset)
            let damaged = read()
            #expect(damaged.count <= 1)
            if found.last != damaged { found.append(damaged) }
            try Self.flip(path, at: offset)
        }

        // In the order in which they lie in the file; behind them is what has been read when it was opened.
        #expect(found.filter { !$0.isEmpty } == ["n0", "w0", "p0", "n1", "w1", "p1"].map { [$0] })
        let unharmed = try file.file(column: 2, record: 7)
        #expect(unharmed == [UInt8](repeating: 7, count: 5))
    }

    @Test func `an upload of columns whose process was killed leaves nothing, and what it was to replace stays`()
        async throws
    {
        let folder = try ScratchFolder()
        let path = folder.path
        let bench = try Bench(at: path)
        try Self.furnished(bench)

        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try Store.open(at: path)
            let writer = try store.datasets.columnWriter(name: "d", columns: [StoredColumn(name: "n", kind: .number)])
            for _ in 0..<50 {
                try writer.append([StoredColumnValues(.numbers((0..<65_536).map { Double($0) / 3 }))])
            }
            kill(getpid(), SIGKILL)
        }

        let again = try Store.open(at: path)
        #expect(folder.files().count == 1)
        #expect(try again.datasets.openColumns("d").records == 200)
        #expect(try again.check().findings.isEmpty)
    }

    @Test func `a backup holds datasets of columns, and one that is damaged is refused`() throws {
        let bench = try Bench()
        try Self.furnished(bench)
        let other = bench.folder.path + "/restored"

        try bench.store.backup(to: bench.folder.path + "/b.tar")
        _ = try Store.restore(bench.folder.path + "/b.tar", to: other)

        let restored = try Store.open(at: other, clock: bench.clock.clock)
        #expect(try restored.datasets.openColumns("d").values(column: 0, block: 1) == Self.block(100)[0])
        try Self.flip(Self.path(bench), at: 100)
        expectRefusal(.corrupt) { try bench.store.backup(to: bench.folder.path + "/c.tar") }
    }

    @Test(.enabled(if: SmallDisk.isAvailable))
    func `an upload of columns that the disk has no room for is refused and leaves nothing`() throws {
        try SmallDisk.mounted(megabytes: 4) { disk in
            let bench = try Bench(at: disk.path)
            expectRefusal(.full) {
                let writer = try bench.store.datasets.columnWriter(name: "d", columns: [Self.columns[0]])
                for block in 0..<20 {
                    let values = (0..<65_536).map {
                        Double(bitPattern: ColumnFileTests.noise($0 + 65_536 * block) >> 2)
                    }
                    try writer.append([StoredColumnValues(.numbers(values))])
                }
                _ = try writer.finish(ColumnFileTests.description())
            }

            #expect(bench.folder.files() == [])
            try Self.furnished(bench)
            #expect(try bench.store.datasets.openColumns("d").records == 200)
        }
    }
}
