/// Which of a JPEG file's tables it defines and which it uses, a bit each.
///
/// A decoder that is kept remembers the tables of the picture before; a file that lacks one must not be given that.
struct JPEGTables {
    /// The tables of one kind.
    struct Kind {
        var defined: UInt8 = 0
        var used: UInt8 = 0
    }

    /// For the coefficients' steps; the scans come behind them, so they are compared at the end.
    var quantizations = Kind()
    private var direct = Kind()
    private var alternating = Kind()

    /// Whether one is used that the file doesn't define.
    var areMissing: Bool {
        [quantizations, direct, alternating].contains { $0.used & ~$0.defined != 0 }
    }

    /// Notes the tables of a segment, `DHT` or `DQT`.
    mutating func define(_ body: PictureBytes, areHuffman: Bool) {
        var place = 0
        while let kind = body[place] {
            let bit: UInt8 = 1 << (kind & 3)
            guard areHuffman else {
                quantizations.defined |= bit
                place += kind >> 4 == 0 ? 65 : 129
                continue
            }
            if kind >> 4 == 0 { direct.defined |= bit } else { alternating.defined |= bit }
            place += 17 + (1...16).reduce(0) { $0 + Int(body[place + $1] ?? 0) }
        }
    }

    /// Notes what a scan's header uses: tables of the first coefficient, of the others, or both.
    mutating func use(_ body: PictureBytes) {
        guard let components = body[0].map(Int.init), let first = body[1 + 2 * components],
            let last = body[2 + 2 * components]
        else { return }
        for component in 0..<components {
            guard let tables = body[2 + 2 * component] else { return }
            if first == 0 { direct.used |= 1 << (tables >> 4 & 3) }
            if last > 0 { alternating.used |= 1 << (tables & 3) }
        }
    }
}
