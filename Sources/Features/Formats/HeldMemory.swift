/// Who is told of memory before a reader takes it to hold what it can't pass on as it comes.
public final class HeldMemory: Sendable, Equatable {
    private let body: @Sendable (Int) throws -> Void

    /// Calls `body` with the bytes that are about to be held; what it throws ends the reading.
    public init(_ body: @escaping @Sendable (Int) throws -> Void) { self.body = body }

    /// Tells of bytes that are about to be held; throws where there is no room for them.
    func take(_ bytes: Int) throws { try body(bytes) }

    /// Whether it is the same one.
    public static func == (left: HeldMemory, right: HeldMemory) -> Bool { left === right }
}
