/// The gates and states of a recurrent layer, step by step.
public final class GateView: Sendable {
    /// What a layer's steps came to, each `[steps, units]` in the order of the input's steps.
    public struct Found: Sendable {
        /// The gates by name, in the layer's order.
        public let gates: [(name: String, tensor: Tensor)]
        /// The states after each step by name.
        public let states: [(name: String, tensor: Tensor)]
        /// The states before the first step, `[units]`.
        public let initial: [(name: String, tensor: Tensor)]
        /// Which steps count; nil where all do.
        public let mask: [Bool]?

        /// The first steps alone.
        ///
        /// - Parameters:
        ///   - steps: How many.
        ///   - hadMask: Whether a mask is told, which a row that was filled up has in any case.
        /// - Returns: What these came to.
        public func prefix(_ steps: Int, hadMask: Bool) -> Found {
            func cut(_ named: [(name: String, tensor: Tensor)]) -> [(name: String, tensor: Tensor)] {
                named.map { name, tensor in
                    let shape = tensor.shape.replacing(axis: 0, with: steps)
                    return (name, Tensor(shape, Array(tensor.values[..<shape.volume])))
                }
            }
            return Found(
                gates: cut(gates),
                states: cut(states),
                initial: initial,
                mask: hadMask ? mask.map { Array($0[..<steps]) } : nil
            )
        }
    }

    /// A recurrence of a network that can be looked at.
    public struct Recurrence: Sendable {
        /// The layer's name; a cell's behind a stroke.
        public let layer: String
        /// `forward` or `backward` of a layer that runs from both ends; nil for others.
        public let direction: String?
        /// Keras's class name, as in `GRU`.
        public let type: String
        /// H.
        public let units: Int
        /// T.
        public let steps: Int
        /// Whether the reset gate comes after the product, in a `GRU`; nil for others.
        public let resetAfter: Bool?
        /// A step in words of mathematics.
        public let formula: String
        /// Whether a mask says which steps count.
        public let hasMask: Bool
        /// The layer's place, and which of its recurrences it is.
        let place: (layer: Int, part: Int)
    }

    private let plan: WatchingPlan
    private let recurrence: Recurrence
    private let gateNames: [String]
    private let stateNames: [String]
    private let isReversed: Bool
    private let isPacked: Bool
    private let hasMask: Bool

    /// Compiles the view.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - rows: The rows with which it answers one.
    ///   - recurrence: Which recurrence.
    /// - Throws: What keeps it from being compiled.
    public init(_ network: Network, rows: Int, of recurrence: Recurrence) throws {
        var trace: RecurrentTrace?
        plan = try WatchingPlan(network, rows: rows) { _, results in
            let found = results[recurrence.place.layer].traces[recurrence.place.part]
            trace = found
            return found.watched
        }
        guard let trace else { preconditionFailure("a recurrence that isn't there") }
        self.recurrence = recurrence
        (gateNames, stateNames) = (type(of: trace.layer).gateNames, type(of: trace.layer).stateNames)
        isReversed = trace.isReversed
        if case .packed = trace.gates { isPacked = true } else { isPacked = false }
        hasMask = trace.mask != nil
    }

    /// Every recurrence of a network.
    ///
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    public static func recurrences(of network: Network) throws -> [Recurrence] {
        let pass = try InspectedPass(network)
        return pass.results.enumerated().flatMap { place, results in
            results.traces.enumerated().map { part, trace in
                let direction = trace.path.first.flatMap { ["forward", "backward"].contains($0) ? $0 : nil }
                let cells = direction == nil ? trace.path : Array(trace.path.dropFirst())
                let shape = pass.graph.shape(of: trace.states[0])
                return Recurrence(
                    layer: ([network.layers[place].name] + cells).joined(separator: "/"),
                    direction: direction,
                    type: type(of: trace.layer).type,
                    units: shape[2],
                    steps: shape[0] - 1,
                    resetAfter: trace.layer.resetsAfter,
                    formula: trace.layer.formula,
                    hasMask: trace.mask != nil,
                    place: (place, part)
                )
            }
        }
    }

    /// What the steps come to for a row.
    public func run(_ row: [Float], _ model: InferenceModel) -> Found {
        var tensors = plan.run(row, model)[...]
        let (steps, units) = (recurrence.steps, recurrence.units)
        // Of each state the row's own, `[T + 1, H]`.
        let states = stateNames.map { _ in tensors.removeFirst().slice(0, axis: 1).values }
        let mask = hasMask ? tensors.removeFirst().slice(0, axis: 0).values.map { $0 != 0 } : nil
        var gates: [[Float]]
        if isPacked {
            let packed = tensors.removeFirst().slice(0, axis: 1)
            gates = gateNames.indices.map { gate in
                packed.picking(Array(gate * units..<(gate + 1) * units)).values
            }
        } else {
            gates = gateNames.map { _ in [] }
            for _ in 0..<(gateNames.isEmpty ? 0 : steps) {
                for gate in gateNames.indices { gates[gate] += tensors.removeFirst().slice(0, axis: 0).values }
            }
        }
        let taken = Self.taken(steps: steps, mask: mask, reversed: isReversed)
        func placed(_ numbers: [Float], missing: (Int) -> Float) -> Tensor {
            var own = [Float](repeating: 0, count: steps * units)
            for (step, source) in taken.enumerated() {
                for unit in 0..<units {
                    own[step * units + unit] = source.map { numbers[$0 * units + unit] } ?? missing(step * units + unit)
                }
            }
            return Tensor([steps, units], own)
        }
        let counts = Self.counts(steps: steps, mask: mask, reversed: isReversed)
        let named = zip(stateNames, states).map { name, numbers -> (String, Tensor) in
            let own = counts.flatMap { numbers[$0 * units..<($0 + 1) * units] }
            return (name, Tensor([steps, units], own))
        }
        // A step that doesn't count keeps the state: what keeps it is open, what would change it shut.
        let opened = zip(gateNames, gates).map { name, numbers in
            (name, placed(numbers) { _ in ["z", "f"].contains(name) ? 1 : 0 })
        }
        return Found(
            gates: opened,
            states: named,
            initial: zip(stateNames, states).map { ($0, Tensor([units], Array($1[..<units]))) },
            mask: mask
        )
    }

    /// The number of each step among those that are taken; nil for one that isn't.
    private static func taken(steps: Int, mask: [Bool]?, reversed: Bool) -> [Int?] {
        var (places, next): ([Int?], Int) = (Array(repeating: nil, count: steps), 0)
        for step in reversed ? Array((0..<steps).reversed()) : Array(0..<steps) where mask?[step] ?? true {
            places[step] = next
            next += 1
        }
        return places
    }

    /// How many steps have been taken once each is over.
    private static func counts(steps: Int, mask: [Bool]?, reversed: Bool) -> [Int] {
        var (counts, count): ([Int], Int) = (Array(repeating: 0, count: steps), 0)
        for step in reversed ? Array((0..<steps).reversed()) : Array(0..<steps) {
            if mask?[step] ?? true { count += 1 }
            counts[step] = count
        }
        return counts
    }
}

extension RecurrentTrace {
    /// States, mask and gates, in the order in which the view takes them apart.
    fileprivate var watched: [Value] {
        let before = states + (mask.map { [$0] } ?? [])
        return switch gates {
        case .packed(let value): before + [value]
        case .steps(let steps): before + steps.flatMap { $0 }
        case .none: before
        }
    }
}
