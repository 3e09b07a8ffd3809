/// Keras's `AveragePooling1D`: the mean of each window, over what lies inside, `[T, C] → [T′, C]`.
struct AveragePooling1DLayer: PoolingLayer {
    static let names = ["AveragePooling1D", "AvgPool1D"]
    static let rank = 1
    static let pooling = PoolingKind.average

    let window: WindowArguments

    init(_ window: WindowArguments) { self.window = window }
}

/// Keras's `AveragePooling2D`: the mean of each window, over what lies inside, `[H, W, C] → [H′, W′, C]`.
struct AveragePooling2DLayer: PoolingLayer {
    static let names = ["AveragePooling2D", "AvgPool2D"]
    static let rank = 2
    static let pooling = PoolingKind.average

    let window: WindowArguments

    init(_ window: WindowArguments) { self.window = window }
}

/// Keras's `AveragePooling3D`: the mean of each window, over what lies inside, `[D, H, W, C] → [D′, H′, W′, C]`.
struct AveragePooling3DLayer: PoolingLayer {
    static let names = ["AveragePooling3D", "AvgPool3D"]
    static let rank = 3
    static let pooling = PoolingKind.average

    let window: WindowArguments

    init(_ window: WindowArguments) { self.window = window }
}
