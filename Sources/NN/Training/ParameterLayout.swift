/// Where each tensor of weights lies in one flat buffer, so that a gradient, an update or a copy is one pass over it.
///
/// Every tensor starts at a multiple of 16 elements (64 bytes), and the gaps between them hold zeros.
public struct ParameterLayout: Sendable, Equatable {
    /// One tensor of the buffer.
    public struct Entry: Sendable, Equatable {
        /// Its name, as in `dense/kernel`.
        public let name: String
        /// Its extents.
        public let shape: Shape
        /// Whether training changes it.
        public let trainable: Bool
        /// The place of its first element.
        public let offset: Int
    }

    /// The elements of one vector register pass; offsets and the total are multiples of it.
    static let alignment = 16

    /// The tensors in the order of the buffer.
    public let entries: [Entry]

    /// The elements of the whole buffer, gaps included.
    public let count: Int

    /// The layout of tensors in the order given.
    public init(_ tensors: [(name: String, shape: Shape, trainable: Bool)]) {
        var offset = 0
        entries = tensors.map { tensor in
            defer { offset += Self.padded(tensor.shape.volume) }
            return Entry(name: tensor.name, shape: tensor.shape, trainable: tensor.trainable, offset: offset)
        }
        count = offset
    }

    /// The stretches that training changes, each as long as possible, no longer than `limit` elements.
    func trainableSpans(limit: Int) -> [Range<Int>] {
        precondition(limit > 0 && limit % Self.alignment == 0, "spans must be whole vectors")
        var runs: [Range<Int>] = []
        for entry in entries where entry.trainable && entry.shape.volume > 0 {
            let end = entry.offset + Self.padded(entry.shape.volume)
            if let last = runs.last, last.upperBound == entry.offset {
                runs[runs.count - 1] = last.lowerBound..<end
            } else {
                runs.append(entry.offset..<end)
            }
        }
        return runs.flatMap { run in
            stride(from: run.lowerBound, to: run.upperBound, by: limit).map { $0..<min($0 + limit, run.upperBound) }
        }
    }

    /// The stretch of one tensor, with the gap behind it.
    static func range(of entry: Entry) -> Range<Int> { entry.offset..<entry.offset + padded(entry.shape.volume) }

    private static func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

extension Network {
    /// The network's weights in one flat buffer.
    public var layout: ParameterLayout {
        ParameterLayout(parameters.map { ($0.name, $0.shape, $0.trainable) })
    }
}
