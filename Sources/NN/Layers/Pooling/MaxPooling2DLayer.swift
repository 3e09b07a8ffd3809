/// Keras's `MaxPooling2D`: the greatest number of each window; padding never counts.
struct MaxPooling2DLayer: Pooling2DLayer {
    static let names = ["MaxPooling2D", "MaxPool2D"]

    let window: WindowArguments2D

    init(_ window: WindowArguments2D) { self.window = window }

    func pool(_ input: Value, _ padding: Padding2D, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.maxPool2D(
            input,
            window: (window.size.first, window.size.second),
            strides: (window.strides.first, window.strides.second),
            padding: padding
        )
    }
}
