import Foundation
import JSON
import Testing

/// What is left of kept epochs and of forks when the power goes.
struct RunDurabilityTests {
    @Test(arguments: [PowerCutDisk.Leftovers.none, .some])
    func `a fork that was accepted is there after a power cut, with what it goes on from`(
        leftovers: PowerCutDisk.Leftovers
    ) throws {
        let disk = try PowerCutDisk()
        let server = try TestServer(on: disk.folder, environment: disk.environment)
        try server.define(Samples.cnn())
        let origin = try server.trained(Samples.digits(epochs: 4, #""keep_epochs": "all""#))
        let id = try #require(origin["id"]).string()
        // So that the fork has not begun yet when the power goes.
        let blocker = try server.train(Samples.digits(epochs: 100_000))
        try server.job(blocker, pastEpoch: 1)
        let fork = try server.post("/jobs/\(id)/fork", #"{"epoch": 2}"#)
        try #require(fork.status == 202, "\(fork.text)")
        #expect(try server.curl("DELETE", "/jobs/\(id)").status == 204)
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        try disk.cut(leaving: leftovers)

        let again = try TestServer(on: disk.folder, environment: disk.environment)
        defer { again.stop() }
        _ = try again.post("/jobs/\(blocker)/cancel")
        let job = try again.job(try #require(fork["id"]).string(), until: "succeeded")

        #expect(job["weights_sha256"]?.source == origin["weights_sha256"]?.source)
        #expect(job["history"]?.source == origin["history"]?.source)
    }

    @Test func `an epoch that is shown as kept is there after a power cut, whole`() throws {
        let disk = try PowerCutDisk()
        let server = try TestServer(on: disk.folder, environment: disk.environment)
        try server.define(Samples.cnn())
        let id = try server.train(Samples.digits(epochs: 100_000, #""keep_epochs": "all""#))
        let kept = try wait(for: "kept epochs") {
            let kept = try server.get("/jobs/\(id)")["kept_epochs"]?.elements.map { try $0.int() } ?? []
            return kept.count >= 3 ? kept : nil
        }
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        try disk.cut()

        let again = try TestServer(on: disk.folder, environment: disk.environment)
        defer { again.stop() }

        _ = try again.post("/jobs/\(id)/cancel")
        for epoch in kept {
            let reply = try again.get("/models/cnn/weights?version=job:\(id)@\(epoch)")
            #expect(reply.status == 200, "\(reply.text)")
        }
    }
}
