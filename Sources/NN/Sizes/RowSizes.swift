/// The sizes of rows that differ in them.
public struct RowSizes: Sendable {
    /// The size of one row.
    public struct Kind: Hashable, Sendable {
        /// The shapes of its inputs.
        public let inputs: [Shape]
        /// The shapes of its targets, in the order of the outputs with a loss.
        public let targets: [Shape]

        /// A size.
        public init(inputs: [Shape], targets: [Shape]) { (self.inputs, self.targets) = (inputs, targets) }
    }

    /// Every size that occurs, once, in the order of the first row that has it.
    public private(set) var kinds: [Kind] = []
    /// The place of each row's size among them.
    public private(set) var ofRow: [Int32] = []

    private var places: [Kind: Int32] = [:]

    /// Sizes of no rows yet.
    public init() {}

    /// The sizes of rows.
    public init(_ rows: some Sequence<Kind>) { for row in rows { append(row) } }

    /// Adds a row's size.
    public mutating func append(_ kind: Kind) {
        if let place = places[kind] { return ofRow.append(place) }
        let place = Int32(kinds.count)
        kinds.append(kind)
        places[kind] = place
        ofRow.append(place)
    }

    /// The greatest extents that occur.
    public var greatest: Kind {
        guard var greatest = kinds.first else { return Kind(inputs: [], targets: []) }
        for kind in kinds.dropFirst() {
            greatest = Kind(
                inputs: zip(greatest.inputs, kind.inputs).map { $0.joined(with: $1) },
                targets: zip(greatest.targets, kind.targets).map { $0.joined(with: $1) }
            )
        }
        return greatest
    }
}

extension Shape {
    /// The shape whose every extent is the greater of two of the same rank.
    func joined(with other: Shape) -> Shape { Shape(zip(extents, other.extents).map { max($0, $1) }) }
}
