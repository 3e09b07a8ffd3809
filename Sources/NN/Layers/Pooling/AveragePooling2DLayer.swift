/// Keras's `AveragePooling2D`: the mean of each window, over what lies inside the image.
struct AveragePooling2DLayer: Pooling2DLayer {
    static let names = ["AveragePooling2D", "AvgPool2D"]

    let window: WindowArguments2D

    init(_ window: WindowArguments2D) { self.window = window }

    func pool(_ input: Value, _ padding: Padding2D, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.averagePool2D(
            input,
            window: (window.size.first, window.size.second),
            strides: (window.strides.first, window.strides.second),
            padding: padding
        )
    }
}
