/// What each pixel of a resized side is made of: as many neighbours of the source for each, and their weights.
///
/// Pixel i of n lies at (i + 0.5) · source/n - 0.5 of the source, as in TensorFlow 2, whose numbers these are.
struct AxisWeights {
    /// How many neighbours each has.
    let taps: Int
    /// The first neighbour of each; it and those behind it are pixels of the source.
    private(set) var starts: [Int]
    /// The weights, `taps` for each.
    private(set) var weights: [Float]

    init(from source: Int, to target: Int, _ interpolation: ResizeInterpolation, antialias: Bool) {
        let scale = Float(source) / Float(target)
        let widening = antialias ? max(scale, 1) : 1
        let reach =
            switch interpolation {
            case .nearest: 1
            case .area: Int(scale.rounded(.up)) + 1
            case .bilinear where !antialias: 2
            case .bicubic where !antialias: 4
            default: 2 * Int((interpolation.radius * widening).rounded(.up)) + 1
            }
        taps = min(reach, source)
        starts = [Int](repeating: 0, count: target)
        weights = [Float](repeating: 0, count: target * taps)
        for index in 0..<target {
            switch interpolation {
            case .nearest: starts[index] = min(Int((Float(index) + 0.5) * scale), source - 1)
            case .area: spread(index, scale, source)
            case .bilinear where !antialias: blend(index, scale, source)
            case .bicubic where !antialias: blendCubic(index, scale, source)
            default: convolve(index, scale, source, interpolation, widening)
            }
        }
    }

    /// Sets the weights of the neighbours from `first` on; those outside the source are left out.
    private mutating func set(_ index: Int, first: Int, of source: Int, _ values: (Int) -> Float, count: Int) {
        let start = min(max(first, 0), source - taps)
        starts[index] = start
        for offset in 0..<count where (start..<start + taps).contains(first + offset) {
            weights[index * taps + first + offset - start] = values(offset)
        }
    }

    /// Makes the weights of one sum up to 1.
    private mutating func normalize(_ index: Int) {
        let range = index * taps..<(index + 1) * taps
        let sum = weights[range].reduce(0, +)
        guard abs(sum) >= 1000 * .leastNormalMagnitude else { return }
        for place in range { weights[place] /= sum }
    }

    private mutating func blend(_ index: Int, _ scale: Float, _ source: Int) {
        let place = min(max((Float(index) + 0.5) * scale - 0.5, 0), Float(source - 1))
        let lower = Int(place)
        let part = place - Float(lower)
        set(index, first: lower, of: source, { $0 == 0 ? 1 - part : part }, count: part == 0 ? 1 : 2)
    }

    /// Four neighbours; the place is rounded to 1/1024 of a pixel, as TensorFlow's table has it.
    private mutating func blendCubic(_ index: Int, _ scale: Float, _ source: Int) {
        let place = (Float(index) + 0.5) * scale - 0.5
        let lower = place.rounded(.down)
        let part = ((place - lower) * 1024).rounded(.toNearestOrEven) / 1024
        set(
            index,
            first: Int(lower) - 1,
            of: source,
            { ResizeInterpolation.bicubic.kernel(abs(Float($0 - 1) - part)) },
            count: 4
        )
        normalize(index)
    }

    private mutating func convolve(
        _ index: Int,
        _ scale: Float,
        _ source: Int,
        _ interpolation: ResizeInterpolation,
        _ widening: Float
    ) {
        let place = (Float(index) + 0.5) * scale
        let reach = interpolation.radius * widening
        let first = max(Int((place - reach - 0.5).rounded(.up)), 0)
        let last = min(Int((place + reach - 0.5).rounded(.down)), source - 1)
        set(
            index,
            first: first,
            of: source,
            { interpolation.kernel(abs(Float(first + $0) + 0.5 - place) / widening) },
            count: min(last - first + 1, taps)
        )
        normalize(index)
    }

    /// The mean of what the pixel covers of the source.
    private mutating func spread(_ index: Int, _ scale: Float, _ source: Int) {
        let (begin, end) = (Float(index) * scale, Float(index + 1) * scale)
        let first = Int(begin)
        let count = min(Int(end.rounded(.up)), source) - first
        set(
            index,
            first: first,
            of: source,
            { max(0, min(end, Float(first + $0 + 1)) - max(begin, Float(first + $0))) },
            count: count
        )
        normalize(index)
    }
}
