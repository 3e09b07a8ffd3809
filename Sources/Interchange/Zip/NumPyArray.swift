/// An array as `numpy.save` writes it (NEP 1): a line that tells type, order and shape, then the numbers.
struct NumPyArray {
    /// How a number is written.
    private enum Element: String {
        case half = "f2"
        case float = "f4"
        case double = "f8"
    }

    private let element: Element
    private let isBigEndian: Bool
    private let isColumnMajor: Bool
    private let shape: [Int]
    private let numbers: UnsafeRawBufferPointer
    /// How many numbers it has.
    let volume: Int

    /// Reads the line before the numbers.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - name: Its name in the archive, for messages.
    /// - Throws: `InterchangeError` where it is no array of floats.
    init(_ bytes: UnsafeRawBufferPointer, name: String) throws(InterchangeError) {
        func fault(_ message: String) -> InterchangeError { InterchangeError(at: "/\(name)", "npy: \(message)") }
        guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)), (1...3).contains(bytes[6]) else {
            throw fault("expected an array of NumPy's, found other bytes")
        }
        let isShort = bytes[6] == 1
        let length = (0..<(isShort ? 2 : 4)).reversed().reduce(0) { $0 << 8 | Int(bytes[8 + $1]) }
        let start = (isShort ? 10 : 12) + length
        guard length <= 1 << 16, start <= bytes.count else { throw fault("the file ends within its header") }
        let header = String(decoding: bytes[(isShort ? 10 : 12)..<start], as: UTF8.self)
        guard let type = header.firstMatch(of: /'descr': *'([<>|=]?)([a-zA-Z][0-9]+)'/),
            let order = header.firstMatch(of: /'fortran_order': *(True|False)/),
            let extents = header.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)
        else { throw fault("the header isn't one of an array of numbers") }
        guard let element = Element(rawValue: String(type.2)) else {
            throw fault("expected f2, f4 or f8, found \(type.2); save the array as float32")
        }
        self.element = element
        isBigEndian = type.1 == ">"
        isColumnMajor = order.1 == "True"
        shape = extents.1.split(whereSeparator: { $0 == "," || $0 == " " }).compactMap { Int($0) }
        guard shape.count <= 8 else { throw fault("more than 8 axes") }
        var volume = 1
        for extent in shape {
            let (product, overflow) = volume.multipliedReportingOverflow(by: extent)
            guard !overflow, product < 1 << 48 else { throw fault("\(shape) are too many numbers") }
            volume = product
        }
        self.volume = volume
        let size = element == .half ? 2 : element == .float ? 4 : 8
        guard bytes.count - start == size * volume else {
            throw fault("\(shape) needs \(size * volume) bytes, the file has \(bytes.count - start)")
        }
        numbers = UnsafeRawBufferPointer(rebasing: bytes[start...])
    }

    /// Writes it as a frame.
    func write(named path: String, to output: inout FrameWriter) {
        output.begin(.dataset)
        output.text(path)
        output.text("float\(8 * numbers.count / max(volume, 1))")
        output.number(shape.count)
        for extent in shape { output.number(extent) }
        guard volume > 0 else { return }
        if element == .float, !isBigEndian, !isColumnMajor || shape.count < 2 { return output.raw(numbers) }
        let ordered = isColumnMajor ? rowMajorPlaces() : nil
        let floats = (0..<volume).map { place in value(at: ordered?[place] ?? place) }
        floats.withUnsafeBytes { output.raw($0) }
    }

    private func value(at place: Int) -> Float {
        func bits<Bits: FixedWidthInteger>(_: Bits.Type) -> Bits {
            let bits = numbers.loadUnaligned(fromByteOffset: place * MemoryLayout<Bits>.size, as: Bits.self)
            return isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)
        }
        switch element {
        case .half: return Self.widened(bits(UInt16.self))
        case .float: return Float(bitPattern: bits(UInt32.self))
        case .double: return Float(Double(bitPattern: bits(UInt64.self)))
        }
    }

    /// Where each number lies in an array whose first axis runs fastest.
    private func rowMajorPlaces() -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        return (0..<volume).map { place in
            var (rest, found) = (place, 0)
            for axis in shape.indices.reversed() {
                found += rest % shape[axis] * strides[axis]
                rest /= shape[axis]
            }
            return found
        }
    }

    /// A 16-bit float as a 32-bit one, which is exact.
    private static func widened(_ half: UInt16) -> Float {
        let sign: Float = half >> 15 == 0 ? 1 : -1
        let (exponent, fraction) = (Int(half >> 10 & 31), Float(half & 1023))
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
        }
    }
}
