/// A compiled graph: the order of execution, the kernels and the place of every buffer, decided once.
///
/// A plan is immutable and shared; what a run writes to lies in an arena that belongs to one `PlanRun`.
///
/// Compilation walks the nodes that the outputs need: reshapes and leading slices become views, elementwise chains one
/// loop each, everything else a kernel. What follows from steady inputs alone (constants, and weights in the arrangement
/// that a kernel wants) is computed apart, when they have changed. Buffers share an arena by their lifetimes, and a
/// result is written over an operand where nobody needs that any more.
public final class Plan: Sendable {
    /// The bytes of memory that a run needs beside what the caller provides.
    public let arenaBytes: Int
    /// The inputs that the caller provides memory for, in the order of the graph.
    public let inputs: [Value]

    /// What follows from steady inputs alone.
    let prologue: [Step]
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
    ///   - steady: Inputs that seldom change, such as weights; a run has to be told when they did.
    ///   - optimises: Whether to fuse and to reuse memory. Without, every node runs by itself in memory of its own,
    ///     which gives the same bits and serves as the reference in tests.
    /// - Throws: `KernelError` where a kernel can't be made for these shapes.
    public init(
        _ graph: Graph,
        outputs: [Value],
        external: [Value] = [],
        steady: [Value] = [],
        optimises: Bool = true
    ) throws(KernelError) {
        // oneDNN decides when a primitive is made how many threads it will start.
        OneDNN.useOneThread()
        let scheduler = try Scheduler(graph, outputs: outputs + external, fuses: optimises)
        let roots = scheduler.roots
        let parts = Self.part(scheduler.steps, roots, steady: Set(steady), external: Set(external))
        let steps = parts.prologue + parts.rest
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
        let memory = Self.place(
            steps,
            roots,
            volume: { scheduler.arranged[$0] ?? graph.shape(of: $0).volume },
            prologue: parts.prologue.count,
            kept: kept,
            given: given,
            reuses: optimises
        )
        (prologue, self.steps) = parts
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
    public var segments: Int { steps.count { $0.isExchange } + 1 }

    /// A run of the plan in an arena of its own, on memory that stays valid as long as the run.
    ///
    /// - Parameter memory: For every input that the outputs need and every external output, where its numbers lie.
    /// - Returns: The run, which belongs to one thread at a time.
    public func makeRun(_ memory: [Value: UnsafeMutablePointer<Float>]) -> PlanRun { PlanRun(self, memory) }

    /// Takes the steps apart that read nothing but steady inputs and what follows from them.
    private static func part(
        _ steps: [Step],
        _ roots: ValueRoots,
        steady: Set<Value>,
        external: Set<Value>
    ) -> (prologue: [Step], rest: [Step]) {
        var steady = steady
        // The caller may change what was written to its memory.
        let foreign = Set(external.map { roots.resolve($0).base })
        var (prologue, rest): ([Step], [Step]) = ([], [])
        for step in steps {
            let follows = step.reads.allSatisfy { steady.contains(roots.resolve($0).base) }
            if follows, !step.isExchange, foreign.isDisjoint(with: step.writes) {
                steady.formUnion(step.writes)
                prologue.append(step)
            } else {
                rest.append(step)
            }
        }
        return (prologue, rest)
    }

    /// Finds each buffer's lifetime and place; what the prologue leaves for later steps stays.
    private static func place(
        _ steps: [Step],
        _ roots: ValueRoots,
        volume: (Value) -> Int,
        prologue: Int,
        kept: Set<Value>,
        given: Set<Value>,
        reuses: Bool
    ) -> (offsets: [Value: Int], bytes: Int) {
        var lifetimes: [Value: ArenaLayout.Buffer] = [:]
        var order: [Value] = []
        for (index, step) in steps.enumerated() {
            for value in step.writes where !given.contains(value) {
                let bytes = volume(value) * MemoryLayout<Float>.stride
                let death = kept.contains(value) ? Int.max : index
                lifetimes[value] = ArenaLayout.Buffer(bytes: bytes, birth: index, death: death)
                order.append(value)
            }
            for value in step.reads {
                let base = roots.resolve(value).base
                guard let lifetime = lifetimes[base] else { continue }
                let outlives = lifetime.birth < prologue && index >= prologue
                lifetimes[base]?.death = outlives ? Int.max : max(lifetime.death, index)
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
