/// What front layers may know of the pass in which they are applied to a row.
public struct FrontPass {
    /// Whether the row is trained on: random layers act then, and rest otherwise.
    public let isTraining: Bool
    /// The source of a random layer's draws; each layer of each row in each epoch has one of its own, so that draws don't
    /// depend on threads or restarts.
    public var random: RowRandom
    /// What layers had to replace, a sentence each; nil where nobody asks.
    public var notes: [String]?

    /// Makes a pass over a row that is predicted or evaluated.
    public init(collectsNotes: Bool = false) {
        self.init(isTraining: false, random: RowRandom(seed: 0, epoch: 0, row: 0, layer: 0))
        notes = collectsNotes ? [] : nil
    }

    /// Makes a pass.
    public init(isTraining: Bool, random: RowRandom) {
        (self.isTraining, self.random) = (isTraining, random)
    }

    /// Says what had to be replaced, where somebody asks; the sentence is made only then.
    public mutating func note(_ sentence: @autoclosure () -> String) {
        guard notes != nil else { return }
        let text = sentence()
        if notes?.contains(text) == false { notes?.append(text) }
    }
}

/// Random numbers of one layer for one row: SplitMix64 (Steele, Lea and Flood 2014) from a state that is a hash of seed,
/// epoch, row and layer.
public struct RowRandom: Sendable {
    private var state: UInt64

    /// Makes the source for one layer of one row.
    public init(seed: UInt64, epoch: Int, row: Int, layer: Int) {
        state = seed
        for part in [epoch, row, layer] {
            state = Self.mixed(state ^ UInt64(truncatingIfNeeded: part)) &+ 0x9E37_79B9_7F4A_7C15
        }
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A number from 0 up to, but not including 1.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number between two, as Keras draws factors.
    public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

    /// A whole number from 0 up to, but not including `bound`.
    public mutating func integer(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
