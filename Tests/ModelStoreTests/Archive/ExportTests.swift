import Foundation
import GRDB
import ModelStore
import Testing

struct ExportTests {
    /// What front layers of the first version have learned.
    static let front = #"{"scale":{"mean":[1.5]}}"#

    /// A store where model `m` has two versions, an alias, an ended job with an epoch, and a waiting job.
    static func furnished() throws -> Bench {
        let bench = try Bench()
        try bench.model("before")
        _ = try bench.store.versions.insert(.sample(7), model: "before")
        _ = try bench.store.jobs.cancel(try bench.job(model: "before").id)
        try bench.model("m")
        _ = try bench.job(model: "m")
        let lease = try bench.claim().lease
        try bench.store.jobs.record(lease, [.epoch(number: 1, metrics: #"{"loss":1}"#)])
        var first = NewVersion.sample(1)
        first.front = front
        first.optimizer = VersionTableTests.remembered
        _ = try bench.store.jobs.succeed(lease, version: first, metrics: #"{"loss":1}"#)
        _ = try bench.store.versions.insert(.sample(2), model: "m")
        _ = try bench.store.aliases.set("stable", model: "m", version: 1)
        _ = try bench.job(model: "m")
        return bench
    }

    @Test func `an imported model has all that the exported one had, with ids of its own`() throws {
        let bench = try Self.furnished()
        let file = bench.folder.path + "/m.trainyard"
        let target = try Bench()
        try target.model("other")
        _ = try target.store.versions.insert(.sample(2), model: "other")
        let otherJob = try target.job(model: "other")

        try bench.store.exportModel("m", to: file)
        let model = try target.store.importModel(from: file)

        #expect((model.name, model.newestVersion) == ("m", 2))
        #expect(model.definition == (try bench.store.models.find("m").definition))
        for number in 1...2 {
            let version = try target.store.versions.find(model: "m", number: number)
            let original = try bench.store.versions.find(model: "m", number: number)
            #expect(version.weightsSHA256 == original.weightsSHA256)
            #expect(version.front == (number == 1 ? Self.front : nil))
            #expect(version.optimizer == original.optimizer)
            #expect(
                try target.store.versions.optimizerState(model: "m", number: number)
                    == (number == 1 ? VersionTableTests.remembered.tensors : [])
            )
            #expect(
                try target.store.versions.weights(model: "m", number: number)
                    == NewVersion.sample(Float(number)).weights
            )
        }
        #expect(try target.store.versions.find(model: "m", reference: "stable").number == 1)
        let jobs = try target.store.jobs.list(JobFilter(model: "m")).jobs
        #expect(jobs.map(\.state) == [.succeeded])
        let job = try #require(jobs.first)
        #expect(job.id > otherJob.id)
        #expect(try target.store.versions.find(model: "m", number: 1).job == job.id)
        #expect(try target.store.jobs.epochs(of: job.id).map(\.metrics) == [#"{"loss":1}"#])
        #expect(try target.states(of: job.id) == ["queued", "running", "succeeded"])
        #expect(try target.store.check().findings.isEmpty)
        #expect(try target.job(model: "m").id > job.id)
        #expect(try target.store.versions.insert(.sample(3), model: "m").number == 3)
    }

    @Test func `a model can be imported beside its original under another name, and shares its tensors`() throws {
        let bench = try Self.furnished()
        let file = bench.folder.path + "/m.trainyard"
        try bench.store.exportModel("m", to: file)
        let tensors = try bench.count("tensors")

        expectRefusal(.conflict) { try bench.store.importModel(from: file) }
        let copy = try bench.store.importModel(from: file, as: "copy")

        #expect(copy.newestVersion == 2)

        #expect(try bench.count("tensors") == tensors)
        #expect(try bench.store.versions.weights(model: "copy", number: 2) == NewVersion.sample(2).weights)
        try bench.store.models.delete("copy")
        #expect(try bench.store.versions.weights(model: "m", number: 2) == NewVersion.sample(2).weights)
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `the definition of a model imported under another name has that name`() throws {
        let bench = try Bench()
        _ = try bench.store.models.insert(name: "m", definition: #"{"name":"m","seed":7,"rate":1e-07}"#)
        let file = bench.folder.path + "/m.trainyard"
        try bench.store.exportModel("m", to: file)

        let copy = try bench.store.importModel(from: file, as: "copy")

        #expect(copy.definition == #"{"name":"copy","seed":7,"rate":1e-07}"#)
    }

    @Test func `an export holds the one model and nothing else, in one file`() throws {
        let bench = try Self.furnished()
        let before = bench.folder.files(in: "")
        let file = bench.folder.path + "/m.trainyard"

        try bench.store.exportModel("m", to: file)

        #expect(bench.folder.files(in: "") == (before + ["m.trainyard"]).sorted())
        let counts = try DatabaseQueue(path: file).read { database in
            try ["models", "versions", "tensors", "jobs", "datasets"].map {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)")
            }
        }
        // Two kernels, a bias that both versions share, and what an optimizer remembers of one weight.
        #expect(counts == [1, 2, 4, 1, 0])
    }

    @Test func `a damaged or foreign file is refused and changes nothing`() throws {
        let bench = try Self.furnished()
        let file = bench.folder.path + "/m.trainyard"
        try bench.store.exportModel("m", to: file)
        try DatabaseQueue(path: file).write {
            try $0.execute(sql: "UPDATE tensors SET checksum = checksum + 1 WHERE id = (SELECT max(id) FROM tensors)")
        }
        let text = bench.folder.path + "/text"
        try Data(repeating: 65, count: 4096).write(to: URL(fileURLWithPath: text))
        let target = try Bench()
        let before = target.folder.files(in: "")

        let message = expectRefusal(.corrupt) { try target.store.importModel(from: file) }
        expectRefusal(.invalid) { try target.store.importModel(from: text) }
        expectRefusal(.notFound) { try target.store.importModel(from: "/nowhere") }
        expectRefusal(.invalid) { try target.store.importModel(from: bench.folder.path + "/trainyard.sqlite") }

        #expect(message.contains("does not have the digest that it was written with"))
        #expect(try target.store.models.list().isEmpty)
        #expect(target.folder.files(in: "") == before)
    }

    @Test func `an export of an unknown model or onto a taken path is refused`() throws {
        let bench = try Self.furnished()

        expectRefusal(.notFound) { try bench.store.exportModel("none", to: bench.folder.path + "/x") }
        expectRefusal(.conflict) { try bench.store.exportModel("m", to: bench.folder.path + "/trainyard.sqlite") }
        #expect(!FileManager.default.fileExists(atPath: bench.folder.path + "/x"))
    }
}
