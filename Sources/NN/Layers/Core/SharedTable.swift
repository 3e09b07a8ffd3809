/// A table of one layer that another multiplies by.
struct SharedTable: Sendable, Equatable {
    /// The results of the product: the table's indices.
    let rows: Int
    /// The numbers of each row, the inputs of the product.
    let width: Int
    /// Which of its layer's parameters it is.
    let parameter: Int
    /// Whether it is held as `[width, rows]`, as a kernel is, in place of `[rows, width]`.
    let isKernel: Bool
}

/// A layer whose table a `Dense` may share.
protocol TableLayer: Layer {
    /// The table.
    var table: SharedTable { get }
}

/// A layer that may share the table of another.
protocol TableSharing: Layer {
    /// The layer whose table it shares; nil where it has a kernel of its own.
    var shares: String? { get }

    /// The same layer, sharing with another one.
    func sharing(layerNamed name: String) -> any Layer

    /// The same layer, with the table of the layer that it shares with; nil where its own arguments don't fit the table.
    func sharing(_ table: SharedTable) -> (any Layer)?
}
