/// What can be bound to a statement and read from a row.
public protocol ValueConvertible {
    /// The value that stands for this one in a database.
    var sqlValue: Value { get }

    /// What a value of a database stands for; nil where it stands for nothing of this type.
    static func reading(_ value: Value) -> Self?
}

extension Value: ValueConvertible {
    /// Itself.
    public var sqlValue: Value { self }

    /// The value as it is.
    public static func reading(_ value: Value) -> Value? { value }
}

extension Int64: ValueConvertible {
    /// A whole number.
    public var sqlValue: Value { .integer(self) }

    /// Whole numbers, and others that are whole.
    public static func reading(_ value: Value) -> Int64? {
        switch value {
        case .integer(let number): number
        case .real(let number): Int64(exactly: number)
        case .null, .text, .bytes: nil
        }
    }
}

extension Int: ValueConvertible {
    /// A whole number.
    public var sqlValue: Value { .integer(Int64(self)) }

    /// Whole numbers, and others that are whole.
    public static func reading(_ value: Value) -> Int? { Int64.reading(value).flatMap(Int.init(exactly:)) }
}

extension Bool: ValueConvertible {
    /// 1 or 0.
    public var sqlValue: Value { .integer(self ? 1 : 0) }

    /// False for 0, true for any other whole number.
    public static func reading(_ value: Value) -> Bool? { Int64.reading(value).map { $0 != 0 } }
}

extension Double: ValueConvertible {
    /// A number.
    public var sqlValue: Value { .real(self) }

    /// Numbers.
    public static func reading(_ value: Value) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .real(let number): number
        case .null, .text, .bytes: nil
        }
    }
}

extension String: ValueConvertible {
    /// A text.
    public var sqlValue: Value { .text(self) }

    /// Texts.
    public static func reading(_ value: Value) -> String? {
        guard case .text(let text) = value else { return nil }
        return text
    }
}

extension Array: ValueConvertible where Element == UInt8 {
    /// Bytes.
    public var sqlValue: Value { .bytes(self) }

    /// Bytes.
    public static func reading(_ value: Value) -> [UInt8]? {
        guard case .bytes(let bytes) = value else { return nil }
        return bytes
    }
}

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
    /// The value of what is there, or null.
    public var sqlValue: Value { self?.sqlValue ?? .null }

    /// Nil for null, and what the value stands for otherwise.
    public static func reading(_ value: Value) -> Wrapped?? {
        guard value != .null else { return .some(nil) }
        return Wrapped.reading(value).map { .some($0) }
    }
}
