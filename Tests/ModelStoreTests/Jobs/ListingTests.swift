import ModelStore
import Testing

@Suite(.onEachEngine) struct ListingTests {
    @Test func `pages follow one another, newest first, without gap or repetition`() throws {
        let bench = try Bench()
        try bench.model()
        let ids = try (0..<7).map { _ in try bench.job().id }
        var seen: [JobID] = []
        var filter = JobFilter(limit: 3)

        while true {
            let page = try bench.store.jobs.list(filter)
            seen += page.jobs.map(\.id)
            guard let next = page.next else { break }
            // A job that comes in between pages does not shift them.
            _ = try bench.job()
            filter.after = next
        }

        #expect(seen == ids.reversed())
    }

    @Test func `a full last page has no cursor`() throws {
        let bench = try Bench()
        try bench.model()
        for _ in 0..<3 { _ = try bench.job() }

        #expect(try bench.store.jobs.list(JobFilter(limit: 3)).next == nil)
        #expect(try bench.store.jobs.list(JobFilter(limit: 2)).next != nil)
    }

    @Test func `filters by state and model work alone and together`() throws {
        let bench = try Bench()
        try bench.model("a")
        try bench.model("b")
        let first = try bench.job(model: "a").id
        let second = try bench.job(model: "b").id
        let third = try bench.job(model: "a").id
        _ = try bench.store.jobs.cancel(first)
        func listed(_ state: JobState?, _ model: String?) throws -> [JobID] {
            try bench.store.jobs.list(JobFilter(state: state, model: model)).jobs.map(\.id)
        }

        #expect(try listed(.queued, nil) == [third, second])
        #expect(try listed(nil, "a") == [third, first])
        #expect(try listed(.cancelled, "a") == [first])
        #expect(try listed(.cancelled, "b") == [])
    }
}
