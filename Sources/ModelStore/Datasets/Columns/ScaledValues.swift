/// Numbers as whole ones of few bytes: how many units each lies above the least.
///
/// A decimal such as 12.75 is 1275 hundredths, and a day a whole number of days. Most of what tables hold becomes a
/// quarter or half as long this way, faster than a compressor reads it. Decimals are taken so only where the division
/// gives back their very bits (after the decimal scheme of A. Afroozeh, L. Kuffo and P. Boncz, "ALP: Adaptive lossless
/// floating-point compression", 2023); the few that don't fit stand beside them.
struct ScaledValues {
    /// The least, in units.
    let least: Int64
    /// How many of a whole number, or of an instant's microseconds, make a unit; of decimals, how many units make 1.
    let unit: UInt64
    /// The bytes of each value: 1, 2 or 4.
    let width: Int
    /// How many units each value lies above the least; 0 of an exception.
    let steps: [UInt32]
    /// The rows of the values that are no whole number of units, and these.
    private(set) var exceptions: [(row: Int, value: Double)] = []

    /// The greatest power of ten that is tried.
    private static let mostDecimals = 9
    /// How many values are looked at to choose the power of ten.
    private static let sampled = 256
    /// At most one value in so many is an exception.
    private static let exceptionSpacing = 64
    /// The units of instants that are tried: days, hours, minutes and seconds, in microseconds.
    private static let spans: [Int64] = [86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000]
    /// Up to here, 2^53, a float holds each whole number.
    private static let exact = 0x1p53

    /// Values in units; nil where they have too many digits, or lie too far apart.
    init?(_ content: StoredColumnValues.Content) {
        switch content {
        case .numbers(let values): self.init(decimals: values)
        case .integers(let values): self.init(values, unit: 1)
        case .dates(let values):
            let unit = Self.spans.first { span in values.allSatisfy { $0 % span == 0 } } ?? 1
            self.init(values, unit: unit)
        default: return nil
        }
    }

    private init?(_ values: [Int64], unit: Int64) {
        guard let low = values.min(), let high = values.max(), !high.subtractingReportingOverflow(low).overflow,
            (high - low) / unit <= Int64(UInt32.max)
        else { return nil }
        least = low / unit
        self.unit = UInt64(unit)
        width = Self.width(of: UInt32((high - low) / unit))
        steps =
            unit == 1 ? values.map { UInt32(truncatingIfNeeded: $0 &- low) } : values.map { UInt32(($0 - low) / unit) }
    }

    private init?(decimals values: [Double]) {
        guard let (low, high) = Self.range(of: values), var decimals = Self.decimals(of: values) else { return nil }
        while decimals > 0, (high - low) * Self.powers[decimals] > Double(UInt32.max) - 2 { decimals -= 1 }
        let power = Self.powers[decimals]
        let (first, last) = ((low * power).rounded(), (high * power).rounded())
        guard abs(first) <= Self.exact, abs(last) <= Self.exact, last - first <= Double(UInt32.max) else { return nil }
        least = Int64(first)
        unit = UInt64(power)
        width = Self.width(of: UInt32(last - first))
        let most = values.count / Self.exceptionSpacing
        var others: [(row: Int, value: Double)] = []
        // Far below 2^53 a sum rounds as well, and faster; what lies between two units is none of them either way.
        let isSmall = max(abs(first), abs(last)) < 0x1p50
        steps = [UInt32](unsafeUninitializedCapacity: values.count) { steps, initialized in
            var row = 0
            while row < values.count {
                if isSmall, row + Self.lanes <= values.count,
                    let found = values.withUnsafeBytes({ Self.steps($0, row, power, above: first) })
                {
                    for lane in found.indices { steps[row + lane] = found[lane] }
                    row += Self.lanes
                    continue
                }
                // Some of the next are exceptions.
                for place in row..<min(row + Self.lanes, values.count) {
                    if let units = Self.units(of: values[place], power) {
                        steps[place] = UInt32(units - first)
                    } else {
                        guard others.count < most else { return }
                        others.append((place, values[place]))
                        steps[place] = 0
                    }
                }
                row += Self.lanes
            }
            initialized = values.count
        }
        guard steps.count == values.count else { return nil }
        exceptions = others
    }

    /// How many values are looked at together.
    private static let lanes = 8

    /// How many units the next values lie above the least, none of which needs 2^50; nil where one is no whole number of
    /// them.
    @inline(__always)
    private static func steps(
        _ bytes: UnsafeRawBufferPointer,
        _ row: Int,
        _ power: Double,
        above first: Double
    ) -> SIMD8<UInt32>? {
        let values = bytes.loadUnaligned(fromByteOffset: 8 * row, as: SIMD8<Double>.self)
        // Numbers are so large after the first sum that they have no fractions.
        let units = values * power + 0x1.8p52 - 0x1.8p52
        let back = unsafeBitCast(units / power, to: SIMD8<UInt64>.self)
        var faults = back ^ unsafeBitCast(values, to: SIMD8<UInt64>.self)
        // Not finite are those whose exponent has all bits, so that one more carries.
        let exponents = back & SIMD8(repeating: 0x7FF0_0000_0000_0000)
        faults |= (exponents &+ SIMD8(repeating: 0x0010_0000_0000_0000)) & SIMD8(repeating: 1 << 63)
        // Joined by halves: a comparison of vectors would be made lane by lane.
        let half = faults.lowHalf | faults.highHalf
        let quarter = half.lowHalf | half.highHalf
        guard quarter[0] | quarter[1] == 0 else { return nil }
        // From 2^52 on a number's lowest bits are the whole number itself.
        let bits = unsafeBitCast(units - first + 0x1p52, to: SIMD8<UInt64>.self)
        return SIMD8<UInt32>(truncatingIfNeeded: bits)
    }

    /// The least and the greatest of the finite values; nil where there is none.
    private static func range(of values: [Double]) -> (least: Double, greatest: Double)? {
        var (least, greatest) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite {
            if value < least { least = value }
            if value > greatest { greatest = value }
        }
        return least <= greatest ? (least, greatest) : nil
    }

    private static let powers = (0...mostDecimals).map { decimals in
        (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    }

    /// How many units a value is; nil where they don't give back its bits, as of a zero below zero.
    @inline(__always)
    private static func units(of value: Double, _ power: Double) -> Double? {
        let units = (value * power).rounded()
        guard (units / power).bitPattern == value.bitPattern, abs(units) <= exact, units != 0 || value.sign == .plus
        else {
            return nil
        }
        return units
    }

    /// How many decimals nearly all values have, as some of them show; nil where those have too many.
    private static func decimals(of values: [Double]) -> Int? {
        var counts = [Int](repeating: 0, count: mostDecimals + 1)
        var (seen, unknown) = (0, 0)
        // An odd step, lest what comes again every few rows is always missed.
        for place in stride(from: 0, to: values.count, by: values.count / sampled | 1) {
            let value = values[place]
            seen += 1
            let found = powers.firstIndex { units(of: value, $0) != nil }
            if let found { counts[found] += 1 } else { unknown += 1 }
        }
        guard unknown * exceptionSpacing <= seen else { return nil }
        var beyond = unknown
        for decimals in (0...mostDecimals).reversed() {
            beyond += counts[decimals]
            if beyond * exceptionSpacing > seen { return decimals }
        }
        return 0
    }

    private static func width(of range: UInt32) -> Int { range < 1 << 8 ? 1 : range < 1 << 16 ? 2 : 4 }

    /// Writes the least, the unit, the bytes of a value, how many exceptions there are, the row of each, u32, and its value,
    /// f64, and the values.
    func write(to writer: inout ByteWriter) {
        writer.add(least)
        writer.add(unit)
        writer.add(UInt8(width))
        writer.add(UInt32(exceptions.count))
        writer.add(all: exceptions.map { UInt32($0.row) })
        writer.add(all: exceptions.map(\.value))
        switch width {
        case 1: writer.add(all: steps.map { UInt8(truncatingIfNeeded: $0) })
        case 2: writer.add(all: steps.map { UInt16(truncatingIfNeeded: $0) })
        default: writer.add(all: steps)
        }
    }

    /// The values of a column that lie so; nil where the bytes are not those that were written.
    static func read(
        _ reader: inout ByteReader,
        _ count: Int,
        _ kind: StoredColumnKind
    ) -> StoredColumnValues.Content? {
        guard let least = reader.number(as: Int64.self), let unit = reader.number(as: UInt64.self), unit > 0,
            let factor = Int64(exactly: unit), let width = reader.number(as: UInt8.self),
            let exceptionCount = reader.number(as: UInt32.self).map(Int.init), exceptionCount <= count,
            let rows = reader.numbers(exceptionCount, of: UInt32.self), rows.allSatisfy({ $0 < count }),
            let exceptions = reader.numbers(exceptionCount, of: Double.self)
        else { return nil }
        guard let content = values(&reader, count, least, factor, Int(width), kind) else { return nil }
        guard case .numbers(var numbers) = content, !exceptions.isEmpty else { return content }
        for (row, value) in zip(rows, exceptions) { numbers[Int(row)] = value }
        return .numbers(numbers)
    }

    private static func values(
        _ reader: inout ByteReader,
        _ count: Int,
        _ least: Int64,
        _ factor: Int64,
        _ width: Int,
        _ kind: StoredColumnKind
    ) -> StoredColumnValues.Content? {
        switch width {
        case 1: return reader.numbers(count, of: UInt8.self).flatMap { values($0, least, factor, kind) }
        case 2: return reader.numbers(count, of: UInt16.self).flatMap { values($0, least, factor, kind) }
        case 4: return reader.numbers(count, of: UInt32.self).flatMap { values($0, least, factor, kind) }
        default: return nil
        }
    }

    private static func values(
        _ steps: [some FixedWidthInteger & UnsignedInteger],
        _ least: Int64,
        _ unit: Int64,
        _ kind: StoredColumnKind
    ) -> StoredColumnValues.Content? {
        switch kind {
        case .number:
            let power = Double(unit)
            return .numbers(steps.map { Double(least &+ Int64($0)) / power })
        case .integer: return .integers(steps.map { (least &+ Int64($0)) &* unit })
        case .date: return .dates(steps.map { (least &+ Int64($0)) &* unit })
        default: return nil
        }
    }
}
