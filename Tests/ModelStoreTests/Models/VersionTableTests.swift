import Foundation
import GRDB
import ModelStore
import Testing

@Suite(.onEachEngine) struct VersionTableTests {
    @Test func `a version that must follow another one is stored only while that one is the newest`() throws {
        let bench = try Bench()
        try bench.model()
        let versions = bench.store.versions

        #expect(try versions.insert(.sample(1), model: "m", after: 1) == nil)
        #expect(try versions.insert(.sample(1), model: "m", after: 0)?.number == 1)
        #expect(try versions.insert(.sample(2), model: "m", after: 0) == nil)
        #expect(try versions.insert(.sample(2), model: "m", after: 1)?.number == 2)
        #expect(try versions.list(model: "m").map(\.number) == [2, 1])
        expectRefusal(.notFound) { try versions.insert(.sample(1), model: "none", after: 0) }
    }

    @Test func `weights read back bit by bit, with the digest of their content`() throws {
        let bench = try Bench()
        try bench.model()
        let odd: [Float] = [.nan, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, 3.25]
        let weights = [
            StoredTensor(name: "a/kernel", shape: [3, 2], values: odd),
            StoredTensor(name: "a/bias", shape: [0], values: []),
            StoredTensor(name: "scalar", shape: [], values: [1]),
            StoredTensor(name: "large", shape: [5000], values: (0..<5000).map { Float($0).squareRoot() }),
        ]

        let version = try bench.store.versions.insert(NewVersion(weights: weights, programVersion: "1.0"), model: "m")

        #expect(version.number == 1)
        #expect(version.bytes == 4 * (6 + 0 + 1 + 5000))
        #expect(version.weightsSHA256 == VersionTable.weightsSHA256(weights))
        #expect(try bench.another().versions.weights(model: "m", number: 1) == weights)
    }

    @Test func `the digest is that of the documented byte stream`() {
        let weights = [StoredTensor(name: "k", shape: [2], values: [1, -2])]

        // What `sha256sum` says of the bytes 01000000 6b 01000000 0200000000000000 0800000000000000 0000803f 000000c0.
        let digest = "04378609bb6a3faa52ba629374dbd92cd5c306ecee484a561f1e955f31c955af"
        #expect(VersionTable.weightsSHA256(weights) == digest)
    }

    /// What an optimizer remembers of the weights of `NewVersion.sample`.
    static let remembered = NewOptimizerState(
        optimizer: #"{"type":"SGD","momentum":0.9}"#,
        updates: 7,
        tensors: [StoredTensor(name: "momentum/dense/kernel", shape: [2, 3], values: [9, 8, 7, 6, 5, 4])]
    )

    @Test(.onSQLite)
    func `what an optimizer remembers is kept with a version, apart from its weights, and goes with it`() throws {
        let bench = try Bench()
        try bench.model()
        var new = NewVersion.sample(1)
        new.optimizer = Self.remembered

        let version = try bench.store.versions.insert(new, model: "m")
        let plain = try bench.store.versions.insert(.sample(1), model: "m")

        #expect(version.optimizer?.updates == 7 && version.optimizer?.optimizer == Self.remembered.optimizer)
        #expect(version.weightsSHA256 == plain.weightsSHA256 && version.bytes == plain.bytes)
        #expect(plain.optimizer == nil)
        let versions = try bench.another().versions
        #expect(try versions.weights(model: "m", number: 1) == new.weights)
        #expect(try versions.optimizerState(model: "m", number: 1) == Self.remembered.tensors)
        #expect(try versions.optimizerState(model: "m", number: 2).isEmpty)
        #expect(try bench.store.check().findings.isEmpty)
        try bench.store.versions.delete(model: "m", number: 1)
        let left = try bench.raw { try Int.fetchOne($0, sql: "SELECT count(*) FROM tensors") }
        #expect(left == 2)
    }

    @Test func `everything a version is described by reads back`() throws {
        let bench = try Bench()
        try bench.model()
        var new = NewVersion.sample(metrics: #"{"loss":0.5}"#)
        new.options = #"{"epochs":3}"#
        new.front = #"{"words":{"vocabulary":["a","b"]}}"#
        new.datasetFingerprint = "f00"
        new.parent = 0

        let version = try bench.store.versions.insert(new, model: "m")

        #expect(version == (try bench.store.versions.find(model: "m", number: 1)))
        #expect(version.metrics == #"{"loss":0.5}"#)
        #expect(version.options == #"{"epochs":3}"#)
        #expect(version.front == #"{"words":{"vocabulary":["a","b"]}}"#)
        #expect(try bench.store.versions.insert(.sample(2), model: "m").front == nil)
        #expect(version.datasetFingerprint == "f00")
        #expect(version.parent == 0)
        #expect(version.programVersion == "1.0")
        #expect(version.job == nil)
    }

    @Test func `no number means the newest version, and numbers are never used again`() throws {
        let bench = try Bench()
        try bench.model()
        for seed in 1...3 { _ = try bench.store.versions.insert(.sample(Float(seed)), model: "m") }

        try bench.store.versions.delete(model: "m", number: 3)
        #expect(try bench.store.versions.find(model: "m").number == 2)
        let next = try bench.store.versions.insert(.sample(4), model: "m")

        #expect(next.number == 4)
        #expect(try bench.store.models.find("m").newestVersion == 4)
        #expect(try bench.store.versions.list(model: "m").map(\.number) == [4, 2, 1])
        #expect(try bench.store.versions.list(model: "m", limit: 1, before: 4).map(\.number) == [2])
    }

    @Test func `equal tensors are stored once, and go with the last version that has them`() throws {
        let bench = try Bench()
        try bench.model("a")
        try bench.model("b")
        _ = try bench.store.versions.insert(.sample(1), model: "a")
        _ = try bench.store.versions.insert(.sample(1), model: "b")
        _ = try bench.store.versions.insert(.sample(2), model: "b")

        #expect(try bench.count("tensors") == 3)
        try bench.store.models.delete("a")
        #expect(try bench.count("tensors") == 3)
        #expect(try bench.store.versions.weights(model: "b", number: 1) == NewVersion.sample(1).weights)
        try bench.store.versions.delete(model: "b", number: 1)
        #expect(try bench.count("tensors") == 2)
        #expect(try bench.store.versions.weights(model: "b", number: 2) == NewVersion.sample(2).weights)
        try bench.store.models.delete("b")
        #expect(try bench.count("tensors") == 0)
    }

    @Test(.onSQLite, arguments: ["data", "checksum", "raw_bytes"])
    func `a tensor with a flipped bit is reported with model, version and tensor`(column: String) throws {
        let bench = try Bench()
        try bench.model()
        let values = (0..<4096).map { Float($0 % 7) }
        let new = NewVersion(
            weights: [
                StoredTensor(name: "dense/kernel", shape: [4096], values: values),
                StoredTensor(name: "dense/bias", shape: [1], values: [0]),
            ],
            programVersion: "1.0"
        )
        _ = try bench.store.versions.insert(new, model: "m")

        try bench.damage(column, ofLargestIn: "tensors")

        let message = expectRefusal(.corrupt) { try bench.store.versions.weights(model: "m", number: 1) }
        #expect(message.hasPrefix(#"weights of "m" version 1: tensor "dense/kernel" is damaged"#))
    }

    /// Numbers of a kind, and how much of their size they may take in the database.
    struct Kind: CustomTestStringConvertible {
        let testDescription: String
        let greatestShare: Double
        let value: @Sendable (Int, inout SystemRandomNumberGenerator) -> Float
    }

    @Test(
        .onSQLite,
        arguments: [
            Kind(testDescription: "zeros", greatestShare: 0.01) { _, _ in 0 },
            Kind(testDescription: "one value", greatestShare: 0.01) { _, _ in 0.1 },
            Kind(testDescription: "uniform, as layers begin", greatestShare: 0.83) { _, random in
                Float.random(in: -0.1...0.1, using: &random)
            },
            Kind(testDescription: "mostly zeros", greatestShare: 0.45) { place, random in
                place % 10 < 3 ? Float.random(in: -1...1, using: &random) : 0
            },
            Kind(testDescription: "any bits", greatestShare: 1) { _, random in
                Float(bitPattern: UInt32.random(in: 0...0x7F7F_FFFF, using: &random))
            },
        ]
    )
    func `weights read back to the bit and take less room than they are`(kind: Kind) throws {
        let bench = try Bench()
        try bench.model()
        var random = SystemRandomNumberGenerator()
        let values = (0..<100_000).map { kind.value($0, &random) }
        let tensor = StoredTensor(name: "k", shape: [values.count], values: values)

        _ = try bench.store.versions.insert(NewVersion(weights: [tensor], programVersion: "1.0"), model: "m")

        #expect(try bench.another().versions.weights(model: "m", number: 1) == [tensor])
        let stored = try bench.raw { try Int.fetchOne($0, sql: "SELECT length(data) FROM tensors") }
        #expect(Double(try #require(stored)) <= kind.greatestShare * Double(tensor.bytes.count))
    }

    @Test func `weights that do not fit their shape, and names used twice, are refused and leave nothing`() throws {
        let bench = try Bench()
        try bench.model()
        let misfit = StoredTensor(name: "k", shape: [3], bytes: [0, 0, 0, 0])
        let tensor = StoredTensor(name: "k", shape: [1], values: [0])

        for weights in [[misfit], [tensor, tensor], [StoredTensor(name: "k", shape: [-1, -1], values: [1])]] {
            expectRefusal(.invalid) {
                try bench.store.versions.insert(NewVersion(weights: weights, programVersion: "1.0"), model: "m")
            }
        }
        #expect(try bench.count("tensors") == 0)
        #expect(try bench.store.models.find("m").newestVersion == 0)
    }

    @Test func `a version that an unfinished job starts from stays`() throws {
        let bench = try Bench()
        try bench.model()
        for seed in 1...3 { _ = try bench.store.versions.insert(.sample(Float(seed)), model: "m") }
        _ = try bench.store.jobs.enqueue(NewJob(model: "m", initialVersion: 1, request: "{}"))

        expectRefusal(.conflict) { try bench.store.versions.delete(model: "m", number: 1) }

        #expect(try bench.store.versions.prune(model: "m", keeping: 1) == [2])
        #expect(try bench.store.versions.list(model: "m").map(\.number) == [3, 1])
    }

    @Test func `what is not there is not found`() throws {
        let bench = try Bench()
        try bench.model()

        for body in [
            { _ = try bench.store.versions.find(model: "none") }, { _ = try bench.store.versions.find(model: "m") },
            { _ = try bench.store.versions.find(model: "m", number: 1) },
            { _ = try bench.store.versions.weights(model: "m", number: 1) },
            { _ = try bench.store.versions.insert(.sample(), model: "none") },
        ] as [() throws -> Void] {
            expectRefusal(.notFound) { try body() }
        }
    }
}

@Suite(.onEachEngine) struct AliasTableTests {
    @Test func `an alias stands for a version wherever a version is named, and moves`() throws {
        let bench = try Bench()
        try bench.model()
        for seed in 1...2 { _ = try bench.store.versions.insert(.sample(Float(seed)), model: "m") }

        _ = try bench.store.aliases.set("stable", model: "m", version: 1)
        #expect(try bench.store.versions.find(model: "m", reference: "stable").number == 1)
        let moved = try bench.store.aliases.set("stable", model: "m", version: 2)

        #expect(moved.previous == 1)
        #expect(try bench.store.versions.find(model: "m", reference: "stable").number == 2)
        #expect(try bench.store.versions.find(model: "m", reference: "1").number == 1)
        #expect(try bench.store.aliases.rollBack("stable", model: "m").version == 1)
        #expect(try bench.store.aliases.list(model: "m").map(\.name) == ["stable"])
    }

    @Test func `a version that an alias names stays until the alias is gone`() throws {
        let bench = try Bench()
        try bench.model()
        for seed in 1...2 { _ = try bench.store.versions.insert(.sample(Float(seed)), model: "m") }
        _ = try bench.store.aliases.set("stable", model: "m", version: 1)

        expectRefusal(.conflict) { try bench.store.versions.delete(model: "m", number: 1) }
        #expect(try bench.store.versions.prune(model: "m", keeping: 0) == [2])
        try bench.store.aliases.delete("stable", model: "m")
        try bench.store.versions.delete(model: "m", number: 1)

        #expect(try bench.store.versions.list(model: "m").isEmpty)
    }

    @Test(arguments: ["7", "", "a/b"])
    func `a name that could be a number or breaks the rule is refused`(alias: String) throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.store.versions.insert(.sample(), model: "m")

        expectRefusal(.invalid) { try bench.store.aliases.set(alias, model: "m", version: 1) }
    }
}
