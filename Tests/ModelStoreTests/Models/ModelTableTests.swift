import ModelStore
import Testing

@Suite(.onEachEngine) struct ModelTableTests {
    @Test func `a stored model reads back as it was, also from another store on the folder`() throws {
        let bench = try Bench()

        let stored = try bench.store.models.insert(name: "lenet", definition: #"{"layers":[1]}"#)

        #expect(stored.definition == #"{"layers":[1]}"#)
        #expect(stored.newestVersion == 0)
        #expect(stored.createdAt.description == "2023-11-14T22:13:20.000Z")
        #expect(try bench.another().models.find("lenet") == stored)
    }

    @Test func `a taken name is a conflict and changes nothing`() throws {
        let bench = try Bench()
        let first = try bench.model("m")

        expectRefusal(.conflict) {
            try bench.store.models.insert(name: "m", definition: "[]")
        }
        #expect(try bench.store.models.find("m") == first)
    }

    @Test func `a model and its first version are there together or not at all, and a key counts once`() throws {
        let bench = try Bench()
        func version(_ bytes: Int) -> NewVersion {
            let tensor = StoredTensor(name: "a", shape: [1], bytes: [UInt8](repeating: 1, count: bytes))
            return NewVersion(weights: [tensor], programVersion: "1")
        }
        func insert(_ name: String, _ new: NewVersion, _ key: AnswerKey? = nil) throws(StoreError) -> StoredAnswer {
            try bench.store.models.insert(name: name, definition: "[]", first: new, once: key) { model in
                StoredAnswer(status: 201, body: "\(model.name) \(model.newestVersion)")
            }
        }

        expectRefusal(.invalid) { try insert("m", version(3)) }
        #expect(try bench.store.models.list().isEmpty)
        let key = AnswerKey(route: "POST /models", key: "k", body: [1])
        #expect(try insert("m", version(4), key).body == "m 1")
        #expect(try insert("m", version(4), key).isRepeated)
        expectRefusal(.conflict) { try insert("m", version(4)) }
        #expect(try bench.store.versions.list(model: "m").map(\.number) == [1])
        #expect(try bench.store.versions.weights(model: "m", number: 1) == version(4).weights)
    }

    @Test(arguments: ["", ".m", "-m", "a/b", "a b", "ä", "..", "a\u{0}", String(repeating: "x", count: 129)])
    func `a name that breaks the rule is refused`(name: String) throws {
        let bench = try Bench()

        expectRefusal(.invalid) { try bench.model(name) }
        #expect(try bench.store.models.list().isEmpty)
    }

    @Test(arguments: ["m", "0", "A.b_c-9", String(repeating: "x", count: 128)])
    func `a name within the rule is accepted`(name: String) throws {
        let bench = try Bench()

        #expect(try bench.model(name).name == name)
    }

    @Test func `a definition that is not JSON is refused`() throws {
        let bench = try Bench()

        expectRefusal(.invalid) {
            try bench.store.models.insert(name: "m", definition: "{layers}")
        }
    }

    @Test func `models are listed by name, page by page`() throws {
        let bench = try Bench()
        for name in ["c", "a", "e", "b", "d"] { try bench.model(name) }

        let first = try bench.store.models.list(limit: 2)
        let second = try bench.store.models.list(limit: 2, after: "b")

        #expect(first.map(\.name) == ["a", "b"])
        #expect(second.map(\.name) == ["c", "d"])
        #expect(try bench.store.models.count() == 5)
    }

    @Test func `a model with an unfinished job can't be deleted, and can once the job has ended`() throws {
        let bench = try Bench()
        try bench.model()
        let job = try bench.job()

        expectRefusal(.conflict) { try bench.store.models.delete("m") }
        _ = try bench.store.jobs.cancel(job.id)
        try bench.store.models.delete("m")

        #expect(throws: StoreError.self) { try bench.store.models.find("m") }
        #expect(try bench.store.jobs.find(job.id).model == "m")
    }
}
