import JSON
import Testing

@Suite("train and jobs")
struct TrainingCommandTests {
    @Test("train prints the job's id alone, and with --wait waits for its end")
    func waits() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        let outcome = try yard.run("train", "short.json", "--wait")
        #expect(outcome.output == "1\n")
        #expect(outcome.errors.contains("job 1 succeeded, version 1 of digits-small"))
        #expect(outcome.errors.contains("test_accuracy"))
        let lines = try yard.run("train", "-", "--wait", "--json", input: yard.folder.text("short.json")).lines
        #expect(try lines.map { try json($0)["state"]?.string() } == ["queued", "succeeded"])
        #expect(try json(lines[1])["history"] == nil)
    }

    @Test("a key makes a job once")
    func key() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        for _ in 1...2 { #expect(try yard.run("train", "short.json", "--key", "night 1").output == "1\n") }
        try yard.run("train", "long.json", "--key", "night 1", expecting: 65)
        #expect(try yard.run("jobs", "list", "--json").lines.count == 1)
    }

    @Test("jobs are listed, shown, paused, resumed, cancelled and deleted")
    func steering() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        let id = String(try yard.run("train", "long.json").output.dropLast())
        _ = try waited(for: "the job to run") { try yard.state(of: id) == "running" ? true : nil }
        try yard.run("jobs", "delete", id, expecting: 65)
        #expect(try yard.run("jobs", "pause", id).output.contains("paused"))
        _ = try waited(for: "the job to pause") { try yard.state(of: id) == "paused" ? true : nil }
        try yard.run("jobs", "resume", id)
        let cancelled = try yard.run("jobs", "cancel", id, "--json")
        #expect(try json(cancelled.output)["id"]?.string() == id)
        let waiting = try yard.run("jobs", "wait", id, expecting: 1)
        #expect(waiting.errors == "trainyard: job \(id) was cancelled\n")
        try yard.run("train", "short.json", "--wait")

        let table = try yard.run("jobs").lines
        #expect(
            table.map { $0.split(separator: " ").prefix(3).joined(separator: " ") } == [
                "job state model", "2 succeeded digits-small", "1 cancelled digits-small",
            ]
        )
        #expect(try yard.run("jobs", "list", "--state", "cancelled", "--json").lines.count == 1)
        #expect(try yard.run("jobs", "--limit", "1", "--json").lines.count == 1)
        let shown = try yard.run("jobs", "show", "2", "--epochs", "2").lines
        #expect(shown.contains { $0.hasPrefix("test_accuracy ") })
        #expect(shown.suffix(3).map { $0.split(separator: " ")[0] } == ["epoch", "2", "3"])
        #expect(try json(yard.run("jobs", "show", "2", "--json").output)["history"]?.count == 3)
        #expect(try yard.run("jobs", "delete", id).output == "job 1 deleted\n")
        try yard.run("jobs", "show", id, expecting: 66)
    }

    @Test("a job is forked and repeated, and a replay of other weights has status 1")
    func forksAndReplays() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        let request = yard.folder.text("short.json").replacing(
            "\"epochs\":",
            with: "\"keep_epochs\": 2, \"epochs\":"
        )
        let id = String(try yard.run("train", "-", "--wait", input: request).output.dropLast())

        let forked = try yard.run("jobs", "fork", id, "--epoch", "2", "--wait", "--json").lines
        #expect(try forked.map { try json($0)["state"]?.string() } == ["queued", "succeeded"])
        #expect(try json(forked[1])["forked_from"]?.source == #"{"job":"1","epoch":2}"#)
        let replay = try yard.run("jobs", "replay", id, "--wait")
        #expect(replay.output == "3\n")
        #expect(replay.errors.contains("job 3 succeeded, the weights of job 1"), "\(replay.errors)")
        let shown = try yard.run("jobs", "show", id, "--epochs", "0").output
        #expect(shown.contains("kept epochs") && shown.contains("2, 3"), "\(shown)")
        #expect(try yard.run("jobs", "show", "3", "--epochs", "0").output.contains("the weights of job 1"))
        #expect(try yard.run("jobs", "fork", "2").output == "4\n")
        try yard.run("jobs", "fork", id, "--epoch", "1", expecting: 66)
        try yard.run("jobs", "fork", id, "--epoch", "0", expecting: 64)
        try yard.run("jobs", "replay", "99", expecting: 66)
    }

    @Test("a list longer than a page of the server is whole")
    func pages() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        try yard.run("train", "long.json")
        for _ in 1...104 { try yard.run("train", "short.json") }
        let ids = try yard.run("jobs", "--json").lines.map { try json($0)["id"]?.string() }
        #expect(ids == (1...105).reversed().map { "\($0)" })
    }
}
