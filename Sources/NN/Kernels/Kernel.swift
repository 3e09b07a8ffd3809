/// The compiled form of one primitive for given shapes: made once, run many times.
public struct Kernel: Sendable {
    /// The bytes of scratch memory that a run needs; shared between the steps of a plan.
    public let scratchBytes: Int
    /// The operands that the result may be written over, element by element.
    public let overwritable: [Int]
    /// Binds the kernel to memory; what it gives runs the kernel, without an allocation, on whatever the memory holds.
    public let bind: @Sendable (Buffers) -> () -> Void
    /// What the kernel wants to be computed from one of its operands beforehand.
    let preparation: Preparation?

    /// One operand in the arrangement that a kernel's loops want, made by a step of its own: a plan runs it again only
    /// where the operand may have changed, so weights are arranged once a batch, or once for all answers.
    struct Preparation: Sendable {
        /// The operand that is arranged.
        let operand: Int
        /// The numbers that the arrangement takes; the kernel finds them as one more operand, its last.
        let count: Int
        /// The bytes of scratch memory that arranging takes.
        var scratchBytes = 0
        /// What the arrangement is, by which steps share one of the same operand; nil for one of its own.
        var kind: String?
        /// Binds the arrangement to memory: the one operand, and the result.
        let bind: @Sendable (Buffers) -> () -> Void
    }

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
        self.init(scratchBytes: scratchBytes, overwritable: overwritable, preparation: nil, bind: bind)
    }

    /// A kernel for which one of its operands is arranged beforehand.
    init(
        scratchBytes: Int = 0,
        overwritable: [Int] = [],
        preparation: Preparation?,
        bind: @escaping @Sendable (Buffers) -> () -> Void
    ) {
        self.scratchBytes = scratchBytes
        self.overwritable = overwritable
        self.preparation = preparation
        self.bind = bind
    }
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
