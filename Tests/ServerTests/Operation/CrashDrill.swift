import Foundation
import JSON
import Synchronization
import Testing

/// Kills a server again and again while it works, or cuts the power of its disk too, and holds it to what it acknowledged.
struct CrashDrill {
    /// What is known of a job that the server acknowledged.
    private struct Accepted {
        let course: Course
        var mayBeCancelled = false
        /// In which life it was last seen at its end; nil before.
        var ended: Int?
        var isCancelled = false
        var isRemoved = false
    }

    /// What training gives where nobody kills a server.
    private struct Outcome {
        let weights: String
        let epochs: Int
    }

    /// A request whose answer never came: it is sent again under its key.
    private struct Unanswered {
        let course: Course
        let key: String
    }

    /// How many jobs may be waiting or running for a new one to be sent.
    private static let unfinishedJobs = 6

    /// How many lives a job that has ended is looked at again, to see that it stays so.
    private static let livesAfterEnd = 2

    private static let flags = ["--lease", "0.5", "--checkpoint-interval", "0.1"]

    /// The disk whose power is cut with each kill; nil where the machine goes on.
    private let disk: PowerCutDisk?
    private let folder: TemporaryFolder
    private let others = (1...3).map { Possessions(name: "\($0)") }
    private let expected: [String: Outcome]
    private var random: SystemRandomNumberGenerator
    private var jobs: [String: Accepted] = [:]
    private var unanswered: [Unanswered] = []
    private var keys = 0
    private var predictions = 0
    private var life = 0
    /// Removals of jobs that were not answered.
    private var removals = 0
    private var losses: [String] = []

    /// Trains every course once in a folder of its own, without a kill.
    init(disk: PowerCutDisk? = nil) throws {
        self.disk = disk
        folder = try disk?.folder ?? TemporaryFolder()
        random = SystemRandomNumberGenerator()
        expected = try withServer { server in
            let pairs = try Course.all.map { course in
                try server.define(course.definition)
                let job = try server.trained(course.request)
                let digest = try #require(try job["weights_sha256"]?.string())
                return (course.model, Outcome(weights: digest, epochs: try #require(job["history"]?.count)))
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }

    /// The jobs that are not known to have ended, oldest first.
    private var unfinished: [String] {
        jobs.filter { $0.value.ended == nil && !$0.value.isRemoved }.keys.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
    }

    private var environment: [String: String] { disk?.environment ?? [:] }

    /// Kills a server that many times, checks after each kill, and in the end lets every job come to its end.
    mutating func run(kills: Int) throws {
        let start = ContinuousClock.now
        for number in 1...kills {
            if number % 8 == 0 { try killWhileStarting() }
            try liveAndDie()
            try disk?.cut(leaving: number.isMultiple(of: 2) ? .some : .none)
            try check(after: "kill \(number)")
            try disk?.beginAnew()
        }
        let server = try TestServer(on: folder, Self.flags)
        let client = LooseClient(port: server.port)
        try catchUp(with: client)
        for other in others { losses += try #require(try other.losses(with: client)) }
        try finish(server)
        server.stop()
        try check(after: "the end")
        let seconds = start.duration(to: .now).components.seconds
        let cancelled = jobs.values.count { $0.isCancelled }
        print(
            "\(kills) \(disk == nil ? "kills" : "power cuts") in \(seconds) s: \(jobs.count) jobs acknowledged,",
            "\(jobs.count - cancelled) trained to the expected weights, \(cancelled) cancelled,",
            "\(others.reduce(0) { $0 + $1.acknowledged }) changes of models, datasets, weights and aliases acknowledged,",
            "\(predictions) predictions; \(losses.count) losses"
        )
        #expect(losses.isEmpty, "\(losses.joined(separator: "\n"))")
    }

    private mutating func check(after what: String) throws {
        let check = try folder.trainyard("check")
        if check.status != 0 { losses.append("check after \(what): \(check.text)\(check.errors)") }
    }

    /// One life of a server: it is asked this and that until it is killed.
    private mutating func liveAndDie() throws {
        life += 1
        let server = try TestServer(on: folder, Self.flags, environment: environment)
        let client = LooseClient(port: server.port)
        let delay = UInt32.random(in: 1_000...900_000, using: &random)
        let killer = Thread {
            usleep(delay)
            server.process.signal(SIGKILL)
        }
        killer.start()
        let found = Mutex<[String]>([])
        let ended = DispatchGroup()
        let others = others
        for other in others {
            ended.enter()
            let thread = Thread {
                defer { ended.leave() }
                do {
                    guard let losses = try other.losses(with: client) else { return }
                    found.withLock { $0 += losses }
                    while try other.change(with: client) {}
                } catch {
                    Issue.record(error)
                }
            }
            thread.start()
        }
        try catchUp(with: client)
        if unfinished.count < Self.unfinishedJobs { try train(with: client) }
        while server.process.isRunning { try ask(client) }
        try #require(server.process.wait().wasKilled)
        ended.wait()
        losses += found.withLock { $0 }
    }

    private mutating func killWhileStarting() throws {
        let process = try ChildProcess(
            TestServer.program,
            ["serve", "--port", "0", "--data", folder.path("data")] + Self.flags,
            environment: environment
        )
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
        for id in jobs.keys {
            guard try look(at: id, client) else { return }
        }
        while let request = unanswered.last {
            guard try send(request, to: client) else { return }
            unanswered.removeLast()
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
        guard let job = jobs[id], job.ended.map({ life - $0 <= Self.livesAfterEnd }) ?? true else { return true }
        guard let answer = client.send("GET", "/jobs/\(id)") else { return false }
        guard answer.status == (job.isRemoved ? 404 : 200) else {
            losses.append("job \(id): \(answer.status), expected \(job.isRemoved ? "none" : "one")")
            jobs[id] = job.isRemoved ? job : nil
            return true
        }
        if job.isRemoved { return true }
        let state = answer.text("state")
        let isFinal = state == "succeeded" || state == "cancelled"
        if state == "failed" || (job.ended != nil && !isFinal) || (state == "cancelled" && !job.mayBeCancelled) {
            losses.append("job \(id): \(String(decoding: answer.body, as: UTF8.self))")
            jobs[id] = nil
            return true
        }
        if state == "succeeded" {
            let expected = try #require(expected[job.course.model])
            #expect(answer.text("weights_sha256") == expected.weights, "job \(id) of \(job.course.model)")
            #expect(answer["history"]?.count == expected.epochs, "job \(id) of \(job.course.model)")
            let version = try #require(try answer["version"]?.int())
            let path = "/models/\(job.course.model)/weights?version=\(version)"
            guard let weights = client.send("GET", path) else { return false }
            if weights.status != 200 { losses.append("\(path): \(weights.status)") }
        }
        if isFinal, job.ended == nil { jobs[id]?.ended = life }
        jobs[id]?.isCancelled = state == "cancelled"
        return true
    }

    /// Removes a job that has ended.
    private mutating func remove(_ client: LooseClient) throws {
        let ended = jobs.filter { $0.value.ended == life && !$0.value.isRemoved && !$0.value.isCancelled }
        guard let id = ended.keys.randomElement(using: &random) else { return }
        guard let answer = client.send("DELETE", "/jobs/\(id)") else {
            // It may be there or not: nothing can be said of it any more.
            removals += 1
            jobs[id] = nil
            return
        }
        try #require(answer.status == 204)
        jobs[id]?.isRemoved = true
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
        case 61...90:
            _ = try job.map { try look(at: $0, client) }
        case 91:
            try remove(client)
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
                return jobs[id]?.ended == nil && jobs[id] != nil ? nil : ()
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
        let expected = jobs.values.count { !$0.isRemoved }
        #expect(expected...expected + removals ~= count, "a job exists that nobody was told of")
    }
}
