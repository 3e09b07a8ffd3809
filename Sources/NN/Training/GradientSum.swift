import Synchronization

/// The sum of the gradients of a batch's micro-batches, always added in the same order.
///
/// The micro-batches are the leaves of a binary tree: 0 and 1 are added, 2 and 3 are added, then the two sums, and so
/// on. Whichever of two siblings is finished second does the addition, so nobody waits; which one that is makes no
/// difference, as a + b and b + a are the same bits.
final class GradientSum: Sendable {
    private let count: Int
    private let state: Mutex<State>

    private struct State {
        /// How many buffers there are, free, waiting or held.
        var buffers = 0
        var free: [SharedBuffer] = []
        /// The sums that wait for their sibling, by their place in the tree.
        var waiting: [SharedBuffer?] = []
        var leaves = 0
        var sum: SharedBuffer?
    }

    /// Unchecked because the memory isn't protected: whoever holds a buffer took it out of `State` under the lock, and
    /// nobody else has it until it is put back.
    private struct SharedBuffer: @unchecked Sendable {
        let memory: FloatBuffer
    }

    /// A sum of gradients of `count` elements.
    init(count: Int) {
        self.count = count
        state = Mutex(State())
    }

    /// Starts the sum of a batch of this many micro-batches.
    func begin(leaves: Int) {
        state.withLock { state in
            if let sum = state.sum { state.free.append(sum) }
            state.sum = nil
            // A batch that failed leaves sums that wait for a sibling.
            for node in state.waiting.indices {
                if let buffer = state.waiting[node] { state.free.append(buffer) }
                state.waiting[node] = nil
            }
            state.leaves = leaves
            // The nodes of all levels of a tree are fewer than twice its leaves and one for each level.
            let nodes = 2 * leaves + Int.bitWidth
            if state.waiting.count < nodes { state.waiting = Array(repeating: nil, count: nodes) }
        }
    }

    /// Adds the gradient of one micro-batch; the memory may be used again when this returns.
    func add(_ gradient: UnsafePointer<Float>, leaf: Int) {
        var place = leaf
        var width = state.withLock { $0.leaves }
        var levelStart = 0
        var held: SharedBuffer?
        while width > 1 {
            let node = levelStart + place / 2
            let hasSibling = place ^ 1 < width
            if hasSibling {
                if let sibling = state.withLock({ Self.takeWaiting(at: node, &$0) }) {
                    accumulate(held.map { UnsafePointer($0.memory.pointer) } ?? gradient, into: sibling)
                    if let held { release(held) }
                    held = sibling
                } else {
                    let mine = held ?? copy(of: gradient)
                    held = mine
                    // The sibling may have come while the copy was made.
                    let late = state.withLock { state -> SharedBuffer? in
                        if let sibling = Self.takeWaiting(at: node, &state) { return sibling }
                        state.waiting[node] = mine
                        return nil
                    }
                    guard let late else { return }
                    accumulate(mine.memory.pointer, into: late)
                    release(mine)
                    held = late
                }
            }
            levelStart += (width + 1) / 2
            width = (width + 1) / 2
            place /= 2
        }
        let last = held ?? copy(of: gradient)
        state.withLock { $0.sum = last }
    }

    /// The sum, once every micro-batch has been added; valid until the next batch begins, and the caller's to change.
    var sum: UnsafeMutablePointer<Float> {
        guard let sum = state.withLock({ $0.sum }) else {
            preconditionFailure("the sum is read before it is complete")
        }
        return sum.memory.pointer
    }

    /// The bytes of all buffers so far.
    var bytes: Int { state.withLock { $0.buffers } * count * MemoryLayout<Float>.stride }

    private static func takeWaiting(at node: Int, _ state: inout State) -> SharedBuffer? {
        defer { state.waiting[node] = nil }
        return state.waiting[node]
    }

    private func release(_ buffer: SharedBuffer) { state.withLock { $0.free.append(buffer) } }

    private func copy(of gradient: UnsafePointer<Float>) -> SharedBuffer {
        let mine = state.withLock { state in
            if let buffer = state.free.popLast() { return buffer }
            state.buffers += 1
            return SharedBuffer(memory: FloatBuffer(count: count))
        }
        mine.memory.pointer.update(from: gradient, count: count)
        return mine
    }

    private func accumulate(_ addend: UnsafePointer<Float>, into buffer: SharedBuffer) {
        let sum = buffer.memory.pointer
        for i in 0..<count { sum[i] += addend[i] }
    }
}
