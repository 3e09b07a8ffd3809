import JSON

/// A window that slides over one, two or three axes of a sample: that of a convolution or a pooling.
struct WindowArguments: Sendable, Equatable {
    /// The window's extent along each axis.
    let size: [Int]
    /// How far it moves along each axis.
    let strides: [Int]
    /// The distance of the elements under it along each axis; 1 for neighbours.
    let dilation: [Int]
    /// How it meets the edges.
    let padding: PaddingRule

    init(size: [Int], strides: [Int], dilation: [Int]? = nil, padding: PaddingRule) {
        self.size = size
        self.strides = strides
        self.dilation = dilation ?? Array(repeating: 1, count: size.count)
        self.padding = padding
    }

    /// How many axes it slides over.
    var rank: Int { size.count }

    /// The extent from the window's first element to behind its last, along each axis.
    var span: [Int] { zip(size, dilation).map { ($0 - 1) * $1 + 1 } }

    /// The number of elements under the window.
    var volume: Int { size.reduce(1, *) }

    /// The axes of a sample in words, as in `[height, width, channels]`.
    static func axes(_ rank: Int) -> String {
        switch rank {
        case 1: "[steps, channels]"
        case 2: "[height, width, channels]"
        default: "[depth, height, width, channels]"
        }
    }

    /// The extents of the result for a sample, each 1 or more, or what is needed instead.
    ///
    /// - Parameters:
    ///   - input: The shape of a sample.
    ///   - argument: The argument that holds the window's size, for the message.
    /// - Returns: One extent an axis.
    /// - Throws: `ShapeRequirement` where the sample has other axes or the window doesn't fit.
    func extents(over input: Shape, argument: String) throws(ShapeRequirement) -> [Int] {
        guard input.rank == rank + 1 else { throw ShapeRequirement(Self.axes(rank)) }
        let extents = (0..<rank).map { padding.windows(span[$0], stride: strides[$0], over: input[$0]) }
        guard extents.allSatisfy({ $0 > 0 }) else {
            let words = rank == 1 ? "steps" : rank == 2 ? "height and width" : "depth, height and width"
            throw ShapeRequirement("\(words) of at least \(span) for its \(argument) (or padding \"same\")")
        }
        return extents
    }

    /// The zeros before and after each axis of a batch `[N, …, C]`.
    func zeros(around batch: Shape) -> [(before: Int, after: Int)] {
        (0..<rank).map { padding.zeros(span[$0], stride: strides[$0], over: batch[$0 + 1]) }
    }
}

extension ObjectReader {
    /// The strides of a window; its own default where they are absent or null.
    mutating func strides(_ rank: Int, default standard: [Int]) -> [Int] {
        optionalTuple("strides", of: rank, in: 1...Self.greatestArgument) ?? standard
    }
}

extension Graph {
    /// Axes put before the first after the batch, so that a batch of sequences becomes one of images: `[N, T, C]` to
    /// `[N, 1, T, C]`.
    mutating func asImages(_ x: Value) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        return try reshape(x, to: [shape[0], 1, shape[1], shape[2]])
    }

    /// Images of one row as sequences.
    mutating func asSequences(_ x: Value) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        return try reshape(x, to: [shape[0], shape[2], shape[3]])
    }
}
