import ModelStore
import Testing

/// Which rows are set aside for testing.
struct RowDrawTests {
    private func tested(_ draw: RowDraw, rows: Int, fraction: Double, seed: UInt64 = 7) throws -> [Int] {
        let parts = try draw.parts(rows: rows, fraction: fraction, seed: seed)
        #expect(parts.count == rows)
        return parts.indices.filter { parts[$0] == .test }
    }

    @Test(arguments: [0.0, 0.07, 0.2, 0.5, 0.99])
    func `a random draw takes the rows that a table of numbers sets aside by the same seed`(fraction: Double) throws {
        let bench = try Bench()
        let writer = try bench.store.datasets.writer(name: "d")
        try writer.appendInputs((0..<200).map(Float.init))
        try writer.appendTargets((0..<100).map(Float.init))
        _ = try writer.finish(.pairs(split: .shuffled(fraction: fraction, seed: 7)))
        let file = try bench.store.datasets.open("d")
        let expected = try (0..<file.testRows).map { Int(try file.targets(of: .test, row: $0)[0]) }

        #expect(try tested(.random, rows: 100, fraction: fraction) == expected)
        #expect(
            try fraction == 0 || tested(.random, rows: 100, fraction: fraction, seed: 8) != expected || fraction > 0.9
        )
    }

    @Test func `a stratified draw takes each class by its share`() throws {
        let classes = (0..<100).map { $0 % 10 == 0 ? 5 : $0 % 2 }

        let rows = try tested(.stratified(classes), rows: 100, fraction: 0.2)

        #expect(rows.count == 20)
        #expect([0, 1, 5].map { kind in rows.count { classes[$0] == kind } } == [8, 10, 2])
        #expect(try tested(.stratified(classes), rows: 100, fraction: 0.2) == rows)
        #expect(try tested(.stratified(classes), rows: 100, fraction: 0.2, seed: 8) != rows)
        // Shares that are no whole rows add up to the whole all the same.
        #expect(try tested(.stratified((0..<10).map { $0 % 3 }), rows: 10, fraction: 0.35).count == 4)
    }

    @Test func `rows of one group stay in one part`() throws {
        let groups = (0..<100).map { $0 * 7 % 23 }

        let rows = try tested(.grouped(groups), rows: 100, fraction: 0.3)

        let inside = Set(rows.map { groups[$0] })
        #expect(rows == (0..<100).filter { inside.contains(groups[$0]) })
        #expect(!rows.isEmpty && rows.count <= 30)
        #expect(try tested(.grouped([1, 1, 1, 1, 2, 2]), rows: 6, fraction: 0.2) == [4, 5])
        expectRefusal(.invalid) { try tested(.grouped([1, 1]), rows: 2, fraction: 0.5) }
        #expect(try tested(.grouped([1, 1]), rows: 2, fraction: 0) == [])
    }

    @Test func `the last rows by time are set aside, however they are ordered`() throws {
        let times: [Int64?] = [50, 10, nil, 40, 20, 40, nil, 60]

        #expect(try tested(.latest(times), rows: 8, fraction: 0.25) == [0, 7])
        #expect(try tested(.latest(times), rows: 8, fraction: 0.5) == [0, 3, 5, 7])
        #expect(try tested(.latest(times), rows: 8, fraction: 0.85) == [0, 1, 3, 4, 5, 7])
    }

    @Test(arguments: [-0.1, 1.0, .nan])
    func `a share outside 0 and 1 is refused`(fraction: Double) {
        expectRefusal(.invalid) { try RowDraw.random.parts(rows: 5, fraction: fraction, seed: 0) }
    }
}
