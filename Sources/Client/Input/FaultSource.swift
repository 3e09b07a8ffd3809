internal import JSON

/// A file in which the faults of a request are looked up.
protocol FaultSource {
    /// The line for standard error: the file, the line in it where that is known, and the fault.
    func line(for fault: Fault) -> String
}

/// A file of which no more than its name is known.
struct NamedFile: FaultSource {
    /// Its name in messages.
    let label: String

    func line(for fault: Fault) -> String { "\(label): \(fault)" }
}
