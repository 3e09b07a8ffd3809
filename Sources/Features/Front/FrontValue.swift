/// One row on its way through front layers: elements, row-major, and their extents.
public struct FrontValue: Sendable, Equatable {
    /// The elements.
    public enum Content: Sendable, Equatable {
        /// Numbers; a hole is NaN.
        case floats([Float])
        /// Numbers from 0 to 255.
        case bytes([UInt8])
        /// Whole numbers.
        case integers([Int])
        /// Words; a hole is the empty one.
        case strings([String])
    }

    /// The elements, as many as the extents' product.
    public var content: Content
    /// The extents; `[]` is a single element.
    public var shape: [Int]

    /// Makes a row of elements.
    public init(_ content: Content, _ shape: [Int]) {
        self.content = content
        self.shape = shape
    }

    /// A single number.
    public init(_ number: Float) { self.init(.floats([number]), []) }

    /// A single word.
    public init(_ word: String) { self.init(.strings([word]), []) }

    /// The elements as numbers; nil of words.
    public var floats: [Float]? {
        switch content {
        case .floats(let numbers): numbers
        case .bytes(let bytes): Array(mapping: bytes) { Float($0) }
        case .integers(let integers): Array(mapping: integers) { Float($0) }
        case .strings: nil
        }
    }

    /// How many elements there are.
    public var count: Int {
        switch content {
        case .floats(let numbers): numbers.count
        case .bytes(let bytes): bytes.count
        case .integers(let integers): integers.count
        case .strings(let words): words.count
        }
    }

    /// What the elements are.
    public var element: FrontType.Element {
        switch content {
        case .floats: .float
        case .bytes: .byte
        case .integers: .integer
        case .strings: .string
        }
    }

    /// About how many bytes it takes.
    public var bytes: Int {
        switch content {
        case .floats(let numbers): 4 * numbers.count
        case .bytes(let bytes): bytes.count
        case .integers(let integers): 8 * integers.count
        case .strings(let words): words.reduce(0) { $0 + 16 + $1.utf8.count }
        }
    }
}
