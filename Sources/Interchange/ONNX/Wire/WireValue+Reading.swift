extension WireMessage {
    /// The text of a field.
    func text(_ value: WireValue) throws(InterchangeError) -> String {
        guard case .bytes(let range) = value, let text = String(validating: bytes[range], as: UTF8.self) else {
            throw broken("no text where one belongs")
        }
        return text
    }

    /// The number of a field, which may be negative.
    func int(_ value: WireValue) throws(InterchangeError) -> Int {
        guard case .varint(let number) = value else { throw broken("no number where one belongs") }
        return Int(Int64(bitPattern: number))
    }

    /// The float32 of a field.
    func float(_ value: WireValue) throws(InterchangeError) -> Float {
        guard case .fixed32(let bits) = value else { throw broken("no float where one belongs") }
        return Float(bitPattern: bits)
    }

    /// The message of a field.
    func message(_ value: WireValue) throws(InterchangeError) -> WireMessage {
        guard case .bytes(let range) = value else { throw broken("no message where one belongs") }
        return WireMessage(bytes, range)
    }

    /// The range of the bytes of a field.
    func range(_ value: WireValue) throws(InterchangeError) -> Range<Int> {
        guard case .bytes(let range) = value else { throw broken("no bytes where some belong") }
        return range
    }

    /// Adds the numbers of a repeated field, which may be one or packed.
    func append(_ value: WireValue, to list: inout [Int]) throws(InterchangeError) {
        guard case .bytes(let range) = value else { return list.append(try int(value)) }
        var packed = WireMessage(bytes, range)
        while !packed.isAtEnd { list.append(Int(Int64(bitPattern: try packed.varint()))) }
    }

    /// Adds the float32 numbers of a repeated field, which may be one or packed.
    func append(_ value: WireValue, to list: inout [Float]) throws(InterchangeError) {
        guard case .bytes(let range) = value else { return list.append(try float(value)) }
        guard range.count.isMultiple(of: 4) else { throw broken("floats of \(range.count) bytes") }
        list.reserveCapacity(list.count + range.count / 4)
        var packed = WireMessage(bytes, range)
        while !packed.isAtEnd { list.append(Float(bitPattern: UInt32(try packed.fixed(4)))) }
    }

    /// Adds the float64 numbers of a repeated field, which may be one or packed, rounded to float32.
    func appendDoubles(_ value: WireValue, to list: inout [Float]) throws(InterchangeError) {
        switch value {
        case .fixed64(let bits): list.append(Float(Double(bitPattern: bits)))
        case .bytes(let range) where range.count.isMultiple(of: 8):
            var packed = WireMessage(bytes, range)
            while !packed.isAtEnd { list.append(Float(Double(bitPattern: try packed.fixed(8)))) }
        default: throw broken("no doubles where some belong")
        }
    }
}
