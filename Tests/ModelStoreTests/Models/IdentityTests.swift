import ModelStore
import Testing

/// Models that follow one another under one name.
@Suite(.onEachEngine) struct IdentityTests {
    @Test(.onSQLite) func `a model made anew under its name, also by an import, is another one`() throws {
        let bench = try Bench()
        let other = try bench.another()
        try bench.model("m")
        let file = bench.folder.path + "/m.trainyard"
        try bench.store.exportModel("m", to: file)
        var seen = [try other.versions.identity(newestOf: "m")]

        for make in [{ _ = try bench.model("m") }, { _ = try bench.store.importModel(from: file) }] {
            try bench.store.models.delete("m")
            expectRefusal(.notFound) { try other.versions.identity(of: 0, model: "m") }
            try make()
            seen.append(try other.versions.identity(newestOf: "m"))
        }

        #expect(Set(seen).count == 3)
        #expect(seen.allSatisfy { $0.name.number == 0 })
    }

    @Test func `a number, the newest version and an alias lead to the same version, and to none once it is gone`()
        throws
    {
        let bench = try Bench()
        try bench.model("m")
        for seed in 1...2 { _ = try bench.store.versions.insert(.sample(Float(seed)), model: "m") }
        _ = try bench.store.aliases.set("stable", model: "m", version: 2)
        let versions = bench.store.versions

        let newest = try versions.identity(newestOf: "m")

        #expect(newest.name.number == 2)
        #expect(try versions.identity(of: 2, model: "m") == newest)
        #expect(try versions.identity(of: "stable", model: "m") == newest)
        #expect(try versions.loaded(model: "m", number: 2).identity == newest)
        #expect(try versions.loaded(model: "m", number: 2).weights == NewVersion.sample(2).weights)
        try bench.store.aliases.delete("stable", model: "m")
        try versions.delete(model: "m", number: 2)
        expectRefusal(.notFound) { try versions.identity(of: 2, model: "m") }
        expectRefusal(.notFound) { try versions.identity(of: "stable", model: "m") }
        #expect(try versions.identity(newestOf: "m").name.number == 1)
    }

    @Test func `weights and jobs made for a model are not given to its successor`() throws {
        let bench = try Bench()
        let before = try bench.model("m")
        try bench.store.models.delete("m")
        let after = try bench.model("m")
        var version = NewVersion.sample(1)
        var job = NewJob(model: "m", request: "{}", modelIdentifier: before.identifier)

        version.modelIdentifier = before.identifier
        expectRefusal(.conflict) { try bench.store.versions.insert(version, model: "m") }
        expectRefusal(.conflict) { try bench.store.jobs.enqueue(job) }

        version.modelIdentifier = after.identifier
        job.modelIdentifier = after.identifier
        #expect(try bench.store.versions.insert(version, model: "m").number == 1)
        #expect(try bench.store.jobs.enqueue(job).model == "m")
    }
}
