/// The types of PostgreSQL that statements here have to do with, by their numbers in `pg_type`, and their binary forms.
enum PostgreSQLType: UInt32 {
    case bool = 16
    case bytea = 17
    case char = 18
    case name = 19
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case oid = 26
    case json = 114
    case float4 = 700
    case float8 = 701
    case unknown = 705
    case varchar = 1043
    case xid8 = 5069

    /// The bytes that stand for a value, which is not null; nil where the type has none for it.
    func encoded(_ value: Value) -> [UInt8]? {
        switch (self, value) {
        case (.bool, .integer(let number)): [number == 0 ? 0 : 1]
        case (.int2, .integer(let number)): Int16(exactly: number).map(Self.bigEndian)
        case (.int4, .integer(let number)): Int32(exactly: number).map(Self.bigEndian)
        case (.int8, .integer(let number)), (.xid8, .integer(let number)): Self.bigEndian(number)
        case (.oid, .integer(let number)): UInt32(exactly: number).map(Self.bigEndian)
        case (.float8, .integer(let number)): Self.bigEndian(Double(number).bitPattern)
        case (.float8, .real(let number)): Self.bigEndian(number.bitPattern)
        case (.float4, .real(let number)): Self.bigEndian(Float(number).bitPattern)
        case (.text, .text(let text)), (.json, .text(let text)), (.varchar, .text(let text)), (.name, .text(let text)),
            (.char, .text(let text)), (.unknown, .text(let text)):
            Array(text.utf8)
        case (.text, .integer(let number)): Array("\(number)".utf8)
        case (.bytea, .bytes(let bytes)): bytes
        default: nil
        }
    }

    /// What bytes stand for; nil where they are none of the type.
    func decoded(_ bytes: UnsafeRawBufferPointer) -> Value? {
        switch self {
        case .bool: bytes.count == 1 ? .integer(bytes[0] == 0 ? 0 : 1) : nil
        case .int2: Self.number(Int16.self, bytes).map { .integer(Int64($0)) }
        case .int4: Self.number(Int32.self, bytes).map { .integer(Int64($0)) }
        case .int8, .xid8: Self.number(Int64.self, bytes).map { .integer($0) }
        case .oid: Self.number(UInt32.self, bytes).map { .integer(Int64($0)) }
        case .float4: Self.number(UInt32.self, bytes).map { .real(Double(Float(bitPattern: $0))) }
        case .float8: Self.number(UInt64.self, bytes).map { .real(Double(bitPattern: $0)) }
        case .text, .json, .varchar, .name, .char, .unknown: .text(String(decoding: bytes, as: UTF8.self))
        case .bytea: .bytes(Array(bytes))
        }
    }

    private static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private static func number<Number: FixedWidthInteger>(
        _ type: Number.Type,
        _ bytes: UnsafeRawBufferPointer
    ) -> Number? {
        guard bytes.count == MemoryLayout<Number>.size else { return nil }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }
}
