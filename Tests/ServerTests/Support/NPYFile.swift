/// Files of NumPy as `numpy.save` writes them.
enum NPYFile {
    /// A file of numbers that are at hand as bytes; `type` is NumPy's, as in `<f4`.
    static func bytes(_ type: String, _ shape: [Int], _ numbers: [UInt8]) -> [UInt8] {
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        let length = header.utf8.count
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8)
            + numbers
    }

    /// A file of 32-bit floats.
    static func floats(_ shape: [Int], _ numbers: [Float]) -> [UInt8] {
        bytes("<f4", shape, numbers.withUnsafeBytes { Array($0) })
    }

    /// The header's text and the 32-bit floats behind it.
    static func parts(of file: [UInt8]) -> (header: String, numbers: [Float]) {
        guard file.count > 10 else { return ("", []) }
        let start = 10 + Int(file[8]) + Int(file[9]) << 8
        let numbers = file.dropFirst(start).withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        return (String(decoding: file[10..<min(start, file.count)], as: UTF8.self), numbers)
    }
}
