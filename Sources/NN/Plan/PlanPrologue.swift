/// What follows from the steady inputs of a plan: weights in the arrangements that kernels want, and constants.
///
/// Runs of the same plan on the same weights share one. Preparing it writes what they read, so it belongs to one thread
/// while it is prepared, and to all of them afterwards.
public final class PlanPrologue {
    /// Where each value lies.
    let pointers: [Value: UnsafeMutablePointer<Float>]
    /// What is computed, step by step.
    let work: [() -> Void]

    private let arena: UnsafeMutableRawPointer
    /// For which of the caller's generations of steady inputs it was computed last.
    private var generation: Int?

    init(_ plan: Plan, _ memory: [Value: UnsafeMutablePointer<Float>]) {
        let placed = plan.prologue.memory
        let arena = UnsafeMutableRawPointer.allocate(byteCount: max(placed.bytes, 64), alignment: 64)
        var pointers = memory
        for (value, offset) in placed.offsets { pointers[value] = arena.floats(at: offset) }
        self.arena = arena
        self.pointers = pointers
        work = plan.prologue.steps.compactMap { $0.bind(plan.roots, pointers, scratch: arena + placed.scratchOffset) }
    }

    deinit { arena.deallocate() }

    /// Computes everything, unless it was computed for this generation of the steady inputs.
    ///
    /// - Parameter generation: A number that the caller changes whenever steady inputs may have changed.
    public func prepare(for generation: Int) {
        guard self.generation != generation else { return }
        OneDNN.useOneThread()
        for step in work { step() }
        self.generation = generation
    }

    /// Computes everything, unless it was ever computed.
    func prepareOnce() { if generation == nil { prepare(for: 0) } }
}
