import JSON

/// How a picture that is moved is looked up between and outside its pixels.
struct PictureSampler: Sendable, Equatable {
    /// How a value between pixels is found, by Keras's names.
    enum Interpolation: String, Sendable, CaseIterable {
        case nearest, bilinear
    }

    let interpolation: Interpolation
    let fillMode: FillMode
    let fill: Float

    init(_ interpolation: Interpolation = .bilinear, _ fillMode: FillMode = .reflect, fill: Float = 0) {
        (self.interpolation, self.fillMode, self.fill) = (interpolation, fillMode, fill)
    }

    /// Reads `interpolation`, `fill_mode` and `fill_value`.
    init(reading arguments: inout ObjectReader, _ modes: [FillMode] = FillMode.usual) {
        interpolation = arguments.choice("interpolation", default: Interpolation.bilinear)
        let mode = arguments.choice("fill_mode", among: modes.map(\.rawValue), default: FillMode.reflect.rawValue)
        fillMode = FillMode(rawValue: mode) ?? .reflect
        fill = Float(arguments.double("fill_value", default: 0))
    }

    func write(to json: inout JSONWriter) {
        json.field("interpolation", interpolation.rawValue)
        json.field("fill_mode", fillMode.rawValue)
        json.field("fill_value", fill)
    }

    /// A picture whose pixel at (x, y) is what the source has at `place(x, y)`; the fill value where that is nil.
    @inline(__always)
    func sampled(_ source: FloatPicture, at place: (Int, Int) -> (x: Float, y: Float)?) -> FloatPicture {
        var result = source
        let (height, width, channels) = (source.height, source.width, source.channels)
        result.pixels = [Float](unsafeUninitializedCapacity: source.pixels.count) { target, count in
            count = source.pixels.count
            source.pixels.withUnsafeBufferPointer { pixels in
                guard let from = pixels.baseAddress, var to = target.baseAddress else { return }
                for y in 0..<height {
                    for x in 0..<width {
                        if let place = place(x, y) {
                            read(
                                from,
                                source,
                                x: fillMode.moved(place.x, width),
                                y: fillMode.moved(place.y, height),
                                to
                            )
                        } else {
                            for channel in 0..<channels { to[channel] = fill }
                        }
                        to += channels
                    }
                }
            }
        }
        return result
    }

    @inline(__always)
    private func read(
        _ from: UnsafePointer<Float>,
        _ source: FloatPicture,
        x: Float,
        y: Float,
        _ to: UnsafeMutablePointer<Float>
    ) {
        let (height, width, channels) = (source.height, source.width, source.channels)
        // Far outside, where a float is no whole number any more, there is nothing.
        guard abs(x) < 1e9, abs(y) < 1e9 else {
            for channel in 0..<channels { to[channel] = fill }
            return
        }
        if interpolation == .nearest {
            let (column, row) = (Self.wholeNearest(x), Self.wholeNearest(y))
            let isInside = row >= 0 && row < height && column >= 0 && column < width
            let pixel = (row * width + column) * channels
            for channel in 0..<channels { to[channel] = isInside ? from[pixel + channel] : fill }
            return
        }
        let (left, top) = (Self.wholeBelow(x), Self.wholeBelow(y))
        let (right, down) = (x - Float(left), y - Float(top))
        let pixel = (top * width + left) * channels
        if left >= 0, top >= 0, left < width - 1, top < height - 1 {
            let (upper, lower) = (from + pixel, from + pixel + width * channels)
            for channel in 0..<channels {
                let above = (1 - right) * upper[channel] + right * upper[channel + channels]
                let below = (1 - right) * lower[channel] + right * lower[channel + channels]
                to[channel] = (1 - down) * above + down * below
            }
            return
        }
        for channel in 0..<channels {
            func pixel(_ row: Int, _ column: Int) -> Float {
                guard row >= 0, row < height, column >= 0, column < width else { return fill }
                return from[(row * width + column) * channels + channel]
            }
            let above = (1 - right) * pixel(top, left) + right * pixel(top, left + 1)
            let below = (1 - right) * pixel(top + 1, left) + right * pixel(top + 1, left + 1)
            to[channel] = (1 - down) * above + down * below
        }
    }

    /// The greatest whole number that isn't above; written out, since plain x86-64 has no instruction for it.
    @inline(__always)
    private static func wholeBelow(_ number: Float) -> Int {
        let whole = Int(number)
        return Float(whole) > number ? whole - 1 : whole
    }

    /// The nearest whole number, of two the one farther from 0; in double, where the sum with a half is exact.
    @inline(__always)
    private static func wholeNearest(_ number: Float) -> Int {
        Int(Double(number) + (number < 0 ? -0.5 : 0.5))
    }
}
