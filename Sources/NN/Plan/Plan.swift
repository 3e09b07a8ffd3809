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
    /// The bytes of what follows from steady inputs alone, which runs can share.
    public var prologueBytes: Int { prologue.memory.bytes }
    /// The inputs that the caller provides memory for, in the order of the graph.
    public let inputs: [Value]

    /// What follows from steady inputs alone, and where that lies.
    let prologue: (steps: [Step], memory: PlanMemory)
    let steps: [Step]
    let memory: PlanMemory
    let roots: ValueRoots
    let external: [Value]
    let copies: [(from: Value, to: Value, count: Int)]

    /// Compiles what the outputs need.
    ///
    /// - Parameters:
    ///   - graph: The graph; nodes that no output needs are left out.
    ///   - outputs: The values that can be read after a run.
    ///   - external: Outputs that are written to memory of the caller, such as gradients into one flat buffer.
    ///   - steady: Inputs that seldom change, such as weights; a run has to be told when they did.
    ///   - optimises: Whether to fuse and to reuse memory. Without, every node runs by itself in memory of its own,
    ///     which gives the same bits and serves as the reference in tests.
    ///   - precision: What products round their operands to.
    /// - Throws: `KernelError` where a kernel can't be made for these shapes.
    public init(
        _ graph: Graph,
        outputs: [Value],
        external: [Value] = [],
        steady: [Value] = [],
        optimises: Bool = true,
        precision: ProductPrecision = .float32
    ) throws(KernelError) {
        // oneDNN decides when a primitive is made how many threads it will start.
        OneDNN.useOneThread()
        let scheduler = try Scheduler(graph, outputs: outputs + external, fuses: optimises, precision)
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
        let volume = { (value: Value) in scheduler.arranged[value] ?? graph.shape(of: value).volume }
        let read = Set(parts.rest.flatMap(\.reads).map { roots.resolve($0).base })
        let lasting = PlanMemory(parts.prologue, roots, volume, kept: kept.union(read), given: [], reuses: optimises)
        memory = PlanMemory(parts.rest, roots, volume, kept: kept, given: given, reuses: optimises)
        prologue = (parts.prologue, lasting)
        self.steps = parts.rest
        self.roots = roots
        self.external = external
        self.copies = copies
        inputs = scheduler.inputs
        arenaBytes = memory.bytes
    }

    /// What a run does, one line a step.
    public var steplist: [String] { steps.map(\.name) }

    /// How many stretches of steps there are between the sums over replicas; 1 where there is no such sum.
    public var segments: Int { steps.count { $0.isExchange } + 1 }

    /// A run of the plan in an arena of its own, on memory that stays valid as long as the run.
    ///
    /// - Parameters:
    ///   - memory: For every input that the outputs need and every external output, where its numbers lie.
    ///   - prologue: What follows from the steady inputs, where several runs share that; nil for one of its own.
    /// - Returns: The run, which belongs to one thread at a time.
    public func makeRun(
        _ memory: [Value: UnsafeMutablePointer<Float>],
        sharing prologue: PlanPrologue? = nil
    ) -> PlanRun {
        PlanRun(self, memory, prologue ?? makePrologue(memory))
    }

    /// What follows from the steady inputs, for runs to share.
    ///
    /// - Parameter memory: For every steady input that the outputs need, where its numbers lie.
    /// - Returns: The prologue; whoever prepares it sees to it that no run reads it meanwhile.
    public func makePrologue(_ memory: [Value: UnsafeMutablePointer<Float>]) -> PlanPrologue {
        PlanPrologue(self, memory)
    }

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
}
