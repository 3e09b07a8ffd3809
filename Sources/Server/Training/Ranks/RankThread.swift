import Platform

/// How a thread runs that trains with others, who wait for it from one millisecond to the next.
enum RankThread {
    /// Runs `body` with the usual slice of time, which the process that speaks for it takes over; then the thread is one
    /// that trains alone again.
    static func run<Value>(_ body: () throws -> Value) rethrows -> Value {
        TimeSlice.usual.adopt()
        defer { TimeSlice.long.adopt() }
        return try body()
    }
}
