import GRDB

/// The database of a store: the one place where calls meet SQLite and where its errors become `StoreError`s.
///
/// Reads run side by side, each on a snapshot of its own; writes run one after another, each in one immediate
/// transaction that is rolled back when its body throws.
struct StorePool: Sendable {
    let pool: DatabasePool
    let clock: StoreClock
    let options: StoreOptions
    let folder: StoreFolder

    func read<Value>(
        file: StaticString = #fileID,
        function: StaticString = #function,
        _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        do {
            return try pool.read(body)
        } catch {
            throw StoreError(error, in: Self.name(of: function, in: file))
        }
    }

    func write<Value>(
        file: StaticString = #fileID,
        function: StaticString = #function,
        _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        do {
            return try pool.write(body)
        } catch {
            throw StoreError(error, in: Self.name(of: function, in: file))
        }
    }

    /// `ModelStore/JobTable+Workers.swift` and `claim(by:)` become `JobTable.claim(by:)`.
    static func name(of function: StaticString, in file: StaticString) -> String {
        let lastComponent = "\(file)".split(separator: "/").last ?? ""
        let type = lastComponent.prefix { $0 != "." && $0 != "+" }
        return "\(type).\(function)"
    }
}
