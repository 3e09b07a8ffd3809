import Foundation
import GRDB
import JSON
import Testing

/// What is left when servers are killed.
@Suite(.serialized)
struct CrashTests {
    /// How many kills; the script that runs the drill for long sets it.
    private static let kills = ProcessInfo.processInfo.environment["TRAINYARD_KILLS"].flatMap(Int.init) ?? 10

    @Test func `killed at random moments, a server loses nothing that it acknowledged, and every job ends the same`()
        throws
    {
        var drill = try CrashDrill()
        try drill.run(kills: Self.kills)
    }

    /// How many power cuts; the script that runs the drill for long sets it.
    private static let cuts = ProcessInfo.processInfo.environment["TRAINYARD_CUTS"].flatMap(Int.init) ?? 8

    @Test
    func `when the power goes at random moments, nothing is lost that was acknowledged, and every job ends the same`()
        throws
    {
        var drill = try CrashDrill(disk: PowerCutDisk())
        try drill.run(kills: Self.cuts)
    }

    @Test func `of two servers on one folder, one killed again and again, no job is lost or run twice at a time`()
        throws
    {
        let folder = try TemporaryFolder()
        // Longer than the test waits: a server sees by itself that the other one is dead.
        let flags = ["--lease", "600", "--checkpoint-interval", "0.1"]
        let steady = try TestServer(on: folder, flags)
        defer { steady.stop() }
        let course = Course.all[0]
        // Long enough to be seen running, also in an optimised build.
        let request = course.request.replacing(#/"epochs": \d+/#, with: #""epochs": 300"#)
        try steady.define(course.definition)
        let expected = try #require(try steady.trained(request)["weights_sha256"]?.string())
        let database = try DatabaseQueue(path: folder.path("data/trainyard.sqlite"))
        func workers() throws -> [String] {
            let sql = """
                SELECT nodes.process FROM jobs JOIN nodes ON nodes.id = jobs.lease_node WHERE jobs.state = 'running'
                """
            return try database.read { try String.fetchAll($0, sql: sql) }
        }
        var ids: [String] = []

        for _ in 1...4 {
            let mortal = try TestServer(on: folder, flags)
            let name = " \(mortal.process.identifier) "
            // Some job is always waiting, so that the second server finds one however fast the first is.
            try wait(for: "the second server to run a job") {
                let waiting = try steady.get("/jobs?state=queued")["jobs"]?.count ?? 0
                if waiting < 3 { ids.append(try steady.train(request)) }
                return try workers().contains { $0.contains(name) } ? () : nil
            }
            mortal.process.signal(SIGKILL)
            #expect(mortal.process.wait().wasKilled)
        }
        let digests = try ids.map { try steady.job($0, until: "succeeded")["weights_sha256"]?.string() }

        #expect(digests.allSatisfy { $0 == expected })
        #expect(try steady.get("/models/adam/versions")["versions"]?.count == ids.count + 1)
        // A worker that finds its job with another one says so.
        #expect(!steady.process.errors.contains("lease lost") && !steady.process.errors.contains("run dropped"))
        #expect(try folder.trainyard("check").status == 0)
    }
}
