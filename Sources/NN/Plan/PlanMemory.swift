/// Where the buffers of a row of steps lie in one block of memory, decided once.
struct PlanMemory: Sendable {
    /// The place of each value that the steps write, in bytes.
    let offsets: [Value: Int]
    /// Where the scratch memory starts that all steps share.
    let scratchOffset: Int
    /// The bytes of buffers and scratch memory.
    let bytes: Int

    /// Finds each buffer's lifetime and place.
    ///
    /// - Parameters:
    ///   - steps: What runs, in this order.
    ///   - roots: Where values lie that are parts of others.
    ///   - volume: How many numbers a value has.
    ///   - kept: Values that stay to the end.
    ///   - given: Values that lie in memory of the caller.
    ///   - reuses: Whether memory is used again once a value is dead.
    init(
        _ steps: [Step],
        _ roots: ValueRoots,
        _ volume: (Value) -> Int,
        kept: Set<Value>,
        given: Set<Value>,
        reuses: Bool
    ) {
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
        self.offsets = Dictionary(uniqueKeysWithValues: order.map { ($0, offsets[home[$0] ?? $0] ?? 0) })
        scratchOffset = layout.bytes
        bytes = layout.bytes + (steps.map(\.scratchBytes).max() ?? 0)
    }
}
