/// An extent or another whole number that a file computes with: `factor · unknown + constant`.
///
/// The unknown is the size of the batch, or the extent of another axis that a file leaves open.
struct Extent: Hashable {
    /// How often the unknown counts; 0 for a known number.
    private(set) var factor: Int
    /// Which unknown: 0 for the size of the batch.
    private(set) var unknown: Int
    /// What is known.
    private(set) var constant: Int

    /// A known number.
    init(_ constant: Int) { (factor, unknown, self.constant) = (0, 0, constant) }

    private init(_ factor: Int, _ unknown: Int, _ constant: Int) {
        (self.factor, self.unknown, self.constant) = (factor, factor == 0 ? 0 : unknown, constant)
    }

    /// The size of the batch.
    static let batch = Extent(1, 0, 0)

    /// An unknown that is not the batch.
    static func open(_ unknown: Int) -> Extent { Extent(1, unknown, 0) }

    /// The number, where it is known.
    var known: Int? { factor == 0 ? constant : nil }

    /// How often it is the size of the batch; nil where it is no multiple of it.
    var batches: Int? { factor > 0 && unknown == 0 && constant == 0 ? factor : nil }

    /// The sum; nil where there are two unknowns, or where it is too large.
    func plus(_ other: Extent) -> Extent? {
        guard factor == 0 || other.factor == 0 || unknown == other.unknown else { return nil }
        let (factor, one) = factor.addingReportingOverflow(other.factor)
        let (constant, two) = constant.addingReportingOverflow(other.constant)
        return one || two ? nil : Extent(factor, self.factor == 0 ? other.unknown : unknown, constant)
    }

    /// The product; nil where both are unknown, or where it is too large.
    func times(_ other: Extent) -> Extent? {
        guard let number = other.known else { return known == nil ? nil : other.times(self) }
        let (factor, one) = factor.multipliedReportingOverflow(by: number)
        let (constant, two) = constant.multipliedReportingOverflow(by: number)
        return one || two ? nil : Extent(factor, unknown, constant)
    }

    /// The negative.
    var negative: Extent? { times(Extent(-1)) }

    /// The quotient, cut towards zero; nil where it isn't known.
    func divided(by other: Extent) -> Extent? {
        if self == other, self != Extent(0) { return Extent(1) }
        guard let number = other.known, number != 0 else { return nil }
        if let known { return known == .min && number == -1 ? nil : Extent(known / number) }
        guard factor.isMultiple(of: number), constant.isMultiple(of: number) else { return nil }
        return Extent(factor / number, unknown, constant / number)
    }
}

extension [Extent] {
    /// All extents, where they are known.
    var known: [Int]? {
        let numbers = compactMap(\.known)
        return numbers.count == count ? numbers : nil
    }

    /// The place of the axis that holds the batch.
    var batchAxis: Int? { firstIndex { $0.batches != nil } }

    /// Whether a value of these extents, or a row of it, would have more numbers than any model's, so that what is computed
    /// with them overflows nowhere.
    var isBeyondReach: Bool {
        var volume = 1
        for extent in self {
            let size = Swift.max(extent.factor.magnitude, extent.constant.magnitude, 1)
            guard size <= Self.mostNumbers, volume * Int(size) <= Self.mostNumbers else { return true }
            volume *= Int(size)
        }
        return false
    }

    /// The most numbers of a row.
    private static var mostNumbers: Int { 1 << 31 }

    /// The extents in words, the batch as N.
    var text: String {
        let parts = map { extent in
            extent.known.map(String.init) ?? (extent.batches.map { $0 == 1 ? "N" : "\($0)N" } ?? "?")
        }
        return "[" + parts.joined(separator: ", ") + "]"
    }
}
