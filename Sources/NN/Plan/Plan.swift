/// A compiled graph: the order of execution, the kernels and the place of every buffer, decided once.
///
/// A plan is immutable and shared; what a run writes to lies in an arena that belongs to one `PlanRun`.
///
/// Compilation walks the nodes that the outputs need: reshapes and leading slices become views, elementwise chains one
/// loop each, everything else a kernel. Buffers share an arena by their lifetimes, and a result is written over an
/// operand where nobody needs that any more.
public final class Plan: Sendable {
    /// The bytes of memory that a run needs beside what the caller provides.
    public let arenaBytes: Int
    /// The inputs that the caller provides memory for, in the order of the graph.
    public let inputs: [Value]

    let steps: [Step]
    let roots: ValueRoots
    let offsets: [Value: Int]
    let external: [Value]
    let copies: [(from: Value, to: Value, count: Int)]
    let scratchOffset: Int

    /// Compiles what the outputs need.
    ///
    /// - Parameters:
    ///   - graph: The graph; nodes that no output needs are left out.
    ///   - outputs: The values that can be read after a run.
    ///   - external: Outputs that are written to memory of the caller, such as gradients into one flat buffer.
    ///   - optimises: Whether to fuse and to reuse memory. Without, every node runs by itself in memory of its own,
    ///     which gives the same bits and serves as the reference in tests.
    /// - Throws: `KernelError` where a kernel can't be made for these shapes.
    public init(
        _ graph: Graph,
        outputs: [Value],
        external: [Value] = [],
        optimises: Bool = true
    ) throws(KernelError) {
        // oneDNN decides when a primitive is made how many threads it will start.
        OneDNN.useOneThread()
        let scheduler = try Scheduler(graph, outputs: outputs + external, fuses: optimises)
        let (steps, roots) = (scheduler.steps, scheduler.roots)
        let produced = Set(steps.flatMap(\.writes))
        var given = Set<Value>()
        var copies: [(Value, Value, Int)] = []
        for value in external {
            let (base, offset) = roots.resolve(value)
            let owns = offset == 0 && produced.contains(base) && !given.contains(base)
            if owns, base == value || graph.shape(of: base).volume == graph.shape(of: value).volume {
                given.insert(base)
            } else {
                copies.append((value, value, graph.shape(of: value).volume))
            }
        }
        let kept = Set((outputs + external).map { roots.resolve($0).base })
        let memory = Self.place(steps, roots, graph, kept: kept, given: given, reuses: optimises)
        self.steps = steps
        self.roots = roots
        self.external = external
        self.copies = copies
        inputs = scheduler.inputs
        offsets = memory.offsets
        scratchOffset = memory.bytes
        arenaBytes = memory.bytes + (steps.map(\.scratchBytes).max() ?? 0)
    }

    /// What a run does, one line a step.
    public var steplist: [String] { steps.map(\.name) }

    /// How many stretches of steps there are between the sums over replicas; 1 where there is no such sum.
    public var segments: Int { steps.count { if case .exchange = $0.work { true } else { false } } + 1 }

    /// The bytes of what a run prepares once of the inputs that are constants.
    public func preparedBytes(constants: Set<Value>) -> Int {
        steps.reduce(0) { $0 + ($1.preparation(of: constants, roots)?.bytes ?? 0) }
    }

    /// A run of the plan in an arena of its own, on memory that stays valid as long as the run.
    ///
    /// - Parameters:
    ///   - memory: For every input that the outputs need and every external output, where its numbers lie.
    ///   - constants: The inputs whose numbers stand there now and never change.
    /// - Returns: The run, which belongs to one thread at a time.
    public func makeRun(
        _ memory: [Value: UnsafeMutablePointer<Float>],
        constants: Set<Value> = []
    ) -> PlanRun {
        PlanRun(self, memory, constants: constants)
    }

    /// Finds each buffer's lifetime and place.
    private static func place(
        _ steps: [Step],
        _ roots: ValueRoots,
        _ graph: Graph,
        kept: Set<Value>,
        given: Set<Value>,
        reuses: Bool
    ) -> (offsets: [Value: Int], bytes: Int) {
        var lifetimes: [Value: ArenaLayout.Buffer] = [:]
        var order: [Value] = []
        for (index, step) in steps.enumerated() {
            for value in step.writes where !given.contains(value) {
                let bytes = graph.shape(of: value).volume * MemoryLayout<Float>.stride
                let death = kept.contains(value) ? Int.max : index
                lifetimes[value] = ArenaLayout.Buffer(bytes: bytes, birth: index, death: death)
                order.append(value)
            }
            for value in step.reads {
                let base = roots.resolve(value).base
                if let death = lifetimes[base]?.death { lifetimes[base]?.death = max(death, index) }
            }
        }
        // A result joins the buffer of an operand that dies where it is born.
        var home: [Value: Value] = [:]
        if reuses {
            for (index, step) in steps.enumerated() {
                var taken = Set<Value>()
                for (write, read) in step.overwrites where home[write] == nil {
                    let base = roots.resolve(read).base
                    let owner = home[base] ?? base
                    guard let mine = lifetimes[write], let theirs = lifetimes[base], theirs.death == index,
                        roots.resolve(read).offset == 0, mine.bytes == theirs.bytes, !taken.contains(base),
                        step.reads.filter({ roots.resolve($0).base == base }).count == 1
                    else { continue }
                    taken.insert(base)
                    home[write] = owner
                    lifetimes[owner]?.death = mine.death
                }
            }
        }
        // Buffers that were joined to one another live as long as the last of them.
        let owners = order.filter { home[$0] == nil }
        let layout = ArenaLayout(owners.compactMap { lifetimes[$0] }, reuses: reuses)
        let offsets = Dictionary(uniqueKeysWithValues: zip(owners, layout.offsets))
        return (
            Dictionary(uniqueKeysWithValues: order.map { ($0, offsets[home[$0] ?? $0] ?? 0) }),
            layout.bytes
        )
    }
}
