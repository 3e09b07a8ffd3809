import Foundation
import JSON
import Testing

/// What happens where memory is short.
@Suite(.serialized)
struct MemoryPressureTests {
    /// A model whose weights take `units`² numbers of four bytes.
    private func model(units: Int) -> String {
        #"{"name": "m", "input_shape": [8, 8, 1], "layers": [{"type": "Flatten"}, "#
            + #"{"type": "Dense", "units": \#(units), "activation": "relu"}, "#
            + #"{"type": "Dense", "units": \#(units), "activation": "relu"}, "#
            + #"{"type": "Dense", "units": 10, "activation": "softmax"}]}"#
    }

    private func bytes(_ server: TestServer, _ part: String) throws -> Int {
        let text = try server.get("/metrics").text
        let name = "trainyard_memory_bytes{part=\"\(part)\"}"
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name) })
        return try #require(line.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) })
    }

    @Test func `an upload that is held counts from its head on, until it is answered`() throws {
        try withServer { server in
            let head = "PUT /datasets/d HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            let socket = try RawSocket(port: server.port)
            try socket.send(head + "Content-Length: 20000000\r\n\r\n{\"x\": [")
            try wait(for: "the memory of the upload to be counted") {
                try bytes(server, "requests") >= 20_000_000 ? () : nil
            }
            let chunked = try RawSocket(port: server.port)
            let chunk = String(repeating: " ", count: 1 << 20)
            try chunked.send(head + "Transfer-Encoding: chunked\r\n\r\n100000\r\n\(chunk)\r\n")
            try wait(for: "the memory of an upload of unknown length to be counted") {
                try bytes(server, "requests") >= 81_000_000 ? () : nil
            }

            socket.close()
            chunked.close()

            try wait(for: "the memory to be given back") { try bytes(server, "requests") < 1_000_000 ? () : nil }
        }
    }

    @Test func `steps of generation and what sessions remember count as memory of models`() throws {
        try withServer { server in
            try server.define(
                #"""
                {"name": "writer", "input_shape": [256], "layers": [
                  {"type": "Embedding", "input_dim": 9, "output_dim": 64, "name": "e"},
                  {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 32, "inputs": ["e", "e"], "use_causal_mask": true},
                  {"type": "Dense", "units": 9}]}
                """#
            )
            let asked = try server.post(
                "/predict",
                #"{"model": "writer", "instances": [\#(Array(repeating: 1, count: 256))]}"#
            )
            #expect(asked.status == 200, "\(asked.text)")
            let plain = try bytes(server, "models")
            let written = try server.post("/generate", #"{"model": "writer", "inputs": [1]}"#)
            #expect(written.status == 200, "\(written.text)")
            // A row of the step has the keys and values of 256 steps.
            #expect(try bytes(server, "models") > plain + 2 * 256 * 64 * 4)

            try server.define(
                #"{"name": "walker", "input_shape": [1, 1], "layers": [{"type": "GRU", "units": 1000, "stateful": true}]}"#
            )
            func go(_ session: String) throws {
                let body = #"{"model": "walker", "instances": [[[1]], [[2]]], "session": "\#(session)"}"#
                #expect(try server.post("/predict", body).status == 200)
            }
            try go("first")
            let one = try bytes(server, "models")
            for number in 0..<8 { try go("s\(number)") }
            let nine = try bytes(server, "models")
            #expect(nine - one >= 8 * 2 * 1000 * 4)
            #expect(try server.curl("POST", "/models/walker/reset", []).status == 204)
            #expect(try bytes(server, "models") <= one - 2 * 1000 * 4)
        }
    }

    @Test(.enabled(if: MemoryGroup.isAvailable, "needs the right to make a control group"))
    func `what can never fit is refused with both figures, before it has come`() throws {
        let group = try MemoryGroup(megabytes: 256)
        let server = try TestServer(["--max-body", "200000000"], program: group.command(TestServer.program))
        defer { server.stop() }
        let socket = try RawSocket(port: server.port)
        try socket.send(
            "PUT /datasets/d HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 90000000\r\n\r\n{\"x\": ["
        )
        let answer = try socket.read { $0.contains("413") && $0.contains("bytes of memory") }
        #expect(answer.contains("HTTP/1.1 413 "))
        let capacity = 256 * 1_048_576 * 15 / 16 - 32 * 1_048_576
        #expect(answer.contains("360000000") && answer.contains("\(capacity)"), "\(answer)")

        try server.define(model(units: 3000))
        let job = Samples.digits("m")
        for path in ["/train", "/train?dry_run=true"] {
            let refused = try server.post(path, job)
            #expect(refused.status == 413 && refused.text.contains("\(capacity)"), "\(refused.text)")
        }
        #expect(try server.get("/health/ready").status == 200)
    }

    @Test(.enabled(if: MemoryGroup.isAvailable, "needs the right to make a control group"))
    func `a row too long for the memory that there is gets a 413 with both figures, and others are answered`() throws {
        let group = try MemoryGroup(megabytes: 384)
        let server = try TestServer(program: group.command(TestServer.program))
        defer { server.stop() }
        try server.define(
            """
            {"name": "looking", "input_shape": [null], "layers": [
              {"type": "Embedding", "input_dim": 4, "output_dim": 4, "name": "e"},
              {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 2, "inputs": ["e", "e"], "use_causal_mask": true},
              {"type": "Dense", "units": 1}]}
            """
        )
        func answer(steps: Int) throws -> Reply {
            let row = [String](repeating: "1", count: steps).joined(separator: ",")
            return try server.post("/predict", #"{"model": "looking", "instances": [[\#(row)]]}"#)
        }
        #expect(try answer(steps: 50).status == 200)

        // Twice 10,000² scores are 800 MB.
        let refused = try answer(steps: 10_000)

        #expect(refused.status == 413, "\(refused.text)")
        let capacity = 384 * 1_048_576 * 15 / 16 - 32 * 1_048_576
        #expect(refused.text.contains("bytes of memory") && refused.text.contains("\(capacity)"), "\(refused.text)")
        #expect(try answer(steps: 60).status == 200)
    }

    @Test(.enabled(if: MemoryGroup.isAvailable, "needs the right to make a control group"))
    func `a job whose server the kernel kills for memory fails at the next start, and one killed otherwise goes on`()
        throws
    {
        let group = try MemoryGroup(megabytes: 320)
        let folder = try TemporaryFolder()
        let flags = ["--threads", "1"]
        func start() throws -> TestServer {
            try TestServer(on: folder, flags, program: group.command(TestServer.program))
        }
        var server = try start()
        try server.define(model(units: 2500))
        let job = try server.train(Samples.digits("m", epochs: 100_000))
        try server.job(job, pastEpoch: 1)
        // Whoever kills it otherwise, the job goes on.
        server.process.signal(SIGKILL)
        #expect(server.process.wait().wasKilled)
        server = try start()
        _ = try server.job(job, until: "running")
        // More than half of what there is, and this server's record, not that of the one before, says so.
        let own = " \(server.process.identifier) "
        try wait(for: "the record of the memory in use") {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("data"))
            let records = names.filter { $0.hasPrefix("memory-") }.compactMap { name in
                try? JSONDocument(parsing: Array(Data(contentsOf: URL(filePath: folder.path("data/\(name)"))))).root
            }
            let isLarge = try records.contains { record in
                try (record["used_bytes"]?.int() ?? 0) > 160 << 20
                    && (record["process"]?.string() ?? "").contains(own)
            }
            return isLarge ? () : nil
        }

        // The kernel chooses the server when another program fills the group.
        try Data("1000".utf8).write(to: URL(filePath: "/proc/\(server.process.identifier)/oom_score_adj"))
        let command = group.command("/usr/bin/python3") + ["-c", "b = [bytearray(1 << 20) for _ in range(300)]"]
        let filler = try ChildProcess(command[0], Array(command.dropFirst()))
        #expect(server.process.wait().wasKilled)
        _ = filler.wait()

        server = try start()
        defer { server.stop() }
        let failed = try server.job(job, until: "failed")
        let detail = try #require(try failed["error", "detail"]?.string())
        #expect(detail.contains("killed for memory") && detail.contains("\(320 << 20)"), "\(detail)")
        #expect(detail.contains("batch_size"))
        #expect(try server.get("/health/ready").status == 200)
    }

    @Test(.enabled(if: MemoryGroup.isAvailable, "needs the right to make a control group"))
    func `a job that waits for memory begins when another gives it back, and can be cancelled before`() throws {
        // Room for one such job, also where it takes a fifth more than its price, and not for two.
        let group = try MemoryGroup(megabytes: 384)
        let flags = ["--threads", "2", "--workers", "2"]
        let server = try TestServer(flags, program: group.command(TestServer.program))
        defer { server.stop() }
        try server.define(model(units: 2500))
        let request = Samples.digits("m", epochs: 100_000)
        let first = try server.train(request)
        try server.job(first, pastEpoch: 1)
        let taken = try bytes(server, "jobs")
        for isCancelled in [true, false] {
            let next = try server.train(request)
            _ = try server.job(next, until: "running")
            #expect(try bytes(server, "jobs") == taken)
            #expect(try server.post("/jobs/\(isCancelled ? next : first)/cancel").status == 200)
            _ = try server.job(isCancelled ? next : first, until: "cancelled")
            if !isCancelled { try server.job(next, pastEpoch: 1) }
        }
    }

    /// What is trained, and how.
    struct Job: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let layers: [String]
        let options: String
    }

    private static func dense(_ units: Int) -> String {
        #"{"type": "Dense", "units": \#(units), "activation": "relu"}"#
    }

    private static func convolution(_ filters: Int) -> String {
        #"{"type": "Conv2D", "filters": \#(filters), "kernel_size": 3, "padding": "same", "activation": "relu"}"#
    }

    private static let flatten = #"{"type": "Flatten"}"#
    private static let pool = #"{"type": "GlobalAveragePooling2D"}"#

    /// Jobs whose memory is mostly weights, mostly results, or little.
    static let jobs = [
        Job(
            testDescription: "weights, Adam",
            layers: [flatten, dense(1500), dense(1500)],
            options: #""batch_size": 128, "optimizer": "adam""#
        ),
        Job(
            testDescription: "weights, SGD",
            layers: [flatten, dense(1500), dense(1500)],
            options: #""batch_size": 32, "optimizer": "sgd""#
        ),
        Job(
            testDescription: "many layers",
            layers: [flatten] + [String](repeating: dense(600), count: 8),
            options: #""batch_size": 64, "optimizer": "adam""#
        ),
        Job(
            testDescription: "batch normalization",
            layers: [convolution(32), #"{"type": "BatchNormalization"}"#, convolution(32), pool],
            options: #""batch_size": 512"#
        ),
        Job(
            testDescription: "results",
            layers: [convolution(64), convolution(64), pool],
            options: #""batch_size": 1024, "validation_split": 0.3"#
        ),
    ]

    @Test(arguments: jobs)
    func `a job's price is what it takes, within a fifth`(job: Job) throws {
        try withServer(["--threads", "2"]) { server in
            for (name, layers) in [("first", [Self.flatten]), ("m", job.layers)] {
                let all = layers + [#"{"type": "Dense", "units": 10, "activation": "softmax"}"#]
                try server.define(
                    #"{"name": "\#(name)", "input_shape": [8, 8, 1], "layers": [\#(all.joined(separator: ", "))]}"#
                )
            }
            func request(_ model: String) -> String {
                #"{"model": "\#(model)", "dataset": "digits", "epochs": 12, \#(job.options), "#
                    + #""loss": "sparse_categorical_crossentropy"}"#
            }
            // What the first job of a server brings with it is none of the job's.
            _ = try server.trained(request("first"))
            let files = "/proc/\(server.process.identifier)"
            func kilobytes(_ key: String) throws -> Int {
                let line = try String(contentsOfFile: files + "/status", encoding: .utf8).split(separator: "\n")
                    .first { $0.hasPrefix(key) }
                return try #require(line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
            }
            try Data("5".utf8).write(to: URL(filePath: files + "/clear_refs"))
            let before = try kilobytes("VmRSS:")
            _ = try server.trained(request("m"))
            let peak = 1024 * (try kilobytes("VmHWM:") - before)
            let price = try #require(try server.post("/train?dry_run=true", request("m"))["peak_bytes"]?.int())

            #expect(abs(price - peak) <= peak / 5, "priced at \(price), took \(peak) bytes")
        }
    }
}
