public import JSON

/// The shape of a sample of which extents may be open: they differ from row to row, as in `[null, 64]`.
public struct OpenShape: Hashable, Sendable {
    /// The number of elements along each axis; nil where it is open.
    public let extents: [Int?]

    /// A shape with these extents, nil for an open one.
    public init(_ extents: [Int?]) { self.extents = extents }

    /// A shape of which nothing is open.
    public init(_ shape: Shape) { extents = shape.extents }

    /// What two shapes have in common, open where they differ; of two ranks nothing is known but the first's.
    init(_ one: Shape, _ other: Shape) {
        extents =
            one.rank == other.rank
            ? zip(one.extents, other.extents).map { $0 == $1 ? $0 : nil } : one.extents.map { _ in nil }
    }

    /// Whether an extent is open.
    public var isOpen: Bool { extents.contains(nil) }

    /// The number of axes.
    public var rank: Int { extents.count }

    /// Whether a sequence of steps, each of a known shape, is of any length: the first extent alone is open.
    var isSequence: Bool { rank > 0 && extents[0] == nil && !extents.dropFirst().contains(nil) }

    /// The shape where every open extent is this one.
    public func filled(with extent: Int) -> Shape { Shape(extents.map { $0 ?? extent }) }

    /// Whether a sample of a shape is one of this.
    public func allows(_ shape: Shape) -> Bool {
        shape.rank == rank && zip(extents, shape.extents).allSatisfy { $0 == nil || $0 == $1 }
    }
}

extension OpenShape: ExpressibleByArrayLiteral {
    /// A shape written as a list of extents.
    public init(arrayLiteral elements: Int?...) { self.init(elements) }
}

extension OpenShape: CustomStringConvertible {
    /// The extents in brackets, as in `[null, 64]`.
    public var description: String {
        "[" + extents.map { $0.map(String.init) ?? "null" }.joined(separator: ", ") + "]"
    }
}

extension OpenShape: JSONWritable {
    /// Writes an array, null for an open extent.
    public func write(to json: inout JSONWriter) {
        json.array { json in
            for extent in extents { if let extent { json.write(extent) } else { json.null() } }
        }
    }
}
