/// Keras's `MaxPooling1D`: the greatest number of each window; padding never counts, `[T, C] → [T′, C]`.
struct MaxPooling1DLayer: PoolingLayer {
    static let names = ["MaxPooling1D", "MaxPool1D"]
    static let rank = 1
    static let pooling = PoolingKind.maximum

    let window: WindowArguments

    init(_ window: WindowArguments) { self.window = window }
}

/// Keras's `MaxPooling2D`: the greatest number of each window; padding never counts, `[H, W, C] → [H′, W′, C]`.
struct MaxPooling2DLayer: PoolingLayer {
    static let names = ["MaxPooling2D", "MaxPool2D"]
    static let rank = 2
    static let pooling = PoolingKind.maximum

    let window: WindowArguments

    init(_ window: WindowArguments) { self.window = window }
}

/// Keras's `MaxPooling3D`: the greatest number of each window; padding never counts, `[D, H, W, C] → [D′, H′, W′, C]`.
struct MaxPooling3DLayer: PoolingLayer {
    static let names = ["MaxPooling3D", "MaxPool3D"]
    static let rank = 3
    static let pooling = PoolingKind.maximum

    let window: WindowArguments

    init(_ window: WindowArguments) { self.window = window }
}
