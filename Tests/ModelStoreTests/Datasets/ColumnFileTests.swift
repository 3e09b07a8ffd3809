import Foundation
import ModelStore
import Synchronization
import Testing

/// Typed columns: what is stored of them reads back, block by block, row by row, part by part.
@Suite(.onEachEngine) struct ColumnFileTests {
    /// A column with values that its test made up, and how they should lie in the file.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let kind: StoredColumnKind
        var shape: [Int] = []
        /// The value of each of 1,000 rows.
        let values: StoredColumnValues
        /// The bytes that they may take at most.
        let mostBytes: Int

        var testDescription: String { name }
    }

    static let rows = 1000

    /// Numbers that look random and are the same each time.
    static func noise(_ index: Int) -> UInt64 {
        var z = UInt64(index) &* 0x9e37_79b9_7f4a_7c15 &+ 0x2545_f491_4f6c_dd1d
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    static func many<Value>(_ value: (Int) -> Value) -> [Value] { (0..<rows).map(value) }

    static let holes = many { $0 % 7 == 3 }

    static let cases = [
        Case(
            name: "numbers of noise",
            kind: .number,
            values: StoredColumnValues(.numbers(many { Double(bitPattern: noise($0) >> 2) })),
            mostBytes: 8 * rows
        ),
        Case(
            name: "numbers with holes",
            kind: .number,
            values: StoredColumnValues(.numbers(many { holes[$0] ? 0 : Double($0) / 3 }), missing: holes),
            mostBytes: 8 * rows + rows / 8
        ),
        Case(
            name: "numbers of a few values",
            kind: .number,
            values: StoredColumnValues(.numbers(many { [1.5, -0.0, 0.0, .infinity][Int(noise($0) & 3)] })),
            mostBytes: rows + 40
        ),
        Case(
            name: "the same number everywhere",
            kind: .number,
            values: StoredColumnValues(.numbers(many { _ in 0.1 })),
            mostBytes: 8
        ),
        Case(
            name: "nothing but holes",
            kind: .number,
            values: StoredColumnValues(.numbers(many { _ in 0 }), missing: many { _ in true }),
            mostBytes: 140
        ),
        Case(
            name: "decimals of cents, above and below zero",
            kind: .number,
            values: StoredColumnValues(.numbers(many { Double(Int(noise($0) % 60_000) - 30_000) / 100 })),
            mostBytes: 2 * rows + 21
        ),
        Case(
            name: "decimals of six digits with holes",
            kind: .number,
            values: StoredColumnValues(
                .numbers(many { holes[$0] ? 0 : Double(Int(noise($0) % 2_000_000) - 1_000_000) / 1_000_000 }),
                missing: holes
            ),
            mostBytes: 4 * rows + 21 + rows / 8
        ),
        Case(
            name: "decimals among which some are none",
            kind: .number,
            values: StoredColumnValues(
                .numbers(many { [998: 1.0 / 3, 999: -.infinity, 500: -0.0][$0] ?? Double($0) / 8 })
            ),
            mostBytes: 4 * rows + 21 + 3 * 12
        ),
        Case(
            name: "decimals among which one is far off",
            kind: .number,
            values: StoredColumnValues(.numbers(many { $0 == 3 ? 1e300 : Double($0) / 10 })),
            mostBytes: 8 * rows
        ),
        Case(
            name: "decimals at the edge of what a float holds",
            kind: .number,
            values: StoredColumnValues(.numbers(many { 9_007_199_254_740_000 + Double(noise($0) % 992) })),
            mostBytes: 2 * rows + 21
        ),
        Case(
            name: "days before and after 1970",
            kind: .date,
            values: StoredColumnValues(.dates(many { 86_400_000_000 * Int64(Int(noise($0) % 30_000) - 15_000) })),
            mostBytes: 2 * rows + 21
        ),
        Case(
            name: "integers of all sizes",
            kind: .integer,
            values: StoredColumnValues(
                .integers(many { $0 == 0 ? .min : $0 == 1 ? .max : Int64(truncatingIfNeeded: noise($0)) })
            ),
            mostBytes: 8 * rows
        ),
        Case(
            name: "integers in order",
            kind: .integer,
            values: StoredColumnValues(.integers(many { Int64($0) })),
            mostBytes: 2 * rows + 21
        ),
        Case(
            name: "integers of 400 values",
            kind: .integer,
            values: StoredColumnValues(.integers(many { Int64(noise($0) % 400) << 40 })),
            mostBytes: 2 * rows + 8 * 400 + 4
        ),
        Case(
            name: "truths with holes",
            kind: .boolean,
            values: StoredColumnValues(.booleans(many { !holes[$0] && noise($0) & 1 == 1 }), missing: holes),
            mostBytes: rows / 4 + 2
        ),
        Case(
            name: "words",
            kind: .category,
            values: StoredColumnValues(
                .strings(many { ["left", "right", "", "a longer word than fifteen bytes"][$0 % 4] })
            ),
            mostBytes: rows + 100
        ),
        Case(
            name: "words that only their bytes tell apart",
            kind: .category,
            values: StoredColumnValues(.strings(many { ["caf\u{e9}", "cafe\u{301}", "\u{0}", "😀"][$0 % 4] })),
            mostBytes: rows + 100
        ),
        Case(
            name: "texts",
            kind: .text,
            values: StoredColumnValues(.strings(many { "Row \($0): \(noise($0)) of \(noise($0 + 1))" })),
            mostBytes: 60 * rows
        ),
        Case(
            name: "instants",
            kind: .date,
            values: StoredColumnValues(.dates(many { 1_700_000_000_000_000 + 3_600_000_000 * Int64($0) })),
            mostBytes: 4 * rows + 21
        ),
        Case(
            name: "arrays",
            kind: .array,
            shape: [2, 3],
            values: StoredColumnValues(
                .arrays(
                    (0..<6 * rows).map { Float(bitPattern: UInt32(truncatingIfNeeded: noise($0) >> 35)) },
                    shape: [2, 3]
                )
            ),
            mostBytes: 24 * rows
        ),
        Case(
            name: "pictures with holes",
            kind: .image,
            values: StoredColumnValues(
                .files(many { row in holes[row] ? [] : [UInt8](repeating: UInt8(row & 255), count: row % 50) }),
                missing: holes
            ),
            mostBytes: 12 * rows + 25 * rows + rows / 8
        ),
    ]

    static func description(schema: String? = nil) -> DatasetDescription {
        DatasetDescription(
            kind: "table",
            inputShape: [1],
            targetShape: [],
            target: #"{"kind":"value","shape":[]}"#,
            split: .given,
            schema: schema
        )
    }

    static func slice(_ values: StoredColumnValues, _ range: Range<Int>) -> StoredColumnValues {
        let content: StoredColumnValues.Content =
            switch values.content {
            case .numbers(let all): .numbers(Array(all[range]))
            case .integers(let all): .integers(Array(all[range]))
            case .dates(let all): .dates(Array(all[range]))
            case .booleans(let all): .booleans(Array(all[range]))
            case .strings(let all): .strings(Array(all[range]))
            case .files(let all): .files(Array(all[range]))
            case .arrays(let all, let shape):
                .arrays(
                    Array(all[range.lowerBound * shape.reduce(1, *)..<range.upperBound * shape.reduce(1, *)]),
                    shape: shape
                )
            }
        let missing = values.missing.map { Array($0[range]) }
        return StoredColumnValues(content, missing: missing.flatMap { $0.contains(true) ? $0 : nil })
    }

    /// Values told apart by their bits, which `==` does not do of numbers and texts.
    static func bits(_ values: StoredColumnValues) -> [[UInt8]] {
        func bytes<Number: BitwiseCopyable>(_ numbers: [Number]) -> [[UInt8]] {
            numbers.map { withUnsafeBytes(of: $0) { Array($0) } }
        }
        return switch values.content {
        case .numbers(let all): bytes(all)
        case .integers(let all), .dates(let all): bytes(all)
        case .booleans(let all): bytes(all)
        case .arrays(let all, _): bytes(all)
        case .strings(let all): all.map { Array($0.utf8) }
        case .files(let all): all
        }
    }

    /// Stores all cases beside each other in blocks of so many rows.
    static func store(in bench: Bench, blockRows: [Int], parts: [DatasetPart]? = nil) throws -> StoredDataset {
        let columns = cases.map { StoredColumn(name: $0.name, kind: $0.kind, shape: $0.shape) }
        let writer = try bench.store.datasets.columnWriter(name: "d", columns: columns)
        var start = 0
        for count in blockRows {
            try writer.append(cases.map { slice($0.values, start..<start + count) })
            start += count
        }
        #expect(writer.rows == start)
        return try writer.finish(description(schema: #"{"columns":[]}"#), parts: parts)
    }

    @Test(arguments: [[1000], [1, 999], [300, 400, 300], [10, 1, 1, 988]])
    func `values of every kind read back by their bits, whatever the blocks`(blockRows: [Int]) throws {
        let bench = try Bench()
        let stored = try Self.store(in: bench, blockRows: blockRows)
        let file = try bench.another().datasets.openColumns("d")

        #expect((stored.rows, stored.validationRows, stored.testRows) == (1000, 0, 0))
        #expect((stored.form, stored.schema) == (.columns, #"{"columns":[]}"#))
        #expect(file.columns.map(\.name) == Self.cases.map(\.name))
        #expect(file.columns.map(\.shape) == Self.cases.map(\.shape))
        #expect((file.records, file.blocks) == (1000, blockRows.count))
        for (index, sample) in Self.cases.enumerated() {
            for block in 0..<file.blocks {
                let values = try file.values(column: index, block: block)
                let expected = Self.slice(sample.values, file.records(of: block))
                #expect(values == expected, "\(sample.name), block \(block)")
                #expect(Self.bits(values) == Self.bits(expected), "\(sample.name), block \(block)")
            }
        }
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test(arguments: cases)
    func `values lie in as little room as they need`(sample: Case) throws {
        let bench = try Bench()
        func bytes(_ rows: Range<Int>) throws -> Int {
            let column = StoredColumn(name: "c", kind: sample.kind, shape: sample.shape)
            let writer = try bench.store.datasets.columnWriter(name: "d", columns: [column])
            try writer.append([Self.slice(sample.values, rows)])
            return try writer.finish(Self.description()).bytes
        }

        // Header, index and four bytes of order a row.
        let overhead = 64 + 4 + 4 + 4 + 4 + 1 + 1 + 1 + 8 * sample.shape.count + 16 + 13
        #expect(try bytes(0..<Self.rows) - overhead - 4 * Self.rows <= sample.mostBytes)
    }

    @Test(arguments: [0, 20_000, ColumnFile.standardCacheBytes])
    func `rows in any order are what they were, however little is kept in memory and however many read`(
        cache: Int
    ) throws {
        let bench = try Bench()
        _ = try Self.store(in: bench, blockRows: [250, 250, 250, 250])
        let file = try bench.store.datasets.openColumns("d", cacheBytes: cache)
        let failures = Mutex<[String]>([])

        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for round in 0..<5 {
                let records = (0..<40).map { Int(Self.noise(1000 * thread + 50 * round + $0) % 1000) }
                for (index, sample) in Self.cases.enumerated() {
                    do {
                        let values = try file.values(column: index, records: records)
                        let all = Self.bits(sample.values)
                        let volume = sample.shape.reduce(1, *)
                        let expected = records.flatMap { all[$0 * volume..<($0 + 1) * volume] }
                        let missing = records.map { sample.values.isMissing($0) }
                        if Self.bits(values) != expected || records.indices.map(values.isMissing) != missing {
                            failures.withLock { $0.append(sample.name) }
                        }
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
            }
        }

        #expect(failures.withLock { $0 } == [])
        #expect(try file.values(column: 0, records: []).count == 0)
    }

    @Test func `rows have the parts that they were given, each in the order of the upload`() throws {
        let bench = try Bench()
        let parts = (0..<1000).map { $0 % 10 == 4 ? DatasetPart.test : $0 % 10 == 9 ? .validation : .train }

        let stored = try Self.store(in: bench, blockRows: [600, 400], parts: parts)

        #expect((stored.rows, stored.validationRows, stored.testRows) == (800, 100, 100))
        let file = try bench.store.datasets.openColumns("d")
        #expect(DatasetPart.allCases.map(file.rows(of:)) == [800, 100, 100])
        #expect(try (0..<100).map { try file.record(of: $0, in: .test) } == (0..<100).map { 10 * $0 + 4 })
        #expect(try (0..<100).map { try file.record(of: $0, in: .validation) } == (0..<100).map { 10 * $0 + 9 })
        #expect(try file.record(of: 799, in: .train) == 998)
        expectRefusal(.invalid) { try file.record(of: 800, in: .train) }
        expectRefusal(.invalid) { try file.record(of: -1, in: .test) }
        expectRefusal(.invalid) { try file.values(column: 0, records: [1000]) }
    }

    @Test func `a picture is read by itself`() throws {
        let bench = try Bench()
        _ = try Self.store(in: bench, blockRows: [600, 400])
        let file = try bench.store.datasets.openColumns("d")
        let column = try #require(file.index(of: "pictures with holes"))

        #expect(try file.file(column: column, record: 644) == [UInt8](repeating: 132, count: 44))
        #expect(try file.file(column: column, record: 3) == [])
        expectRefusal(.invalid) { try file.file(column: column, record: 1000) }
        expectRefusal(.invalid) { try file.file(column: 0, record: 0) }
        #expect(file.index(of: "picture") == nil)
    }

    @Test(.onSQLite) func `what does not fit together is refused, and nothing of it stays`() throws {
        let bench = try Bench()
        let datasets = bench.store.datasets
        let (a, b) = (StoredColumn(name: "a", kind: .number), StoredColumn(name: "b", kind: .array, shape: [2]))

        expectRefusal(.invalid) { try datasets.columnWriter(name: "d", columns: []) }
        expectRefusal(.invalid) { try datasets.columnWriter(name: "d", columns: [a, a]) }
        expectRefusal(.invalid) { try datasets.columnWriter(name: "a b", columns: [a]) }
        expectRefusal(.invalid) {
            try datasets.columnWriter(name: "d", columns: [StoredColumn(name: "c", kind: .array, shape: [0])])
        }
        do {
            let writer = try datasets.columnWriter(name: "d", columns: [a, b])
            let one = StoredColumnValues(.numbers([1]))
            let pair = StoredColumnValues(.arrays([1, 2], shape: [2]))
            expectRefusal(.invalid) { try writer.append([one]) }
            expectRefusal(.invalid) { try writer.append([one, one]) }
            expectRefusal(.invalid) { try writer.append([StoredColumnValues(.integers([1])), pair]) }
            expectRefusal(.invalid) { try writer.append([StoredColumnValues(.numbers([1, 2])), pair]) }
            expectRefusal(.invalid) { try writer.append([StoredColumnValues(.numbers([1]), missing: []), pair]) }
            expectRefusal(.invalid) { try writer.append([one, StoredColumnValues(.arrays([1, 2], shape: [1, 2]))]) }
            expectRefusal(.invalid) { try writer.finish(Self.description()) }
            try writer.append([one, pair])
            expectRefusal(.invalid) { try writer.finish(Self.description(), parts: [.test]) }
        }

        expectRefusal(.notFound) { try datasets.openColumns("d") }
        #expect(bench.folder.files() == [])
    }

    @Test(.onSQLite) func `each form of a dataset is opened as what it is, and takes the other's place`() throws {
        let bench = try Bench()
        _ = try bench.dataset("d")
        expectRefusal(.invalid) { try bench.store.datasets.openColumns("d") }

        _ = try Self.store(in: bench, blockRows: [1000])

        expectRefusal(.invalid) { try bench.store.datasets.open("d") }
        let open = try bench.store.datasets.openColumns("d")
        _ = try bench.dataset("d")
        #expect(try open.values(column: 3, block: 0) == Self.cases[3].values)
        #expect(try bench.store.datasets.open("d").rows == 4)
        #expect(bench.folder.files().count == 1)
    }
}
