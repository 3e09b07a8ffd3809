import JSON

/// How much a view may take, so that looking inside keeps nobody waiting.
enum InspectionBounds {
    /// Numbers in one answer.
    static let numbers = 1_048_576
    /// Steps of a sequence through which forward mode goes, or that are written out.
    static let steps = 256
    /// Steps of integrated gradients.
    static let integrationSteps = 1...256
    /// Elements that are checked in all.
    static let elements = 1024
    /// Steps at which a direction is checked.
    static let curve = 16
    /// Nodes of a graph.
    static let nodes = 5000
    /// The volume up to which a graph's nodes tell their numbers.
    static let nodeVolume = 64
    /// Floating-point operations, as estimated before the start.
    static let operations = 100_000_000_000
    /// The pixels of a picture's side.
    static let side = 4096
    /// Requests that wait while one is computed.
    static let waiting = 16
    /// Compiled plans that are kept.
    static let plans = 16

    /// Refuses what is more than a bound.
    ///
    /// - Parameters:
    ///   - count: How much it is.
    ///   - limit: The bound.
    ///   - pointer: The member that makes it so much.
    ///   - what: What is counted, in the plural.
    ///   - remedy: What to leave out.
    /// - Throws: `FaultyInput` with both figures.
    static func check(
        _ count: Int,
        _ limit: Int,
        at pointer: String,
        _ what: String,
        _ remedy: String
    ) throws(FaultyInput) {
        guard count > limit else { return }
        throw FaultyInput(Fault(pointer: pointer, detail: "\(count) \(what), at most \(limit); \(remedy)"))
    }
}
