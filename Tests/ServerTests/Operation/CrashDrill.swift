import Foundation
import JSON
import Testing

/// Kills a server again and again while it works, and holds it to what it acknowledged.
struct CrashDrill {
    /// What is known of a job that the server acknowledged.
    private struct Accepted {
        let course: Course
        var mayBeCancelled = false
        var isCancelled = false
        var isVerified = false
    }

    /// A request whose answer never came: it is sent again under its key.
    private struct Unanswered {
        let course: Course
        let key: String
    }

    /// How many jobs may be waiting or running for a new one to be sent.
    private static let unfinishedJobs = 6

    private static let flags = ["--lease", "0.5", "--checkpoint-interval", "0.1"]

    private let folder: TemporaryFolder
    private let expected: [String: String]
    private var random: SystemRandomNumberGenerator
    private var jobs: [String: Accepted] = [:]
    private var unanswered: [Unanswered] = []
    private var keys = 0
    private var predictions = 0

    /// Trains every course once in a folder of its own, without a kill.
    init() throws {
        folder = try TemporaryFolder()
        random = SystemRandomNumberGenerator()
        expected = try withServer { server in
            let pairs = try Course.all.map { course in
                try server.define(course.definition)
                let digest = try server.trained(course.request)["weights_sha256"]?.string()
                return (course.model, try #require(digest))
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }

    /// The jobs that are not known to have ended, oldest first.
    private var unfinished: [String] {
        jobs.filter { !$0.value.isVerified }.keys.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
    }

    /// Kills a server that many times, checks after each kill, and in the end lets every job come to its end.
    mutating func run(kills: Int) throws {
        let start = ContinuousClock.now
        for number in 1...kills {
            if number % 8 == 0 { try killWhileStarting() }
            try liveAndDie()
            let check = try folder.trainyard("check")
            try #require(check.status == 0, "after kill \(number): \(check.text)\(check.errors)")
        }
        let server = try TestServer(on: folder, Self.flags)
        try catchUp(with: LooseClient(port: server.port))
        try finish(server)
        server.stop()
        let check = try folder.trainyard("check")
        #expect(check.status == 0, "\(check.text)")
        let seconds = start.duration(to: .now).components.seconds
        let cancelled = jobs.values.count { $0.isCancelled }
        print(
            "\(kills) kills in \(seconds) s: \(jobs.count) jobs acknowledged, \(jobs.count - cancelled) trained to the",
            "expected weights, \(cancelled) cancelled, \(predictions) predictions; \(check.text)"
        )
    }

    /// One life of a server: it is asked this and that until it is killed.
    private mutating func liveAndDie() throws {
        let server = try TestServer(on: folder, Self.flags)
        let client = LooseClient(port: server.port)
        let delay = UInt32.random(in: 1_000...900_000, using: &random)
        let killer = Thread {
            usleep(delay)
            server.process.signal(SIGKILL)
        }
        killer.start()
        try catchUp(with: client)
        if unfinished.count < Self.unfinishedJobs { try train(with: client) }
        while server.process.isRunning { try ask(client) }
        try #require(server.process.wait().wasKilled)
    }

    private mutating func killWhileStarting() throws {
        let data = folder.path("data")
        let process = try ChildProcess(TestServer.program, ["serve", "--port", "0", "--data", data] + Self.flags)
        usleep(UInt32.random(in: 0...400_000, using: &random))
        process.signal(SIGKILL)
        #expect(process.wait().wasKilled)
    }

    /// Sees to it that the models are there, sends again what was not answered, and looks at every job.
    private mutating func catchUp(with client: LooseClient) throws {
        for course in Course.all {
            guard let answer = client.send("POST", "/models", course.definition) else { return }
            try #require([201, 409].contains(answer.status), "\(answer)")
        }
        while let request = unanswered.last {
            guard try send(request, to: client) else { return }
            unanswered.removeLast()
        }
        for id in jobs.keys {
            guard try look(at: id, client) else { return }
        }
    }

    private mutating func train(with client: LooseClient) throws {
        keys += 1
        let course = try #require(Course.all.randomElement(using: &random))
        let request = Unanswered(course: course, key: "key-\(keys)")
        if try !send(request, to: client) { unanswered.append(request) }
    }

    /// Sends a training request; false where no answer came.
    private mutating func send(_ request: Unanswered, to client: LooseClient) throws -> Bool {
        guard let answer = client.send("POST", "/train", request.course.request, key: request.key) else { return false }
        // The models may not be there yet.
        if answer.status == 404, jobs.isEmpty { return false }
        try #require(answer.status == 202, "\(String(decoding: answer.body, as: UTF8.self))")
        let id = try #require(answer.text("id"))
        try #require(jobs[id] == nil, "job \(id) was made twice")
        jobs[id] = Accepted(course: request.course)
        return true
    }

    /// Holds a job against what it must be; false where no answer came.
    private mutating func look(at id: String, _ client: LooseClient) throws -> Bool {
        guard let job = jobs[id], !job.isVerified else { return true }
        guard let answer = client.send("GET", "/jobs/\(id)") else { return false }
        try #require(answer.status == 200, "job \(id) is lost: \(String(decoding: answer.body, as: UTF8.self))")
        let state = answer.text("state")
        try #require(state != "failed", "\(String(decoding: answer.body, as: UTF8.self))")
        if state == "cancelled" {
            #expect(job.mayBeCancelled)
            jobs[id]?.isCancelled = true
            jobs[id]?.isVerified = true
        }
        guard state == "succeeded" else { return true }
        #expect(answer.text("weights_sha256") == expected[job.course.model], "job \(id) of \(job.course.model)")
        let version = try #require(try answer["version"]?.int())
        guard let weights = client.send("GET", "/models/\(job.course.model)/weights?version=\(version)") else {
            return false
        }
        #expect(weights.status == 200)
        jobs[id]?.isVerified = true
        return true
    }

    /// Cancels, pauses or resumes a job, or predicts.
    private mutating func ask(_ client: LooseClient) throws {
        let job = unfinished.randomElement(using: &random)
        switch Int.random(in: 0..<2000, using: &random) {
        case 0:
            guard let job else { return }
            jobs[job]?.mayBeCancelled = true
            _ = client.send("POST", "/jobs/\(job)/cancel")
        case 1...12:
            guard let job else { return }
            _ = client.send("POST", "/jobs/\(job)/pause")
        case 13...60:
            guard let job else { return }
            _ = client.send("POST", "/jobs/\(job)/resume")
        default:
            let course = try #require(Course.all.randomElement(using: &random))
            guard let answer = client.send("GET", "/predict?model=\(course.model)&input=\(course.input)") else {
                return
            }
            #expect(answer.status == 200 || jobs.isEmpty, "\(String(decoding: answer.body, as: UTF8.self))")
            predictions += 1
        }
    }

    private mutating func finish(_ server: TestServer) throws {
        let client = LooseClient(port: server.port)
        for id in unfinished {
            try wait(for: "job \(id) to end") {
                let state = try server.get("/jobs/\(id)")["state"]?.string()
                if state == "paused" { _ = try server.post("/jobs/\(id)/resume") }
                _ = try look(at: id, client)
                return jobs[id]?.isVerified == true ? () : nil
            }
        }
        #expect(unanswered.isEmpty)
        var count = 0
        var after = ""
        repeat {
            let page = try server.get("/jobs?limit=100\(after)")
            count += page["jobs"]?.count ?? 0
            let next = try #require(page["next"])
            after = next.isNull ? "" : "&after=\(try next.string())"
        } while !after.isEmpty
        #expect(count == jobs.count, "a job exists that nobody was told of")
    }
}
