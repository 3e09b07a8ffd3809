import ModelStore
import PrivatePostgreSQL
import Testing

/// Commits whose answer never comes.
@Suite(.enabled(if: PrivateServer.isInstalled, "needs a PostgreSQL to start"))
struct UncertainCommitTests {
    @Test(arguments: [CommitLosingRelay.Loss.answer, .commit])
    func `what is lost over a commit is done once all the same, and answered`(_ loss: CommitLosingRelay.Loss) throws {
        let place = try PrivateServer.shared.get().newPlace()
        let relay = try CommitLosingRelay(to: place)
        let store = try Store.open(on: StoreAddress(relay.url(place)), cache: ScratchFolder().path)
        let straight = try Store.open(on: StoreAddress(place), cache: ScratchFolder().path)
        _ = try store.models.insert(name: "m", definition: "{}")

        relay.lose(loss)
        let job = try store.jobs.enqueue(NewJob(model: "m", request: "{}"))

        #expect(relay.losses == 1)
        #expect(try straight.jobs.counts()[.queued] == 1)
        #expect(try straight.jobs.find(job.id).state == .queued)
    }
}
