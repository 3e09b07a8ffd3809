import JSON

/// Keras's `RandomErasing`: fills a rectangle with a value or noise, with a probability of `factor`.
struct RandomErasingFrontLayer: AugmentingLayer {
    static let name = "RandomErasing"

    private let factor: FactorRange
    private let scale: FactorRange
    private let fill: [Double]?
    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `factor`, `scale` (the part of the picture that the rectangle is), `fill_value` (a number, one for each
    /// of three channels, or null for noise), `value_range`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: 0...1, default: 1)
        scale = arguments.has("scale") ? FactorRange("scale", &arguments, in: 0...1) : FactorRange(0.02, 0.33)
        if arguments.object?["fill_value"]?.kind == .array {
            let fill = arguments.array("fill_value", count: 3...3) { value, faults in
                faults.collect { () throws(Fault) in try value.double() } ?? 0
            }
            self.fill = fill.isEmpty ? nil : fill
        } else {
            fill = arguments.optionalDouble("fill_value").map { [$0] }
        }
        range = ValueRange(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        json.field("scale", scale)
        if let fill, fill.count == 1 { json.field("fill_value", fill[0]) } else { json.field("fill_value", fill) }
        json.field("value_range", range)
        shared.write(to: &json)
    }

    var channelsTaken: [Int]? { fill?.count == 3 ? [3] : nil }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        guard factor.drawsTrue(&random) else { return picture }
        let width = scale.draw(&random).squareRoot() * Float(picture.width)
        let height = scale.draw(&random).squareRoot() * Float(picture.height)
        let left = Float(random.uniform()) * (Float(picture.width) - width)
        let top = Float(random.uniform()) * (Float(picture.height) - height)
        return erased(picture, x: left..<left + width, y: top..<top + height, &random)
    }

    /// The picture with the pixels filled whose column and row lie in ranges.
    func erased(_ picture: FloatPicture, x: Range<Float>, y: Range<Float>, _ random: inout RowRandom) -> FloatPicture {
        var result = picture
        for row in 0..<picture.height where y.contains(Float(row)) {
            for column in 0..<picture.width where x.contains(Float(column)) {
                for channel in 0..<picture.channels {
                    let value =
                        fill.map { Float($0[$0.count == 1 ? 0 : channel]) }
                        ?? Float(Distributions.normal(&random)) * range.upper
                    result.pixels[(row * picture.width + column) * picture.channels + channel] = range.clipped(value)
                }
            }
        }
        return result
    }
}
