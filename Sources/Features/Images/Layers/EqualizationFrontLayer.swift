import JSON

/// Keras's `Equalization`: changes each channel so that every value is about as frequent as any other, in training.
struct EqualizationFrontLayer: AugmentingLayer {
    static let name = "Equalization"

    private let range: ValueRange
    private let bins: Int
    private let shared: AugmentationArguments

    /// Reads `value_range`, `bins` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        range = ValueRange(reading: &arguments)
        bins = arguments.int("bins", in: 2...65536, default: 256)
        shared = AugmentationArguments(reading: &arguments)
    }

    init(range: ValueRange) { (self.range, bins, shared) = (range, 256, AugmentationArguments()) }

    func write(to json: inout JSONWriter) {
        json.field("value_range", range)
        json.field("bins", bins)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let (range, last, channels) = (range, Float(bins - 1), picture.channels)
        var counts = [Int](repeating: 0, count: channels * bins)
        var result = picture
        result.pixels.withUnsafeMutableBufferPointer { pixels in
            counts.withUnsafeMutableBufferPointer { counts in
                for start in stride(from: 0, to: pixels.count, by: channels) {
                    for channel in 0..<channels {
                        let number = range.moved(pixels[start + channel], to: .bytes)
                        // What is no number counts for nothing and stays so.
                        guard !number.isNaN else { continue }
                        counts[channel * bins + Int(min(max(number * last / 255, 0), last))] += 1
                    }
                }
            }
            let tables = (0..<channels).map { Self.table(counts[$0 * bins..<($0 + 1) * bins]) }
            for (channel, table) in tables.enumerated() {
                guard let table else { continue }
                table.withUnsafeBufferPointer { table in
                    for place in stride(from: channel, to: pixels.count, by: channels) {
                        let number = range.moved(pixels[place], to: .bytes)
                        guard !number.isNaN else { continue }
                        let equalized = table[Int(min(max(number / 255 * last, 0), last))]
                        pixels[place] = ValueRange.bytes.moved(equalized, to: range)
                    }
                }
            }
        }
        return result
    }

    /// What each bin's numbers become; nil where they are all in one.
    private static func table(_ counts: ArraySlice<Int>) -> [Float]? {
        let least = counts.first { $0 > 0 } ?? 0
        let span = Double(counts.reduce(0, +) - least)
        guard span > 0 else { return nil }
        var sum = 0
        return counts.map { count in
            sum += count
            return Float(max(Double(sum - least) * 255 / span, 0).rounded(.toNearestOrEven))
        }
    }
}
