/// A chain of elementwise primitives that runs as one pass over memory.
///
/// The numbers go through the chain in blocks of about a thousand: a block is loaded, put through every instruction
/// while it lies in the first-level cache, and only values that somebody outside needs are written to memory. Every
/// element sees the same operations as without fusion, so the bits are the same.
struct FusedLoop: Sendable {
    /// Where an instruction reads or writes.
    enum Place: Sendable, Hashable {
        /// A value outside, as long as the loop: the nth external value.
        case stream(Int)
        /// A value outside that repeats every `period` elements.
        case repeated(Int)
        /// A block that lives only within the loop.
        case register(Int)
    }

    /// One operation of the chain.
    struct Instruction: Sendable {
        let operation: ElementwiseOperation
        let result: Place
        let first: Place
        let second: Place
    }

    /// The elements of each stream.
    let count: Int
    /// The largest period of a repeated operand; the others divide it.
    let period: Int
    /// The values outside, and the elements each repeats after; `count` for a stream.
    let externals: [(value: Value, period: Int)]
    let instructions: [Instruction]
    let registers: Int

    private static let blockGoal = 1024

    /// The elements of a block: a multiple of the period.
    var block: Int { min(period * max(1, Self.blockGoal / period), max(count, 1)) }

    private var tiles: Int { externals.filter { $0.period < count && $0.period != block }.count }

    /// The bytes of scratch memory for registers and for repeated operands laid out to a block.
    var scratchBytes: Int { (registers + tiles) * blockBytes }

    private var blockBytes: Int { (block * MemoryLayout<Float>.stride + 63) / 64 * 64 }

    /// Binds the loop to the memory of its external values.
    func bind(
        _ memory: [UnsafeMutablePointer<Float>],
        scratch: UnsafeMutableRawPointer
    ) -> () -> Void {
        var next = scratch
        func takeBlock() -> UnsafeMutablePointer<Float> {
            defer { next += blockBytes }
            return next.assumingMemoryBound(to: Float.self)
        }
        let blocks = (0..<registers).map { _ in takeBlock() }
        var tilings: [(UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Int)] = []
        var repeats: [Int: UnsafeMutablePointer<Float>] = [:]
        for (index, external) in externals.enumerated() where external.period < count {
            if external.period == block {
                repeats[index] = memory[index]
            } else {
                let tile = takeBlock()
                tilings.append((memory[index], tile, external.period))
                repeats[index] = tile
            }
        }
        func locate(_ place: Place) -> BoundPlace {
            switch place {
            case .register(let index): BoundPlace(start: blocks[index], step: 0)
            case .stream(let index): BoundPlace(start: memory[index], step: 1)
            case .repeated(let index): BoundPlace(start: repeats[index] ?? memory[index], step: 0)
            }
        }
        let bound = instructions.map {
            BoundInstruction(
                apply: $0.operation.apply,
                result: locate($0.result),
                first: locate($0.first),
                second: locate($0.second)
            )
        }
        let (count, block) = (count, block)
        return {
            for (source, tile, period) in tilings {
                for start in stride(from: 0, to: block, by: period) {
                    (tile + start).update(from: source, count: min(period, block - start))
                }
            }
            var start = 0
            while start < count {
                let length = min(block, count - start)
                for instruction in bound {
                    instruction.apply(
                        instruction.result.at(start),
                        instruction.first.at(start),
                        instruction.second.at(start),
                        length
                    )
                }
                start += block
            }
        }
    }
}

/// A place of an instruction in memory: fixed, or moving along with the blocks.
private struct BoundPlace {
    let start: UnsafeMutablePointer<Float>
    let step: Int

    @inline(__always)
    func at(_ index: Int) -> UnsafeMutablePointer<Float> { start + index * step }
}

private struct BoundInstruction {
    let apply: @Sendable (UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Void
    let result: BoundPlace
    let first: BoundPlace
    let second: BoundPlace
}
