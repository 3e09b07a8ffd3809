/// Files in the safetensors format.
enum SafetensorsFile {
    /// The bytes of one tensor of 32-bit floats.
    static func floats(_ name: String, _ shape: [Int], _ numbers: [Float]) -> [UInt8] {
        let header = Array(
            #"{"\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,\#(4 * numbers.count)]}}"#.utf8
        )
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        let body = numbers.flatMap { number in
            (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt32($0))) }
        }
        return length + header + body
    }
}
