import Dispatch
import HTTP
import HTTPTypes
import Testing

/// A thread of its own, for tasks.
private final class OneThread: TaskExecutor {
    let queue = DispatchQueue(label: "one thread")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

@Suite(.timeLimit(.minutes(10)))
struct ExecutorTests {
    @Test func `a handler runs on the executor of its route, before and after it waits`() async throws {
        let thread = OneThread()
        try await withServer(routes: { router in
            router.on(.post, "/here", executor: thread) { request in
                dispatchPrecondition(condition: .onQueue(thread.queue))
                let body = try await request.body.collect()
                await Task.yield()
                dispatchPrecondition(condition: .onQueue(thread.queue))
                return Response(.ok, bytes: body, contentType: "text/plain")
            }
            router.on(.get, "/stream", executor: thread) { _ in
                .stream(.ok, contentType: "text/plain") { writer in
                    for number in 0..<3 {
                        dispatchPrecondition(condition: .onQueue(thread.queue))
                        try await writer.write("\(number);")
                    }
                }
            }
        }) { port, _ in
            let client = try RawClient(port: port)
            for _ in 0..<3 {
                try await client.send("POST /here HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab")
                try await client.send("cde")
                #expect(try await client.response().text == "abcde")
                #expect(try await client.get("/stream").text == "0;1;2;")
            }
        }
    }
}
