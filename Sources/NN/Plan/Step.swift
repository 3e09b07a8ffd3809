/// One step of a plan, with the values whose memory it touches.
struct Step: Sendable {
    /// What runs.
    enum Work: Sendable {
        case kernel(Kernel)
        case loop(FusedLoop)
        case exchange(count: Int)
    }

    let name: String
    let work: Work
    /// What is read; for a kernel in the primitive's order.
    let reads: [Value]
    /// What is written; for a kernel in the primitive's order.
    let writes: [Value]
    /// Which read value each written one may share memory with.
    let overwrites: [(write: Value, read: Value)]

    /// Whether it is a sum over replicas.
    var isExchange: Bool { if case .exchange = work { true } else { false } }

    var scratchBytes: Int {
        switch work {
        case .kernel(let kernel): kernel.scratchBytes
        case .loop(let loop): loop.scratchBytes
        case .exchange: 0
        }
    }

    /// Binds the step to the memory of its values; nil for a sum over replicas.
    func bind(
        _ roots: ValueRoots,
        _ pointers: [Value: UnsafeMutablePointer<Float>],
        scratch: UnsafeMutableRawPointer
    ) -> (() -> Void)? {
        func locate(_ value: Value) -> UnsafeMutablePointer<Float> { roots.locate(value, in: pointers) }
        switch work {
        case .kernel(let kernel):
            return kernel.bind(
                Buffers(operands: reads.map(locate), results: writes.map(locate), scratch: scratch)
            )
        case .loop(let loop): return loop.bind(loop.externals.map { locate($0.value) }, scratch: scratch)
        case .exchange: return nil
        }
    }

    /// A primitive's kernel.
    init(_ name: String, _ kernel: Kernel, reads: [Value], writes: [Value]) {
        self.name = name
        self.reads = reads
        self.writes = writes
        work = .kernel(kernel)
        overwrites = kernel.overwritable.map { (writes[0], reads[$0]) }
    }

    /// A sum over replicas.
    init(exchanging value: Value, into result: Value, count: Int) {
        name = "exchange"
        work = .exchange(count: count)
        reads = [value]
        writes = [result]
        overwrites = []
    }

    /// A fused loop: a result may lie over a stream that no later instruction reads.
    init(_ loop: FusedLoop) {
        name = "loop of \(loop.instructions.count)"
        work = .loop(loop)
        var (written, lastRead): ([Int: Int], [Int: Int]) = ([:], [:])
        for (index, instruction) in loop.instructions.enumerated() {
            for case .stream(let external) in [instruction.first, instruction.second] { lastRead[external] = index }
            if case .stream(let external) = instruction.result { written[external] = index }
        }
        reads = loop.externals.indices.filter { written[$0] == nil }.map { loop.externals[$0].value }
        writes = loop.externals.indices.filter { written[$0] != nil }.map { loop.externals[$0].value }
        overwrites = written.sorted { $0.key < $1.key }.flatMap { external, index in
            lastRead.sorted { $0.key < $1.key }.compactMap { read, last in
                written[read] == nil && last <= index
                    ? (loop.externals[external].value, loop.externals[read].value) : nil
            }
        }
    }
}
