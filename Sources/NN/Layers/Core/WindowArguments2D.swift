/// A window that slides over the height and width of `[height, width, channels]`: that of a convolution or a pooling.
struct WindowArguments2D: Sendable, Equatable {
    /// The window's height and width.
    let size: Pair
    /// How far it moves down and across.
    let strides: Pair
    /// How it meets the edges.
    let padding: PaddingRule

    /// The height and width of the result for a sample `[height, width, channels]`, or what is needed instead.
    ///
    /// - Parameters:
    ///   - input: The shape of a sample.
    ///   - argument: The argument that holds the window's size, for the message.
    /// - Returns: The extents of the result, each 1 or more.
    /// - Throws: `ShapeRequirement` where the sample isn't an image or the window doesn't fit.
    func extents(over input: Shape, argument: String) throws(ShapeRequirement) -> (height: Int, width: Int) {
        guard input.rank == 3 else { throw ShapeRequirement("[height, width, channels]") }
        let height = padding.windows(size.first, stride: strides.first, over: input[0])
        let width = padding.windows(size.second, stride: strides.second, over: input[1])
        guard height > 0, width > 0 else {
            throw ShapeRequirement(
                "height and width of at least \(size) for its \(argument) (or padding \"same\")"
            )
        }
        return (height, width)
    }

    /// The zeros around a batch `[N, height, width, channels]`.
    func zeros(around batch: Shape) -> Padding2D {
        let vertical = padding.zeros(size.first, stride: strides.first, over: batch[1])
        let horizontal = padding.zeros(size.second, stride: strides.second, over: batch[2])
        return Padding2D(
            top: vertical.before,
            bottom: vertical.after,
            left: horizontal.before,
            right: horizontal.after
        )
    }
}

/// An argument for height and width, which Keras takes as one integer for both or as a list of two.
struct Pair: Sendable, Equatable, CustomStringConvertible {
    /// For the height.
    let first: Int
    /// For the width.
    let second: Int

    /// The volume of a window.
    var product: Int { first * second }

    /// Both in brackets, as in `[3, 5]`.
    var description: String { "[\(first), \(second)]" }
}
