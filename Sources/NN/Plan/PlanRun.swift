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

    private let plan: Plan
    private let arena: UnsafeMutableRawPointer
    private let pointers: [Value: UnsafeMutablePointer<Float>]
    private let segments: [[() -> Void]]
    /// What was made of constants when the run was made.
    private let prepared: [UnsafeMutableRawPointer]

    init(_ plan: Plan, _ memory: [Value: UnsafeMutablePointer<Float>], constants: Set<Value>) {
        let arena = UnsafeMutableRawPointer.allocate(byteCount: max(plan.arenaBytes, 64), alignment: 64)
        var pointers: [Value: UnsafeMutablePointer<Float>] = [:]
        for input in plan.inputs {
            guard let pointer = memory[input] else { preconditionFailure("input \(input) has no memory") }
            pointers[input] = pointer
        }
        for (value, offset) in plan.offsets {
            pointers[value] = (arena + offset).assumingMemoryBound(to: Float.self)
        }
        for value in plan.external {
            guard let pointer = memory[value] else { preconditionFailure("external output \(value) has no memory") }
            let (base, _) = plan.roots.resolve(value)
            if pointers[base] == nil { pointers[base] = pointer }
        }
        func locate(_ value: Value) -> UnsafeMutablePointer<Float> {
            let (base, offset) = plan.roots.resolve(value)
            guard let pointer = pointers[base] else { preconditionFailure("value \(base) has no memory") }
            return pointer + offset
        }
        let scratch = arena + plan.scratchOffset
        var segments: [[() -> Void]] = [[]]
        var exchanges: [Exchange] = []
        var prepared: [UnsafeMutableRawPointer] = []
        OneDNN.useOneThread()
        for step in plan.steps {
            switch step.work {
            case .kernel(let kernel):
                let buffers = Buffers(
                    operands: step.reads.map(locate),
                    results: step.writes.map(locate),
                    scratch: scratch
                )
                guard let preparation = step.preparation(of: constants, plan.roots), let form = kernel.prepared else {
                    segments[segments.count - 1].append(kernel.bind(buffers))
                    continue
                }
                let place = UnsafeMutableRawPointer.allocate(byteCount: max(preparation.bytes, 64), alignment: 64)
                prepared.append(place)
                preparation.bind(buffers.operands[preparation.operand], place, scratch)()
                segments[segments.count - 1].append(form.bind(buffers, place))
            case .loop(let loop):
                let memory = loop.externals.map { locate($0.value) }
                segments[segments.count - 1].append(loop.bind(memory, scratch: scratch))
            case .exchange(let count):
                let (source, target) = (locate(step.reads[0]), locate(step.writes[0]))
                exchanges.append(Exchange(source: source, target: target, count: count))
                segments.append([])
            }
        }
        for copy in plan.copies {
            guard let target = memory[copy.to] else { preconditionFailure("external output has no memory") }
            let source = locate(copy.from)
            segments[segments.count - 1].append { target.update(from: source, count: copy.count) }
        }
        self.plan = plan
        self.arena = arena
        self.pointers = pointers
        self.segments = segments
        self.exchanges = exchanges
        self.prepared = prepared
    }

    deinit {
        arena.deallocate()
        for place in prepared { place.deallocate() }
    }

    /// Runs every step once, in the calling thread, as the only replica; allocates nothing itself.
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
        OneDNN.useOneThread()
        for step in segments[segment] { step() }
    }

    /// Where the numbers of an output lie after a run; valid as long as the run object.
    public func pointer(to output: Value) -> UnsafeMutablePointer<Float> {
        let (base, offset) = plan.roots.resolve(output)
        guard let pointer = pointers[base] else { preconditionFailure("\(output) is not an output of the plan") }
        return pointer + offset
    }
}

extension PlanRun {
    /// Seconds that each step takes, the least of several runs; for the developer's benchmark.
    package func profile(rounds: Int = 20) -> [(step: String, seconds: Double)] {
        OneDNN.useOneThread()
        let work = segments.flatMap { $0 }
        var least = [Duration](repeating: .seconds(1000), count: work.count)
        let clock = ContinuousClock()
        for _ in 0..<rounds {
            for index in work.indices { least[index] = min(least[index], clock.measure(work[index])) }
        }
        let names = plan.steplist.filter { $0 != "exchange" } + plan.copies.map { _ in "copy" }
        return zip(names, least).map { ($0, Double($1.components.attoseconds) * 1e-18) }
    }
}
