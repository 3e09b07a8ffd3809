/// What the values of a stored column are.
public enum StoredColumnKind: String, Sendable, Equatable, CaseIterable {
    /// 64-bit floats.
    case number
    /// Whole numbers.
    case integer
    /// True or false.
    case boolean
    /// Words, of which the same ones come again and again.
    case category
    /// Sentences.
    case text
    /// Instants, in microseconds since 1970.
    case date
    /// Arrays of 32-bit floats, all of one shape.
    case array
    /// Files of pictures.
    case image
    /// Files of recordings.
    case sound

    /// The number that stands for it in a file: its place in this order, to which others may only be appended.
    var code: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }

    /// The kind for which a number stands in a file.
    init?(code: UInt8) {
        guard Self.allCases.indices.contains(Int(code)) else { return nil }
        self = Self.allCases[Int(code)]
    }

    /// Whether a value is a file that came.
    public var isFile: Bool { self == .image || self == .sound }
}

/// A column of a stored dataset.
public struct StoredColumn: Sendable, Equatable {
    /// Its name, which no other column has.
    public let name: String
    /// What its values are.
    public let kind: StoredColumnKind
    /// The extents of one value of an `array`; empty for every other kind.
    public let shape: [Int]

    /// A column of a name.
    public init(name: String, kind: StoredColumnKind, shape: [Int] = []) {
        (self.name, self.kind, self.shape) = (name, kind, shape)
    }

    /// How many numbers a value of an `array` has.
    var volume: Int { shape.reduce(1, *) }

    /// Values of no row.
    var noValues: StoredColumnValues {
        let content: StoredColumnValues.Content =
            switch kind {
            case .number: .numbers([])
            case .integer: .integers([])
            case .date: .dates([])
            case .boolean: .booleans([])
            case .category, .text: .strings([])
            case .array: .arrays([], shape: shape)
            case .image, .sound: .files([])
            }
        return StoredColumnValues(content)
    }
}

/// Values of one column: of a block of rows, or of rows that were asked for.
public struct StoredColumnValues: Sendable, Equatable {
    /// The values, each kind by itself.
    public enum Content: Sendable, Equatable {
        /// Of a `number`.
        case numbers([Double])
        /// Of an `integer`.
        case integers([Int64])
        /// Of a `boolean`.
        case booleans([Bool])
        /// Of a `date`: microseconds since 1970.
        case dates([Int64])
        /// Of a `category` or a `text`.
        case strings([String])
        /// Of an `array`: the rows one after the other, each row-major in the extents of `shape`.
        case arrays([Float], shape: [Int])
        /// Of an `image` or a `sound`: the bytes of each file as they came.
        case files([[UInt8]])
    }

    /// The values; what stands where one is missing means nothing.
    public var content: Content
    /// Which values are missing, one a row; nil where none is.
    public var missing: [Bool]?

    /// Values of some rows.
    public init(_ content: Content, missing: [Bool]? = nil) { (self.content, self.missing) = (content, missing) }

    /// How many rows there are.
    public var count: Int {
        switch content {
        case .numbers(let values): values.count
        case .integers(let values), .dates(let values): values.count
        case .booleans(let values): values.count
        case .strings(let values): values.count
        case .arrays(let values, let shape): values.count / max(shape.reduce(1, *), 1)
        case .files(let values): values.count
        }
    }

    /// Whether the value of a row is missing.
    public func isMissing(_ row: Int) -> Bool { missing?[row] ?? false }

    /// Appends values of a column of the same kind and shape.
    package mutating func append(_ more: StoredColumnValues) {
        let before = count
        let (own, others) = (missing, more.missing)
        switch (content, more.content) {
        case (.numbers(let left), .numbers(let right)): content = .numbers(left + right)
        case (.integers(let left), .integers(let right)): content = .integers(left + right)
        case (.dates(let left), .dates(let right)): content = .dates(left + right)
        case (.booleans(let left), .booleans(let right)): content = .booleans(left + right)
        case (.strings(let left), .strings(let right)): content = .strings(left + right)
        case (.files(let left), .files(let right)): content = .files(left + right)
        case (.arrays(let left, let shape), .arrays(let right, _)): content = .arrays(left + right, shape: shape)
        default: preconditionFailure("values of one column are of one kind")
        }
        guard own != nil || others != nil else { return }
        func whole(_ missing: [Bool]?, _ count: Int) -> [Bool] { missing ?? [Bool](repeating: false, count: count) }
        missing = whole(own, before) + whole(others, more.count)
    }

    /// The values of some rows, in the order asked for.
    package func picking(_ rows: [Int]) -> StoredColumnValues {
        let picked: Content =
            switch content {
            case .numbers(let values): .numbers(rows.map { values[$0] })
            case .integers(let values): .integers(rows.map { values[$0] })
            case .dates(let values): .dates(rows.map { values[$0] })
            case .booleans(let values): .booleans(rows.map { values[$0] })
            case .strings(let values): .strings(rows.map { values[$0] })
            case .files(let values): .files(rows.map { values[$0] })
            case .arrays(let values, let shape):
                .arrays(
                    rows.flatMap { row in
                        let volume = shape.reduce(1, *)
                        return values[row * volume..<(row + 1) * volume]
                    },
                    shape: shape
                )
            }
        let holes = missing.map { missing in rows.map { missing[$0] } }
        return StoredColumnValues(picked, missing: holes.flatMap { $0.contains(true) ? $0 : nil })
    }

    /// Whether values are of the kind and the shape of a column.
    func fit(_ column: StoredColumn) -> Bool {
        switch (content, column.kind) {
        case (.numbers, .number), (.integers, .integer), (.booleans, .boolean), (.dates, .date), (.strings, .category),
            (.strings, .text), (.files, .image), (.files, .sound):
            true
        case (.arrays(let values, let shape), .array):
            shape == column.shape && values.count.isMultiple(of: max(column.volume, 1))
        default: false
        }
    }
}
