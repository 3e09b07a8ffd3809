/// The bytes that a file's constants lie in.
struct ConstantSource {
    /// The file.
    let file: [UInt8]
    /// The files beside it, by the name that the file has for them.
    let beside: [String: [UInt8]]

    /// Checks that a tensor has as many numbers as its extents say, and that they lie in what was given.
    func check(_ tensor: ONNXTensor, _ type: ElementType, _ volume: Int) throws(Refusal) {
        let wanted = volume * type.size
        if tensor.isExternal {
            let range = try external(tensor, count: wanted)
            guard range.count == wanted else {
                throw Refusal("\(range.count) bytes of data, the extents \(tensor.dims) of \(type.name) need \(wanted)")
            }
        } else if let raw = tensor.raw {
            guard raw.count == wanted else {
                throw Refusal("\(raw.count) bytes of data, the extents \(tensor.dims) of \(type.name) need \(wanted)")
            }
        } else {
            let count = type == .float || type == .double ? tensor.floats.count : tensor.ints.count
            guard count == volume else {
                throw Refusal("\(count) numbers, its extents \(tensor.dims) need \(volume)")
            }
        }
    }

    /// Where an external tensor's numbers lie in the file beside.
    private func external(_ tensor: ONNXTensor, count: Int) throws(Refusal) -> Range<Int> {
        let location = tensor.external["location"] ?? ""
        guard !location.isEmpty, !location.contains("/"), !location.contains("\\"), location != ".." else {
            throw Refusal(
                "its numbers in \"\(location.prefix(100))\", which is no plain file name; nothing but the files that are "
                    + "sent is read"
            )
        }
        guard let data = beside[location] else {
            throw Refusal(
                "its numbers in \"\(location)\", which wasn't sent; send it too, as a part with that file name "
                    + "(curl -F model=@m.onnx -F data=@\(location))"
            )
        }
        guard let offset = Int(tensor.external["offset"] ?? "0"), (0...data.count).contains(offset) else {
            throw Refusal("an offset outside of \"\(location)\", which has \(data.count) bytes")
        }
        let length = tensor.external["length"].map(Int.init) ?? data.count - offset
        guard let length, length >= 0, length <= data.count - offset else {
            throw Refusal("a length that reaches behind the end of \"\(location)\", which has \(data.count) bytes")
        }
        return offset..<offset + length
    }

    /// Where a tensor's numbers lie as they are in memory; nil where they are a list.
    private func memory(of tensor: ONNXTensor, _ type: ElementType) -> ArraySlice<UInt8>? {
        if tensor.isExternal {
            let range = try? external(tensor, count: tensor.dims.reduce(type.size, *))
            return range.flatMap { range in beside[tensor.external["location"] ?? ""].map { $0[range] } }
        }
        return tensor.raw.map { file[$0] }
    }

    /// The numbers of a float tensor that was checked.
    func floats(of tensor: ONNXTensor, _ type: ElementType) -> [Float] {
        guard let memory = memory(of: tensor, type) else {
            switch type {
            case .float16: return tensor.ints.map { Float(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) }
            case .bfloat16: return tensor.ints.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) }
            default: return tensor.floats
            }
        }
        return memory.withUnsafeBytes { bytes in
            (0..<bytes.count / type.size).map { index in
                switch type {
                case .float16:
                    let bits = bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
                    return Float(Float16(bitPattern: UInt16(littleEndian: bits)))
                case .bfloat16:
                    let bits = bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
                    return Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
                case .double:
                    let bits = bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
                    return Float(Double(bitPattern: UInt64(littleEndian: bits)))
                default:
                    let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                    return Float(bitPattern: UInt32(littleEndian: bits))
                }
            }
        }
    }

    /// The numbers of an integer tensor that was checked.
    func ints(of tensor: ONNXTensor, _ type: ElementType) -> [Int] {
        guard let memory = memory(of: tensor, type) else { return tensor.ints }
        return memory.withUnsafeBytes { bytes in
            (0..<bytes.count / type.size).map { index in
                var bits: UInt64 = 0
                for byte in 0..<type.size { bits |= UInt64(bytes[index * type.size + byte]) << UInt64(8 * byte) }
                return switch type {
                case .int8: Int(Int8(truncatingIfNeeded: bits))
                case .int16: Int(Int16(truncatingIfNeeded: bits))
                case .int32: Int(Int32(truncatingIfNeeded: bits))
                default: Int(Int64(truncatingIfNeeded: bits))
                }
            }
        }
    }
}
