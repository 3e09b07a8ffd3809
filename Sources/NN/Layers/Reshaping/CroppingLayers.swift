/// Keras's `Cropping1D`: a sequence without its edges.
struct Cropping1DLayer: CroppingLayer {
    static let names = ["Cropping1D"]
    static let rank = 1

    let edges: Edges

    init(_ edges: Edges) { self.edges = edges }
}

/// Keras's `Cropping2D`: an image without its edges.
struct Cropping2DLayer: CroppingLayer {
    static let names = ["Cropping2D"]
    static let rank = 2

    let edges: Edges

    init(_ edges: Edges) { self.edges = edges }
}

/// Keras's `Cropping3D`: a volume without its edges.
struct Cropping3DLayer: CroppingLayer {
    static let names = ["Cropping3D"]
    static let rank = 3

    let edges: Edges

    init(_ edges: Edges) { self.edges = edges }
}
