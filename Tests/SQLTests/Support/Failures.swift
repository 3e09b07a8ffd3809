import SQL
import Testing

/// Expects that something fails with an `SQLError` of a cause, and returns it.
@discardableResult
func expectFailure<Result>(
    _ cause: SQLError.Cause,
    at location: SourceLocation = #_sourceLocation,
    _ body: () throws -> Result
) -> SQLError? {
    do {
        _ = try body()
        Issue.record("nothing was thrown, expected \(cause)", sourceLocation: location)
    } catch let error as SQLError {
        #expect(error.cause == cause, "\(error)", sourceLocation: location)
        return error
    } catch {
        Issue.record("\(error), expected an SQLError", sourceLocation: location)
    }
    return nil
}

/// What something throws; nil where it throws nothing.
func failure(_ body: () throws -> Void) -> (any Error)? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}
