import Testing

/// One server for all tests of a suite whose rows don't disturb one another.
struct SharedServer: SuiteTrait, TestScoping {
    @TaskLocal static var current: TestServer?

    let isRecursive = false

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = try TestServer()
        defer { server.stop() }
        try await Self.$current.withValue(server) { try await function() }
    }
}

extension Trait where Self == SharedServer {
    /// The tests of the suite share a server, `TestServer.shared()`.
    static var sharedServer: SharedServer { SharedServer() }
}

extension TestServer {
    /// The server of the suite.
    static func shared() throws -> TestServer { try #require(SharedServer.current) }
}
