/// Keras's `AdaptiveAveragePooling1D`: the mean of each window, `[T, C] → [output_size, C]`.
struct AdaptiveAveragePooling1DLayer: AdaptivePoolingLayer {
    static let names = ["AdaptiveAveragePooling1D"]
    static let rank = 1
    static let pooling = PoolingKind.average

    let outputSize: [Int]

    init(outputSize: [Int]) { self.outputSize = outputSize }
}

/// Keras's `AdaptiveAveragePooling2D`: the mean of each window, `[H, W, C] → [output_size…, C]`.
struct AdaptiveAveragePooling2DLayer: AdaptivePoolingLayer {
    static let names = ["AdaptiveAveragePooling2D"]
    static let rank = 2
    static let pooling = PoolingKind.average

    let outputSize: [Int]

    init(outputSize: [Int]) { self.outputSize = outputSize }
}

/// Keras's `AdaptiveAveragePooling3D`: the mean of each window, `[D, H, W, C] → [output_size…, C]`.
struct AdaptiveAveragePooling3DLayer: AdaptivePoolingLayer {
    static let names = ["AdaptiveAveragePooling3D"]
    static let rank = 3
    static let pooling = PoolingKind.average

    let outputSize: [Int]

    init(outputSize: [Int]) { self.outputSize = outputSize }
}

/// Keras's `AdaptiveMaxPooling1D`: the greatest number of each window, `[T, C] → [output_size, C]`.
struct AdaptiveMaxPooling1DLayer: AdaptivePoolingLayer {
    static let names = ["AdaptiveMaxPooling1D"]
    static let rank = 1
    static let pooling = PoolingKind.maximum

    let outputSize: [Int]

    init(outputSize: [Int]) { self.outputSize = outputSize }
}

/// Keras's `AdaptiveMaxPooling2D`: the greatest number of each window, `[H, W, C] → [output_size…, C]`.
struct AdaptiveMaxPooling2DLayer: AdaptivePoolingLayer {
    static let names = ["AdaptiveMaxPooling2D"]
    static let rank = 2
    static let pooling = PoolingKind.maximum

    let outputSize: [Int]

    init(outputSize: [Int]) { self.outputSize = outputSize }
}

/// Keras's `AdaptiveMaxPooling3D`: the greatest number of each window, `[D, H, W, C] → [output_size…, C]`.
struct AdaptiveMaxPooling3DLayer: AdaptivePoolingLayer {
    static let names = ["AdaptiveMaxPooling3D"]
    static let rank = 3
    static let pooling = PoolingKind.maximum

    let outputSize: [Int]

    init(outputSize: [Int]) { self.outputSize = outputSize }
}
