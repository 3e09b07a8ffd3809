import ModelStore
import PrivatePostgreSQL
import Testing

/// The engines on which a store can lie.
enum StoreKind: String, CaseIterable {
    case sqlite, postgresql

    /// Those that this machine has; without a PostgreSQL the tests on that one are left out.
    static let present = allCases.filter { $0 == .sqlite || PrivateServer.isInstalled }

    /// The one on which the test that is running is to make its stores.
    @TaskLocal static var current = StoreKind.sqlite
}

/// Runs a test on one engine after another, which it learns from `StoreKind.current`; each of them has to keep what is
/// promised of all.
struct OnEachEngine: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        for kind in StoreKind.present {
            await StoreKind.$current.withValue(kind) {
                do {
                    try await function()
                } catch {
                    Issue.record(error, "on \(kind)")
                }
            }
        }
    }
}

/// Runs a test of such a suite on SQLite alone, since it is about files.
struct OnSQLite: TestTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        guard StoreKind.current == .sqlite else { return }
        try await function()
    }
}

extension Trait where Self == OnEachEngine {
    static var onEachEngine: Self { Self() }
}

extension Trait where Self == OnSQLite {
    static var onSQLite: Self { Self() }
}
