import Foundation
import JSON
import Testing

/// Jobs with `"precision": "mixed_bfloat16"`.
struct PrecisionTests {
    private static let mixed = #""precision": "mixed_bfloat16""#

    /// Whether the processor multiplies bfloat16, and the tests weren't told to do without.
    static let hasBFloat16: Bool = {
        guard ProcessInfo.processInfo.environment["DNNL_MAX_CPU_ISA"] == nil,
            let description = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        else { return false }
        return description.contains(" avx512_bf16 ")
    }()

    @Test func `a processor without bfloat16 refuses with the reason`() throws {
        let server = try TestServer(environment: ["DNNL_MAX_CPU_ISA": "AVX512_CORE"])
        defer { server.stop() }
        try server.define(Samples.cnn())

        for path in ["/train", "/train?dry_run=true"] {
            let reply = try server.post(path, Samples.digits(epochs: 1, Self.mixed))

            #expect(reply.status == 422)
            #expect(reply["errors", "0", "pointer"]?.source == "\"/precision\"", "\(reply.text)")
            #expect(reply.text.contains("needs a processor with AVX-512 BF16"))
        }
        let exact = try server.trained(Samples.digits(epochs: 1, #""precision": "float32""#))
        #expect(exact["options", "precision"] == nil)
    }

    @Test(.enabled(if: hasBFloat16))
    func `the precision is told, and a replay and a fork keep it`() throws {
        try withServer(["--threads", "2"]) { server in
            try server.define(Samples.cnn())
            let exact = try server.trained(Samples.digits(epochs: 4))
            let request = Samples.digits(epochs: 4, #"\#(Self.mixed), "keep_epochs": "all""#)
            let origin = try server.trained(request)
            let id = try #require(origin["id"]).string()

            #expect(origin["options", "precision"]?.source == "\"mixed_bfloat16\"", "\(origin.text)")
            #expect(origin["weights_sha256"]?.source != exact["weights_sha256"]?.source)
            let version = try server.get("/models/cnn/versions/2")
            #expect(version["options", "training", "precision"]?.source == "\"mixed_bfloat16\"", "\(version.text)")

            let replay = try #require(server.post("/jobs/\(id)/replay")["id"]).string()
            #expect(try server.job(replay, until: "succeeded")["replay", "identical"]?.source == "true")

            func fork(_ body: String) throws -> Reply {
                try server.job(#require(server.post("/jobs/\(id)/fork", body)["id"]).string(), until: "succeeded")
            }
            let same = try fork(#"{"epoch": 2}"#)
            #expect(same["options", "precision"]?.source == "\"mixed_bfloat16\"")
            #expect(same["weights_sha256"]?.source == origin["weights_sha256"]?.source)
            let other = try fork(#"{"epoch": 2, "precision": "float32"}"#)
            #expect(other["options", "precision"] == nil)
            #expect(other["weights_sha256"]?.source != origin["weights_sha256"]?.source)
        }
    }

    @Test(.enabled(if: hasBFloat16))
    func `a job whose server was killed goes on to the same weights, and any processor answers with them`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let request = Samples.digits(epochs: 150, Self.mixed)
        let whole = try server.trained(request)
        let id = try server.train(request)
        try server.job(id, pastEpoch: 75)

        let again = try server.restarted(killing: true)
        let resumed = try again.job(id, until: "succeeded")
        #expect(resumed["weights_sha256"]?.source == whole["weights_sha256"]?.source)
        let question = #"{"model": "cnn", "version": 2, "dataset": "digits"}"#
        let judged = try again.post("/evaluate", question)
        #expect(judged.status == 200, "\(judged.text)")

        let elsewhere = try again.restarted(environment: ["DNNL_MAX_CPU_ISA": "AVX512_CORE"])
        defer { elsewhere.stop() }
        let same = try elsewhere.post("/evaluate", question)
        #expect(same.status == 200, "\(same.text)")
        #expect(same.text.contains("accuracy"))
    }

    @Test(.enabled(if: hasBFloat16))
    func `a job that goes on where the processor can't fails with the reason`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let id = try server.train(Samples.digits(epochs: 100_000, Self.mixed))
        try server.job(id, pastEpoch: 1)

        let elsewhere = try server.restarted(environment: ["DNNL_MAX_CPU_ISA": "AVX512_CORE"])
        defer { elsewhere.stop() }
        let job = try elsewhere.job(id, until: "failed")

        #expect(job["error"]?.source.contains("needs a processor with AVX-512 BF16") == true, "\(job.text)")
    }
}
