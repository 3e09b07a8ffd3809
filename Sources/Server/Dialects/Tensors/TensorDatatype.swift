import Features
import JSON

/// What the elements of a tensor are, by the names of the Open Inference Protocol.
enum TensorDatatype: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case half = "FP16"
    case brain = "BF16"
    case float = "FP32"
    case double = "FP64"
    case bytes = "BYTES"

    /// Bytes of one element; nil where each tells its own.
    var size: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .half, .brain: 2
        case .uint32, .int32, .float: 4
        case .uint64, .int64, .double: 8
        case .bytes: nil
        }
    }

    /// What an integer in JSON may be; nil where the elements are no integers.
    var integers: ClosedRange<Int>? {
        switch self {
        case .uint8: 0...Int(UInt8.max)
        case .uint16: 0...Int(UInt16.max)
        case .uint32: 0...Int(UInt32.max)
        case .uint64: 0...JSONValue.exactIntegers.upperBound
        case .int8: Int(Int8.min)...Int(Int8.max)
        case .int16: Int(Int16.min)...Int(Int16.max)
        case .int32: Int(Int32.min)...Int(Int32.max)
        case .int64: JSONValue.exactIntegers
        case .bool, .half, .brain, .float, .double, .bytes: nil
        }
    }

    /// Converts elements in little-endian order to 32-bit floats, each to the nearest one.
    ///
    /// - Parameters:
    ///   - raw: The elements.
    ///   - numbers: As much room as there are elements.
    func convert(_ raw: UnsafeRawBufferPointer, into numbers: UnsafeMutableBufferPointer<Float>) {
        func each<Element>(_ type: Element.Type, _ number: (Element) -> Float) {
            let size = MemoryLayout<Element>.size
            for place in numbers.indices {
                numbers[place] = number(raw.loadUnaligned(fromByteOffset: place * size, as: Element.self))
            }
        }
        switch self {
        case .float: UnsafeMutableRawBufferPointer(numbers).copyMemory(from: raw)
        case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
        case .uint8: each(UInt8.self) { Float($0) }
        case .uint16: each(UInt16.self) { Float(UInt16(littleEndian: $0)) }
        case .uint32: each(UInt32.self) { Float(UInt32(littleEndian: $0)) }
        case .uint64: each(UInt64.self) { Float(UInt64(littleEndian: $0)) }
        case .int8: each(Int8.self) { Float($0) }
        case .int16: each(Int16.self) { Float(Int16(littleEndian: $0)) }
        case .int32: each(Int32.self) { Float(Int32(littleEndian: $0)) }
        case .int64: each(Int64.self) { Float(Int64(littleEndian: $0)) }
        case .half: each(UInt16.self) { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
        case .brain: each(UInt16.self) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
        case .double: each(UInt64.self) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
        case .bytes: break
        }
    }

    /// The number that a JSON value is, to the nearest 32-bit float.
    ///
    /// - Throws: `Fault` for a value that is no element.
    func number(_ value: JSONValue) throws(Fault) -> Float {
        if self == .bool { return try value.bool() ? 1 : 0 }
        if let integers {
            do throws(Fault) {
                return Float(try value.int(in: integers))
            } catch {
                if let float = wide(value) { return float }
                throw error
            }
        }
        return try value.float()
    }

    /// A whole number of more digits than other numbers in JSON have exactly; nil where it is none of 64 bits.
    private func wide(_ value: JSONValue) -> Float? {
        switch self {
        case .int64: Int64(value.source).map { Float($0) }
        case .uint64: UInt64(value.source).map { Float($0) }
        default: nil
        }
    }
}

extension ModelSignature.Tensor {
    /// What its elements are.
    var datatype: TensorDatatype { holdsBytes ? .bytes : kind == .int32 ? .int32 : .float }
}
