/// The compiled form of one primitive for given shapes: made once, run many times.
public struct Kernel: Sendable {
    /// The bytes of scratch memory that a run needs; shared between the steps of a plan.
    public let scratchBytes: Int
    /// The operands that the result may be written over, element by element.
    public let overwritable: [Int]
    /// Binds the kernel to memory; what it gives runs the kernel, without an allocation, on whatever the memory holds.
    public let bind: @Sendable (Buffers) -> () -> Void
    /// What need not be repeated where an operand never changes, and the kernel without it; nil where that is nothing.
    let prepared: (preparation: Preparation, bind: @Sendable (Buffers, UnsafeMutableRawPointer) -> () -> Void)?

    /// A kernel that reads its operands and writes its results.
    ///
    /// - Parameters:
    ///   - scratchBytes: The bytes of scratch memory that a run needs, 64-byte aligned.
    ///   - overwritable: The operands that result 0 may be written over: of the same size, each element read before it
    ///     is written.
    ///   - bind: Binds the kernel to memory.
    public init(
        scratchBytes: Int = 0,
        overwritable: [Int] = [],
        bind: @escaping @Sendable (Buffers) -> () -> Void
    ) {
        self.scratchBytes = scratchBytes
        self.overwritable = overwritable
        self.bind = bind
        prepared = nil
    }

    /// A kernel that first makes something of one of its operands.
    ///
    /// - Parameters:
    ///   - preparation: What it makes.
    ///   - scratchBytes: The bytes of scratch memory that the rest of a run needs.
    ///   - bind: Binds the rest to memory; its second argument is where the prepared operand lies.
    init(
        _ preparation: Preparation,
        scratchBytes: Int,
        bind: @escaping @Sendable (Buffers, UnsafeMutableRawPointer) -> () -> Void
    ) {
        let room = (preparation.bytes + 63) / 64 * 64
        self.scratchBytes = room + max(scratchBytes, preparation.scratchBytes)
        overwritable = []
        prepared = (preparation, bind)
        self.bind = { buffers in
            let rest = Buffers(
                operands: buffers.operands,
                results: buffers.results,
                scratch: buffers.scratch + room
            )
            let first = preparation.bind(buffers.operands[preparation.operand], buffers.scratch, rest.scratch)
            let second = bind(rest, buffers.scratch)
            return {
                first()
                second()
            }
        }
    }
}

/// Another form of one operand, such as weights in the layout that a kernel reads.
struct Preparation: Sendable {
    /// Which operand it is.
    let operand: Int
    /// The bytes of the other form.
    let bytes: Int
    /// The bytes of scratch memory that making it needs.
    var scratchBytes = 0
    /// Binds it to the operand, the place of the other form, and scratch memory.
    let bind: @Sendable (UnsafeMutablePointer<Float>, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> () -> Void
}

/// The memory that one kernel works on, each pointer 64-byte aligned unless it is a view into another value.
public struct Buffers {
    /// Where each operand lies.
    public let operands: [UnsafeMutablePointer<Float>]
    /// Where each result goes.
    public let results: [UnsafeMutablePointer<Float>]
    /// The scratch memory, at least as large as the kernel asked for.
    public let scratch: UnsafeMutableRawPointer
}

/// How a plan computes a primitive.
public enum Implementation: Sendable {
    /// Memory that the caller of the plan provides.
    case input
    /// The result is part of an operand's memory: nothing runs.
    case view(offset: Int)
    /// Every element of the result is a function of the same element of the operands: such primitives are fused.
    case elementwise(ElementwiseOperation)
    /// An operand repeated along leading axes; folded into an elementwise loop where its shape allows.
    case broadcast(Kernel)
    /// The operand summed over replicas: the plan pauses until all have arrived.
    case exchange
    /// A step of its own.
    case kernel(Kernel)
}

/// A kernel that could not be made.
public struct KernelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was asked of whom and what it answered.
    public let description: String

    /// An error with its one-line description.
    public init(_ description: String) { self.description = description }
}
