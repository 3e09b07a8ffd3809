/// How many inputs and outputs an element of a weight connects, by Keras's rule.
struct Fans: Equatable {
    /// The inputs of one result.
    let input: Int
    /// The results that one input reaches.
    let output: Int

    /// The fans of a weight; the axes before the last two are a window that multiplies both.
    init(of shape: Shape) {
        switch shape.rank {
        case 0: (input, output) = (1, 1)
        case 1: (input, output) = (shape[0], shape[0])
        default:
            let window = shape.extents.dropLast(2).reduce(1, *)
            input = shape[shape.rank - 2] * window
            output = shape.last * window
        }
    }
}
