import Glibc
import Synchronization

/// Brings sound from one rate to another: a polyphase filter of sincs under a Kaiser window.
///
/// What lies up to 0.87 of the lower rate's half passes unchanged; what lies above the half is 90 dB down, so that it
/// does not fold back. Beyond both ends of the sound there is silence.
struct Resampler: Sendable {
    /// How many samples may come out.
    static let greatestCount = 1 << 26
    /// How many may come out however few go in; beyond that, at most so many times as many.
    private static let freeCount = 1 << 20
    private static let greatestRatio = 64

    /// Refuses what would become too long.
    ///
    /// - Throws: `FrontError`.
    static func check(samples: Int, from: Int, to: Int) throws(FrontError) {
        let (product, overflows) = samples.multipliedReportingOverflow(by: to)
        let count = overflows ? Int.max : product / from
        guard count <= greatestCount else {
            throw FrontError(
                "the sound of \(samples) samples, \(from) a second, would have \(count) at \(to) a second; at most "
                    + "\(greatestCount) are taken: cut it, or see whether its rate is right"
            )
        }
        guard count <= freeCount || count / greatestRatio <= samples else {
            throw FrontError(
                "the sound says \(from) samples a second, and would be \(to / from) times as long at \(to); at most "
                    + "\(greatestRatio) times are taken: see whether its rate is right"
            )
        }
    }

    /// How far down what must not pass is, in dB.
    private static let attenuation = 90.0
    /// Up to which part of the lower rate's half everything passes.
    private static let passes = 0.87
    /// How many numbers the filter may have; beyond that it is interpolated between fewer phases.
    private static let greatestFilter = 1 << 19

    /// Samples out for `down` samples in.
    private let up: Int
    private let down: Int
    /// Coefficients of each phase, a multiple of 16 of them.
    private let taps: Int
    /// How many phases the filter has: `up`, or fewer, and then one more for the end of the last interval.
    private let phases: Int
    private let filter: [Float]

    /// Makes the filter between two rates.
    init(from: Int, to: Int) {
        let divisor = Self.greatestDivisor(from, to)
        up = to / divisor
        down = from / divisor
        let ratio = min(1, Double(to) / Double(from))
        // Kaiser's formula for the length, in samples of the input.
        let width = 2 * Double.pi * (1 - Self.passes) / 2 * ratio
        let length = Int(((Self.attenuation - 8) / (2.285 * width)).rounded(.up))
        taps = (length + 15) / 16 * 16
        phases = up * taps <= Self.greatestFilter ? up : max(64, Self.greatestFilter / taps)
        let isExact = phases == up
        filter = Self.filter(phases: phases, count: isExact ? phases : phases + 1, taps: taps, ratio: ratio)
    }

    private static func filter(phases: Int, count: Int, taps: Int, ratio: Double) -> [Float] {
        let cutoff = ratio * (1 + passes) / 2
        let beta = 0.1102 * (attenuation - 8.7)
        let half = Double(taps) / 2
        let least = bessel(beta)
        var filter = [Float](repeating: 0, count: count * taps)
        var row = [Double](repeating: 0, count: taps)
        for phase in 0..<count {
            var sum = 0.0
            for tap in 0..<taps {
                // How far sample `base - taps / 2 + 1 + tap` lies from the place asked for.
                let distance = Double(tap) - half + 1 - Double(phase) / Double(phases)
                let share = distance / half
                let window = abs(share) < 1 ? bessel(beta * (1 - share * share).squareRoot()) / least : 0
                let angle = Double.pi * cutoff * distance
                row[tap] = (angle == 0 ? 1 : sin(angle) / angle) * window
                sum += row[tap]
            }
            for tap in 0..<taps { filter[phase * taps + tap] = Float(row[tap] / sum) }
        }
        return filter
    }

    /// The modified Bessel function of the first kind, order 0.
    private static func bessel(_ x: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        var count = 1.0
        while term > sum * 1e-12 {
            term *= (x / 2 / count) * (x / 2 / count)
            sum += term
            count += 1
        }
        return sum
    }

    private static func greatestDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestDivisor(b, a % b) }

    /// How many samples come out of `count`.
    func count(of count: Int) -> Int { (count * up + down - 1) / down }

    /// The samples at the other rate.
    ///
    /// - Throws: `FrontError` where there would be more than `greatestCount`.
    func resampled(_ samples: [Float]) throws(FrontError) -> [Float] {
        let count = count(of: samples.count)
        guard count <= Self.greatestCount else {
            throw FrontError(
                "the sound would have \(count) samples at the rate asked for, at most \(Self.greatestCount) are taken"
            )
        }
        guard up != down else { return samples }
        let silence = [Float](repeating: 0, count: taps)
        let padded = silence + samples + silence
        let offset = taps - taps / 2 + 1
        // A step of the place, in whole samples and in parts of one; dividing for each sample would take as long as the
        // products.
        let (wholeStep, partStep) = (down / up, down % up)
        return [Float](unsafeUninitializedCapacity: count) { result, done in
            padded.withUnsafeBytes { padded in
                filter.withUnsafeBytes { filter in
                    var base = offset
                    var part = 0
                    for index in 0..<count {
                        result.initializeElement(at: index, to: value(padded, base, part, filter))
                        base += wholeStep
                        part += partStep
                        if part >= up {
                            part -= up
                            base += 1
                        }
                    }
                }
            }
            done = count
        }
    }

    /// The value `part / up` samples behind the place whose first product is with sample `base`.
    @inline(__always)
    private func value(
        _ samples: UnsafeRawBufferPointer,
        _ base: Int,
        _ part: Int,
        _ filter: UnsafeRawBufferPointer
    ) -> Float {
        if phases == up { return product(samples, base, filter, part) }
        let position = Double(part) * Double(phases) / Double(up)
        let phase = Int(position)
        let first = product(samples, base, filter, phase)
        let second = product(samples, base, filter, phase + 1)
        return first + (second - first) * Float(position - Double(phase))
    }

    /// The sum of products of samples and a phase of the filter, sixteen at a time.
    @inline(__always)
    private func product(
        _ samples: UnsafeRawBufferPointer,
        _ base: Int,
        _ filter: UnsafeRawBufferPointer,
        _ phase: Int
    ) -> Float {
        let row = UnsafeRawBufferPointer(rebasing: filter[phase * taps * 4..<(phase + 1) * taps * 4])
        let part = UnsafeRawBufferPointer(rebasing: samples[base * 4..<(base + taps) * 4])
        var first = SIMD8<Float>.zero
        var second = SIMD8<Float>.zero
        var place = 0
        while place < row.count {
            first +=
                part.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                * row.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
            second +=
                part.loadUnaligned(fromByteOffset: place + 32, as: SIMD8<Float>.self)
                * row.loadUnaligned(fromByteOffset: place + 32, as: SIMD8<Float>.self)
            place += 64
        }
        return (first + second).sum()
    }

    // MARK: Kept filters

    private struct Rates: Hashable {
        let from: Int
        let to: Int
    }

    /// Filters are kept, since making one takes as long as resampling some seconds of sound; a lock suffices, for it is
    /// taken once a recording.
    private static let kept = Mutex<[Rates: Resampler]>([:])

    /// The filter between two rates, made once; only a few are kept.
    static func shared(from: Int, to: Int) -> Resampler {
        let rates = Rates(from: from, to: to)
        if let resampler = kept.withLock({ $0[rates] }) { return resampler }
        let resampler = Resampler(from: from, to: to)
        kept.withLock { kept in
            if kept.count >= 8 { kept.removeAll() }
            kept[rates] = resampler
        }
        return resampler
    }
}
