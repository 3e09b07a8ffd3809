import Foundation
import JSON
import Testing

/// What happens where there is too little of something.
struct PressureTests {
    /// How many answers in a text say that a job was accepted.
    private func accepted(_ answers: String) -> Int { answers.components(separatedBy: "HTTP/1.1 202 ").count - 1 }

    @Test func `a full queue is a 429 that says when to come back, and no job is lost`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let running = try server.train(Samples.digits(epochs: 100_000))
            try server.job(running, pastEpoch: 1)
            let body = Samples.digits()
            let request =
                "POST /train HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            let socket = try RawSocket(port: server.port)
            for _ in 0..<20 {
                try socket.send(String(repeating: request, count: 50))
                let answers = try socket.read { accepted($0) == 50 && $0.hasSuffix("}") }
                try #require(accepted(answers) == 50)
            }

            let refused = try server.post("/train", body)

            #expect(refused.status == 429)
            #expect(refused.fields["retry-after"].flatMap { Int($0) } != nil)
            #expect(try refused["detail"]?.string().contains("1000") == true)
            #expect(try server.get("/jobs?state=queued&limit=1000")["jobs"]?.count == 1000)
            #expect(try server.post("/jobs/500/cancel").status == 200)
            #expect(try server.post("/train", body).status == 202)
        }
    }

    @Test func `a disk that is full is a 503, and the server goes on`() throws {
        // A limit on the size of files stands for the disk: 4 MB in blocks of 1,024 bytes.
        let folder = try TemporaryFolder()
        let script = try folder.write(
            Array("ulimit -f 4096; exec \"\(TestServer.program)\" \"$@\"".utf8),
            to: "limited"
        )
        let server = try TestServer(program: ["/bin/bash", script])
        defer { server.stop() }
        let csv = Array(("a,b\n" + String(repeating: "1,2.5\n", count: 1_000_000)).utf8)

        let reply = try server.put("/datasets/large", csv, contentType: "text/csv")

        #expect(reply.status == 503, "\(reply.text)")
        #expect(try server.get("/datasets/large").status == 404)
        #expect(try server.get("/health/ready").status == 200)
        let small = try server.put("/datasets/small", Array("a,b\n1,2\n2,3\n".utf8), contentType: "text/csv")
        #expect(small.status == 201)
    }

    @Test func `refused and broken requests leave no descriptor open`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let upload =
                "PUT /datasets/d HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 99\r\n\r\na,b\n1,2\n"
            func round() throws {
                let socket = try RawSocket(port: server.port)
                try socket.send(upload)
                socket.close()
                let bad = try server.put("/datasets/d", Array("a,b\n1\n".utf8), contentType: "text/csv")
                #expect(bad.status == 422)
                #expect(try server.post("/predict", #"{"model": "line", "instances": [[1]]}"#).status == 422)
                let inline = #"{"model": "line", "data": {"x": [[1, 2, 3]], "y": [1]}, "loss": "mse"}"#
                #expect(try server.post("/train", inline).status == 422)
                #expect(
                    try server.put("/models/line/weights", [1], contentType: "application/octet-stream").status == 422
                )
            }
            // The first rounds open what stays open: connections to the database.
            for _ in 0..<5 { try round() }
            let before = server.process.openDescriptors

            for _ in 0..<20 { try round() }

            // The database may still open readers, three descriptors each, up to five of them; a leak shows twenty times.
            try wait(for: "the descriptors of 20 rounds to be closed") {
                server.process.openDescriptors < before + 20 ? () : nil
            }
        }
    }

    @Test func `a body over the limit is a 413`() throws {
        try withServer(["--max-body", "4096"]) { server in
            let body = #"{"x": [[\#(String(repeating: "1,", count: 4000))1]], "y": [1]}"#
            #expect(try server.post("/train", body).status == 413)
            #expect(try server.put("/datasets/d", Array(body.utf8), contentType: "application/json").status == 413)
            // Uploads that are read as they arrive have no such limit.
            let csv = Array(("a,b\n" + (0..<2000).map { "\($0),\($0).5" }.joined(separator: "\n") + "\n").utf8)
            let upload = try server.put("/datasets/d", csv, contentType: "text/csv")
            #expect(upload.status == 201)
        }
    }
}
