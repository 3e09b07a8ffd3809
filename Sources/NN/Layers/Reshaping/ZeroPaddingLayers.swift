/// Keras's `ZeroPadding1D`: zeros around a sequence.
struct ZeroPadding1DLayer: ZeroPaddingLayer {
    static let names = ["ZeroPadding1D"]
    static let rank = 1

    let edges: Edges

    init(_ edges: Edges) { self.edges = edges }
}

/// Keras's `ZeroPadding2D`: zeros around an image.
struct ZeroPadding2DLayer: ZeroPaddingLayer {
    static let names = ["ZeroPadding2D"]
    static let rank = 2

    let edges: Edges

    init(_ edges: Edges) { self.edges = edges }
}

/// Keras's `ZeroPadding3D`: zeros around a volume.
struct ZeroPadding3DLayer: ZeroPaddingLayer {
    static let names = ["ZeroPadding3D"]
    static let rank = 3

    let edges: Edges

    init(_ edges: Edges) { self.edges = edges }
}
