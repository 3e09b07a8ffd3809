/// Steps over values of a tape; the layout is told at `TapeBuilder`.
enum Tape {
    /// The index just after the value at `index`, whose text begins with `firstByte`.
    @inline(__always)
    static func end(of index: Int, in tape: [UInt32], firstByte: UInt8) -> Int {
        switch firstByte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): Int(tape[index + 1])
        case UInt8(ascii: "\""): index + 2
        default: index + 1
        }
    }
}
