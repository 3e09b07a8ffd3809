import ModelStore
import Testing

/// The cases of `StoreError` without their text.
enum Reason: String {
    case invalid, notFound, conflict, queueFull, keyReused, leaseLost, corrupt, full, readOnly, busy, unavailable
    case unexpected

    init(_ error: StoreError) {
        self =
            switch error {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict: .conflict
            case .queueFull: .queueFull
            case .keyReused: .keyReused
            case .leaseLost: .leaseLost
            case .corrupt: .corrupt
            case .full: .full
            case .readOnly: .readOnly
            case .busy: .busy
            case .unavailable: .unavailable
            case .unexpected: .unexpected
            }
    }
}

/// Expects that `body` throws a `StoreError` of that case; returns its message.
@discardableResult
func expectRefusal<Value>(
    _ reason: Reason,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Value
) -> String {
    let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { _ = try body() }
    guard let error else { return "" }
    #expect(Reason(error) == reason, "\(error.message)", sourceLocation: sourceLocation)
    return error.message
}
