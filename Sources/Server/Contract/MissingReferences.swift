import JSON

/// A request that is well formed but names things that don't exist.
struct MissingReferences: Error, CustomStringConvertible {
    /// One fault for each name, at its place in the body.
    let faults: Faults

    /// The faults on one line.
    var description: String { faults.list.map(\.description).joined(separator: "; ") }
}
