/// A plan bound to memory: one arena, every kernel with its pointers.
///
/// It belongs to one thread at a time.
public final class PlanRun {
    /// A value that is summed over replicas between two segments.
    public struct Exchange {
        /// What this replica adds.
        public let source: UnsafeMutablePointer<Float>
        /// Where this replica expects the sum.
        public let target: UnsafeMutablePointer<Float>
        /// How many numbers there are.
        public let count: Int
    }

    /// The exchange after each segment but the last.
    public let exchanges: [Exchange]

    /// What follows from the steady inputs; other runs may share it.
    public let prologue: PlanPrologue

    private let plan: Plan
    private let arena: UnsafeMutableRawPointer
    private let pointers: [Value: UnsafeMutablePointer<Float>]
    private let segments: [[() -> Void]]

    init(_ plan: Plan, _ memory: [Value: UnsafeMutablePointer<Float>], _ prologue: PlanPrologue) {
        let arena = UnsafeMutableRawPointer.allocate(byteCount: max(plan.arenaBytes, 64), alignment: 64)
        var pointers = prologue.pointers
        for input in plan.inputs {
            guard let pointer = memory[input] else { preconditionFailure("input \(input) has no memory") }
            pointers[input] = pointer
        }
        for (value, offset) in plan.memory.offsets { pointers[value] = arena.floats(at: offset) }
        for value in plan.external {
            guard let pointer = memory[value] else { preconditionFailure("external output \(value) has no memory") }
            let (base, _) = plan.roots.resolve(value)
            if pointers[base] == nil { pointers[base] = pointer }
        }
        let scratch = arena + plan.memory.scratchOffset
        var segments: [[() -> Void]] = [[]]
        var exchanges: [Exchange] = []
        for step in plan.steps {
            if let work = step.bind(plan.roots, pointers, scratch: scratch) {
                segments[segments.count - 1].append(work)
            } else if case .exchange(let count) = step.work {
                let source = plan.roots.locate(step.reads[0], in: pointers)
                let target = plan.roots.locate(step.writes[0], in: pointers)
                exchanges.append(Exchange(source: source, target: target, count: count))
                segments.append([])
            }
        }
        for copy in plan.copies {
            guard let target = memory[copy.to] else { preconditionFailure("external output has no memory") }
            let source = plan.roots.locate(copy.from, in: pointers)
            segments[segments.count - 1].append { target.update(from: source, count: copy.count) }
        }
        self.plan = plan
        self.arena = arena
        self.pointers = pointers
        self.segments = segments
        self.exchanges = exchanges
        self.prologue = prologue
    }

    deinit { arena.deallocate() }

    /// Runs every step once, in the calling thread, as the only replica; allocates nothing itself.
    ///
    /// Steady inputs are read when the prologue is prepared; where that was never asked for, by the first run.
    public func run() {
        for segment in segments.indices {
            run(segment: segment)
            guard segment < exchanges.count else { continue }
            let exchange = exchanges[segment]
            exchange.target.update(from: exchange.source, count: exchange.count)
        }
    }

    /// Runs the steps between two sums over replicas.
    ///
    /// Before the next segment, the sum of all replicas' sources must stand in every replica's target.
    public func run(segment: Int) {
        prologue.prepareOnce()
        OneDNN.useOneThread()
        for step in segments[segment] { step() }
    }

    /// Where the numbers of an output lie after a run; valid as long as the run object.
    public func pointer(to output: Value) -> UnsafeMutablePointer<Float> { plan.roots.locate(output, in: pointers) }
}

extension PlanRun {
    /// Seconds that each step takes, the least of several runs; for the developer's benchmark.
    package func profile(rounds: Int = 20) -> [(step: String, seconds: Double)] {
        OneDNN.useOneThread()
        prologue.prepareOnce()
        let work = prologue.work + segments.flatMap { $0 }
        var least = [Duration](repeating: .seconds(1000), count: work.count)
        let clock = ContinuousClock()
        for _ in 0..<rounds {
            for index in work.indices { least[index] = min(least[index], clock.measure(work[index])) }
        }
        let steps = (plan.prologue.steps + plan.steps).filter { !$0.isExchange }
        let names = steps.map(\.name) + plan.copies.map { _ in "copy" }
        return zip(names, least).map { ($0, Double($1.components.attoseconds) * 1e-18) }
    }
}
