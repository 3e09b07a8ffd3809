import JSON

/// What is wrong with trials, each fault once, where it stands in the request and with the values that it is of.
struct TrialFaults {
    private let request: ExperimentRequest
    private var faults = Faults()
    private var known: Set<String> = []

    /// How many faults are told.
    private static let limit = 20

    init(_ request: ExperimentRequest) { self.request = request }

    /// Whether no more are told.
    var isFull: Bool { faults.list.count >= Self.limit }

    /// Adds what is wrong with a trial.
    mutating func add(_ faulty: FaultyInput, _ values: SpaceDraws.Values) {
        for fault in faulty.faults where known.insert("\(fault.pointer) \(fault.detail)").inserted && !isFull {
            faults.add(placed([fault], values))
        }
    }

    /// Throws `FaultyInput` with all of them, if there are any.
    func check() throws(FaultyInput) { try faults.check() }

    /// Faults of a trial where they stand in the request.
    ///
    /// - Parameters:
    ///   - found: Faults with pointers into the base.
    ///   - values: The trial's values.
    /// - Returns: The faults with pointers into the request; each names the values unless there are none.
    func placed(_ found: [Fault], _ values: SpaceDraws.Values) -> Faults {
        var placed = Faults()
        for fault in found {
            let parameter = request.space.parameters.first { parameter in
                fault.pointer == parameter.path || fault.pointer.hasPrefix(parameter.path + "/")
            }
            let values = values.isEmpty ? "" : "with \(request.space.object(values)): "
            placed.add(parameter?.pointer ?? pointer(fault.pointer), values + fault.detail)
        }
        return placed
    }

    private func pointer(_ pointer: String) -> String {
        if pointer == "/metric" || pointer.hasPrefix("/space/") { return pointer }
        if pointer.hasPrefix("/training/validation"), request.folds != nil { return "/folds" }
        return "/base" + pointer
    }
}
