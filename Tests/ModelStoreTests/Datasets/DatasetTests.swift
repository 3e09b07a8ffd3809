import Foundation
import ModelStore
import Testing

@Suite(.onEachEngine) struct DatasetTests {
    @Test func `a dataset reads back row by row`() throws {
        let bench = try Bench()

        let stored = try bench.dataset("d", rows: 4)
        let file = try bench.another().datasets.open("d")

        #expect((stored.rows, stored.testRows) == (4, 0))
        #expect((stored.inputShape, stored.targetShape) == ([2], []))
        #expect((file.inputVolume, file.targetVolume) == (2, 1))
        #expect(try file.inputs(row: 3) == [6, 7])
        #expect(try file.targets(row: 3) == [103])
        #expect(try file.batch([2, 0, 2]) == Batch(inputs: [4, 5, 0, 1, 4, 5], targets: [102, 100, 102]))
    }

    @Test(.onSQLite) func `the fingerprint is the SHA-256 of the file, the size its size`() throws {
        let bench = try Bench()

        let stored = try bench.dataset()
        let name = try #require(bench.folder.files().first)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.folder.path + "/datasets/" + name))

        // What `sha256sum` says of the documented layout with these values in it.
        #expect(stored.sha256 == "005a06ab47d2e7e8814f579a1c3f82ba5feeb4601addcd8f85293527476bc8d1")
        #expect(stored.bytes == bytes.count)
        #expect(bytes.count == 64 + 4 * 4 * (2 + 1 + 1))
    }

    @Test func `parts may come in any order and in pieces of any size`() throws {
        let bench = try Bench()
        let writer = try bench.store.datasets.writer(name: "d")

        try writer.appendTargets([7], to: .test)
        try writer.appendInputs([8], to: .test)
        for value: Float in [0, 1, 2] { try writer.appendInputs([value]) }
        try writer.appendTargets([10, 11])
        try writer.appendInputs([9], to: .test)
        try writer.appendInputs([3])
        _ = try writer.finish(.pairs(split: .given))
        let file = try bench.store.datasets.open("d")

        #expect((file.rows, file.testRows) == (2, 1))
        #expect(try file.batch([0, 1]) == Batch(inputs: [0, 1, 2, 3], targets: [10, 11]))
        #expect(try file.batch([0], of: .test) == Batch(inputs: [8, 9], targets: [7]))
    }

    @Test func `streams longer than the buffers keep their order`() throws {
        let bench = try Bench()
        let writer = try bench.store.datasets.writer(name: "d")
        let rows = 100_000

        for start in stride(from: 0, to: rows, by: 777) {
            let piece = start..<min(start + 777, rows)
            try writer.appendInputs(piece.flatMap { [Float($0), -Float($0)] })
            try writer.appendTargets(piece.map { Float($0) + 0.5 })
        }
        _ = try writer.finish(.pairs(split: .last(fraction: 0)))
        let file = try bench.store.datasets.open("d")

        let sample = [0, 1, 32_767, 65_536, 77_777, 99_999]
        #expect(
            try file.batch(sample)
                == Batch(inputs: sample.flatMap { [Float($0), -Float($0)] }, targets: sample.map { Float($0) + 0.5 })
        )
    }

    @Test func `targets can be renumbered once all are known`() throws {
        let bench = try Bench()
        let writer = try bench.store.datasets.writer(name: "d")
        try writer.appendInputs([0, 0, 0, 0])
        try writer.appendTargets([0, 1])
        try writer.appendInputs([0, 0], to: .test)
        try writer.appendTargets([1], to: .test)

        try writer.mapTargets { 1 - $0 }
        _ = try writer.finish(.pairs(split: .given))

        let file = try bench.store.datasets.open("d")
        #expect(try file.targets(row: 0) == [1])
        #expect(try file.targets(row: 1) == [0])
        #expect(try file.targets(of: .test, row: 0) == [0])
    }

    @Test(.onSQLite) func `a writer let go midway leaves nothing`() throws {
        let bench = try Bench()
        do {
            let writer = try bench.store.datasets.writer(name: "d")
            try writer.appendInputs([Float](repeating: 1, count: 200_000))
            #expect(bench.folder.files().count == 1)
        }

        #expect(bench.folder.files().isEmpty)
        #expect(try bench.store.datasets.list().isEmpty)
    }

    @Test(
        .onSQLite,
        arguments: [
            ([1, 2, 3], [1], "whole rows"), ([1, 2], [1, 2], "whole rows"), ([], [], "no row to train on"),
        ] as [([Float], [Float], String)]
    )
    func `values that make no whole rows are refused and leave nothing`(
        inputs: [Float],
        targets: [Float],
        reason: String
    ) throws {
        let bench = try Bench()
        do {
            let writer = try bench.store.datasets.writer(name: "d")
            try writer.appendInputs(inputs)
            try writer.appendTargets(targets)

            let message = expectRefusal(.invalid) { try writer.finish(.pairs(split: .given)) }
            #expect(message.contains(reason))
        }
        #expect(bench.folder.files().isEmpty)
    }

    @Test(.onSQLite) func `an upload under a taken name replaces the dataset and its file`() throws {
        let bench = try Bench()
        _ = try bench.dataset("d", rows: 2)
        let old = try bench.store.datasets.open("d")

        _ = try bench.dataset("d", rows: 6)

        #expect(try bench.store.datasets.find("d").rows == 6)
        #expect(bench.folder.files().count == 1)
        #expect(try old.targets(row: 1) == [101])
    }

    @Test func `a dataset that an unfinished job uses is neither replaced nor deleted`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.dataset("d")
        let writer = try bench.store.datasets.writer(name: "d")
        let job = try bench.job(dataset: "d")

        expectRefusal(.conflict) { try bench.store.datasets.delete("d") }
        expectRefusal(.conflict) { try bench.store.datasets.writer(name: "d") }
        try writer.appendInputs([1, 2])
        try writer.appendTargets([1])
        expectRefusal(.conflict) { try writer.finish(.pairs(split: .given)) }
        _ = try bench.store.jobs.cancel(job.id)
        #expect(try bench.store.datasets.open("d").rows == 4)
        try bench.store.datasets.delete("d")

        #expect(try bench.store.datasets.list().isEmpty)
        expectRefusal(.notFound) { try bench.store.datasets.open("d") }
    }

    @Test func `a built-in dataset is listed beside the others and can't be replaced or deleted`() throws {
        let bench = try Bench()
        let writer = try bench.store.datasets.writer(name: "digits", isBuiltIn: true)
        try writer.appendInputs([1, 2])
        try writer.appendTargets([1])
        _ = try writer.finish(.pairs(split: .given))
        _ = try bench.dataset("mine")

        #expect(try bench.store.datasets.list().map(\.name) == ["digits", "mine"])
        #expect(try bench.store.datasets.find("digits").isBuiltIn)
        expectRefusal(.conflict) { try bench.store.datasets.delete("digits") }
        expectRefusal(.conflict) { try bench.store.datasets.writer(name: "digits") }
    }

    @Test(.onSQLite) func `a built-in dataset written again stays as it is, also while a job uses it`() throws {
        let bench = try Bench()
        try bench.model()
        func write(_ value: Float) throws -> StoredDataset {
            let writer = try bench.store.datasets.writer(name: "digits", isBuiltIn: true)
            try writer.appendInputs([1, value])
            try writer.appendTargets([1])
            return try writer.finish(.pairs(split: .given))
        }
        let first = try write(2)
        let job = try bench.job(dataset: "digits")
        bench.clock.advance(milliseconds: 1000)

        #expect(try write(2) == first)
        expectRefusal(.conflict) { try write(3) }
        _ = try bench.store.jobs.cancel(job.id)
        #expect(try write(3).sha256 != first.sha256)

        #expect(bench.folder.files().count == 1)
        #expect(try bench.store.datasets.open("digits").inputs(row: 0) == [1, 3])
    }

    @Test(arguments: [-1, 4])
    func `a row that does not exist is refused`(row: Int) throws {
        let bench = try Bench()
        _ = try bench.dataset("d", rows: 4)
        let file = try bench.store.datasets.open("d")

        expectRefusal(.invalid) { try file.inputs(row: row) }
        expectRefusal(.invalid) { try file.batch([0, row]) }
        expectRefusal(.invalid) { try file.targets(of: .test, row: 0) }
    }

    @Test(.onSQLite) func `a file that is cut is reported when it is opened and while it is read`() throws {
        let bench = try Bench()
        _ = try bench.dataset("d", rows: 4)
        let file = try bench.store.datasets.open("d")
        let name = try #require(bench.folder.files().first)

        #expect(truncate(bench.folder.path + "/datasets/" + name, 100) == 0)

        expectRefusal(.corrupt) { try file.inputs(row: 3) }
        expectRefusal(.corrupt) { try file.batch([0]) }
        let message = expectRefusal(.corrupt) { try bench.store.datasets.open("d") }
        #expect(message == #"dataset "d": its file has 100 bytes, expected 128; upload the dataset again"#)
    }

    @Test(.onSQLite) func `a file that is gone or has another header is reported`() throws {
        let bench = try Bench()
        _ = try bench.dataset("d", rows: 4)
        let path = bench.folder.path + "/datasets/" + (try #require(bench.folder.files().first))
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: 8)
        try handle.write(contentsOf: Data([200]))
        try handle.close()

        expectRefusal(.corrupt) { try bench.store.datasets.open("d") }
        try FileManager.default.removeItem(atPath: path)

        expectRefusal(.corrupt) { try bench.store.datasets.open("d") }
    }

    @Test(.onSQLite) func `opening a store sweeps what a crash left, and nothing that is being written`() throws {
        let bench = try Bench()
        _ = try bench.dataset("d")
        let kept = bench.folder.files()
        for name in ["0123.bin", "4567.part", "89.part-y"] {
            let path = bench.folder.path + "/datasets/" + name
            #expect(FileManager.default.createFile(atPath: path, contents: Data([1, 2, 3])))
        }
        let writer = try bench.store.datasets.writer(name: "e")

        let store = try bench.another()

        #expect(bench.folder.files().count == kept.count + 1)
        try writer.appendInputs([1, 2])
        try writer.appendTargets([1])
        _ = try writer.finish(.pairs(split: .given))
        #expect(try store.datasets.open("d").rows == 4)
        #expect(try store.datasets.open("e").rows == 1)
    }
}

@Suite(.onEachEngine) struct DatasetSplitTests {
    static func parts(of split: DatasetSplit, rows: Int) throws -> (train: [Float], test: [Float]) {
        let bench = try Bench()
        let writer = try bench.store.datasets.writer(name: "d")
        try writer.appendInputs([Float](repeating: 0, count: 2 * rows))
        try writer.appendTargets((0..<rows).map(Float.init))
        _ = try writer.finish(.pairs(split: split))
        let file = try bench.store.datasets.open("d")
        return (
            try file.batch(Array(0..<file.rows)).targets, try file.batch(Array(0..<file.testRows), of: .test).targets
        )
    }

    @Test func `the last rows of a series are for testing`() throws {
        let parts = try Self.parts(of: .last(fraction: 0.3), rows: 10)

        #expect(parts.train == [0, 1, 2, 3, 4, 5, 6])
        #expect(parts.test == [7, 8, 9])
    }

    @Test func `rows between the parts of a series are left out, and the inputs stay with their targets`() throws {
        let bench = try Bench()
        let writer = try bench.store.datasets.writer(name: "d")
        try writer.appendInputs((0..<10).flatMap { [Float($0), Float(-$0)] })
        try writer.appendTargets((0..<10).map(Float.init))
        let stored = try writer.finish(.pairs(split: .last(fraction: 0.3, gap: 2)))

        let file = try bench.store.datasets.open("d")
        let train = try file.batch(Array(0..<file.rows))
        let test = try file.batch(Array(0..<file.testRows), of: .test)

        #expect((stored.rows, stored.testRows) == (5, 3))
        #expect(train == Batch(inputs: [0, 0, 1, -1, 2, -2, 3, -3, 4, -4], targets: [0, 1, 2, 3, 4]))
        #expect(test == Batch(inputs: [7, -7, 8, -8, 9, -9], targets: [7, 8, 9]))
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `a series whose windows all share targets with those that test is refused`() throws {
        #expect(try Self.parts(of: .last(fraction: 0.3, gap: 6), rows: 10).train == [0])
        expectRefusal(.invalid) { try Self.parts(of: .last(fraction: 0.3, gap: 7), rows: 10) }
        #expect(try Self.parts(of: .last(fraction: 0, gap: 7), rows: 10).train.count == 10)
    }

    @Test func `a seed draws the same rows each time, another seed others, and no row is in both parts`() throws {
        let parts = try Self.parts(of: .shuffled(fraction: 0.2, seed: 7), rows: 100)
        let again = try Self.parts(of: .shuffled(fraction: 0.2, seed: 7), rows: 100)
        let other = try Self.parts(of: .shuffled(fraction: 0.2, seed: 8), rows: 100)

        #expect(parts == again)
        #expect(parts.test != other.test)
        #expect((parts.train.count, parts.test.count) == (80, 20))
        #expect((parts.train + parts.test).sorted() == (0..<100).map(Float.init))
        #expect(parts.train == parts.train.sorted())
        #expect(parts.test != (80..<100).map(Float.init))
    }

    /// The counts are those of scikit-learn's `train_test_split(range(n), test_size=f)`.
    @Test(arguments: [(1797, 0.2, 360), (10, 0.25, 3), (100, 0.07, 7), (30, 0.1, 3), (5, 0.0, 0), (2, 0.5, 1)])
    func `the share is rounded up to whole rows`(rows: Int, fraction: Double, testRows: Int) throws {
        #expect(try Self.parts(of: .shuffled(fraction: fraction, seed: 1), rows: rows).test.count == testRows)
    }

    @Test(arguments: [-0.1, 1.0, 0.9, .nan])
    func `a share that is none, or leaves nothing to train on, is refused`(fraction: Double) {
        expectRefusal(.invalid) { try Self.parts(of: .shuffled(fraction: fraction, seed: 1), rows: 1) }
        expectRefusal(.invalid) { try Self.parts(of: .last(fraction: fraction), rows: 1) }
    }
}

struct Batch: Equatable {
    var inputs: [Float]
    var targets: [Float]
}

extension DatasetFile {
    func batch(_ rows: [Int], of part: DatasetPart = .train) throws -> Batch {
        var batch = Batch(
            inputs: [Float](repeating: 0, count: rows.count * inputVolume),
            targets: [Float](repeating: 0, count: rows.count * targetVolume)
        )
        try batch.inputs.withUnsafeMutableBufferPointer { inputs in
            try batch.targets.withUnsafeMutableBufferPointer { targets in
                try copyRows(rows, of: part, inputs: inputs, targets: targets)
            }
        }
        return batch
    }
}
