import Foundation

/// How a `Resize` enlarges or reduces axes, each by itself.
struct ResizedAxes {
    /// One axis.
    struct Axis {
        /// The axis.
        let axis: Int
        /// The extents before and behind.
        let from: Int, to: Int
        /// The share of each place before in each place behind, `[from, to]`.
        let shares: [Float]
        /// Which places behind come of none before.
        let isOutside: [Bool]
    }

    /// The axes that change.
    let axes: [Axis]
    /// What stands in a place whose origin lies outside.
    let outside: Float
    /// Keras's word for what happens to all of them, and the factors; nil where it has none.
    let keras: String?

    /// Reads a node.
    init(_ inference: Inference, _ node: ONNXNode, _ fact: Fact) throws(Refusal) {
        let chosen =
            try node.ints("axes").map { (axes) throws(Refusal) in
                var all: [Int] = []
                for axis in axes { all.append(try fact.axis(axis)) }
                return all
            } ?? Array(fact.shape.indices)
        let scales = try inference.constant(node, 2, "its scales")?.floats ?? []
        let sizes = try inference.constant(node, 3, "its sizes")?.extents ?? []
        guard scales.count == chosen.count || sizes.count == chosen.count else {
            throw Refusal("no scales or sizes for each axis")
        }
        let kept = sizes.isEmpty ? nil : try Self.keptScale(node, sizes, chosen.map { fact.shape[$0] })
        let regions = try inference.constant(node, 1, "its roi")?.floats ?? []
        let (mode, place) = (
            node.text("mode", default: "nearest"), node.text("coordinate_transformation_mode", default: "half_pixel")
        )
        let rounding = node.text("nearest_mode", default: "round_prefer_floor")
        var axes: [Axis] = []
        for (number, axis) in chosen.enumerated() {
            let region =
                place == "tf_crop_and_resize" && regions.count == 2 * chosen.count
                ? (Double(regions[number]), Double(regions[number + chosen.count])) : nil
            let isKept =
                region.map { $0 != (0, 1) } ?? false || kept != nil
                ? false
                : sizes.isEmpty
                    ? scales[number] == 1
                    : sizes[number] == fact.shape[axis]
                        || (axis == fact.batch && sizes[number].known == inference.fixedBatch)
            if isKept { continue }
            guard axis != fact.batch, let from = fact.shape[axis].known else {
                throw Refusal("it resizes axis \(axis), which is \(axis == fact.batch ? "the batch" : "open")")
            }
            guard sizes.isEmpty ? scales[number] > 0 && scales[number] <= 65_536 : true else {
                throw Refusal("a scale of \(scales[number])")
            }
            let to: Int?
            if let size = sizes.isEmpty ? nil : sizes[number] {
                guard let known = size.known else { throw Refusal("sizes that depend on the batch") }
                to = kept.map { Int(exactly: ($0 * Double(from) + 0.5).rounded(.down)) } ?? known
            } else {
                to = Int(exactly: (Float(from) * scales[number]).rounded(.down))
            }
            guard let to, from > 0, (1...1 << 16).contains(to), from * to <= 1 << 24 else {
                throw Refusal("an extent of \(from) resized to \(to.map { "\($0)" } ?? "no number")")
            }
            let scale = kept ?? (sizes.isEmpty ? Double(scales[number]) : Double(to) / Double(from))
            let sampler = AxisSampler(node, from: from, to: to, scale: scale, region: region)
            let shares = try sampler.shares(mode, place, rounding)
            axes.append(Axis(axis: axis, from: from, to: to, shares: shares.all, isOutside: shares.isOutside))
        }
        self.axes = axes
        outside = node.float("extrapolation_value", default: 0)
        let isWhole = axes.allSatisfy { $0.to.isMultiple(of: $0.from) }
        let repeats =
            mode == "nearest"
            && (place == "half_pixel" && rounding.hasPrefix("round") || place == "asymmetric" && rounding == "floor")
        let interpolates = mode == "linear" && place == "half_pixel"
        keras = isWhole && repeats ? "nearest" : isWhole && interpolates ? "bilinear" : nil
    }
}

extension ResizedAxes {
    /// The one scale of all axes, where their proportions are kept; nil where each is stretched by itself.
    private static func keptScale(_ node: ONNXNode, _ sizes: [Extent], _ extents: [Extent]) throws(Refusal) -> Double? {
        let policy = node.text("keep_aspect_ratio_policy", default: "stretch")
        guard policy != "stretch" else { return nil }
        guard ["not_larger", "not_smaller"].contains(policy), let sizes = sizes.known, let extents = extents.known
        else {
            throw Refusal("keep_aspect_ratio_policy \(policy) over open extents")
        }
        let scales = zip(sizes, extents).map { Double($0) / Double($1) }
        return policy == "not_larger" ? scales.min() : scales.max()
    }
}

/// Where the places of a resized axis lie on the axis before.
struct AxisSampler {
    private let node: ONNXNode
    private let from: Int, to: Int
    private let scale: Double
    /// The part of the axis that is taken, from 0 to 1; nil for all of it.
    private let region: (Double, Double)?

    /// An axis.
    init(_ node: ONNXNode, from: Int, to: Int, scale: Double, region: (Double, Double)?) {
        (self.node, self.from, self.to, self.scale, self.region) = (node, from, to, scale, region)
    }

    /// The share of each place before in each place behind, `[from, to]`, and which places behind come of none.
    func shares(
        _ mode: String,
        _ rule: String,
        _ rounding: String
    ) throws(Refusal) -> (all: [Float], isOutside: [Bool]) {
        var shares = [Float](repeating: 0, count: from * to)
        var isOutside = [Bool](repeating: false, count: to)
        // What is made smaller is seen through a wider window, so that nothing is skipped.
        let width = node.int("antialias", default: 0) == 1 ? min(scale, 1) : 1
        let cubic = Double(node.float("cubic_coeff_a", default: -0.75))
        let excludes = node.int("exclude_outside", default: 0) == 1
        for place in 0..<to {
            // The nearest place of a position halfway hangs on how it was rounded: onnxruntime computes in float32.
            let position =
                try mode == "nearest"
                ? Double(position(Float(place), rule)) : position(Double(place), rule)
            guard abs(position) <= 0x1p40 else { throw Refusal("a place \(position) of an axis of \(from)") }
            if rule == "tf_crop_and_resize", position < 0 || position > Double(from - 1) {
                isOutside[place] = true
                continue
            }
            if mode == "nearest" {
                let nearest = try nearest(position, rounding)
                shares[min(max(nearest, 0), from - 1) * to + place] = 1
                continue
            }
            guard mode == "linear" || mode == "cubic" else { throw Refusal("the mode \(mode)") }
            let reach = (mode == "linear" ? 1.0 : 2.0) / width
            var (places, weights) = ([Int](), [Double]())
            for source in Int((position - reach).rounded(.down))...Int((position + reach).rounded(.up)) {
                let distance = abs(Double(source) - position) * width
                let weight = mode == "linear" ? max(0, 1 - distance) : Self.cubic(distance, cubic)
                guard weight != 0, !excludes || (0..<from).contains(source) else { continue }
                places.append(min(max(source, 0), from - 1))
                weights.append(weight)
            }
            let total = weights.reduce(0, +)
            for (source, weight) in zip(places, weights) { shares[source * to + place] += Float(weight / total) }
        }
        return (shares, isOutside)
    }

    private func position<Number: BinaryFloatingPoint>(_ place: Number, _ rule: String) throws(Refusal) -> Number {
        let (scale, from, to) = (Number(scale), Number(from), Number(to))
        switch rule {
        case "half_pixel": return (place + 0.5) / scale - 0.5
        case "asymmetric": return place / scale
        case "align_corners":
            // ONNX counts with the length before it was cut to a whole number.
            return to == 1 ? 0 : place * (from - 1) / (scale * from - 1)
        case "tf_crop_and_resize":
            guard let region else { throw Refusal("tf_crop_and_resize without a constant roi") }
            let (start, end) = (Number(region.0), Number(region.1))
            return to > 1
                ? start * (from - 1) + place * (end - start) * (from - 1) / (to - 1) : (start + end) / 2 * (from - 1)
        case "pytorch_half_pixel": return to > 1 ? (place + 0.5) / scale - 0.5 : 0
        case "half_pixel_symmetric":
            return from / 2 * (1 - to / (scale * from)) + (place + 0.5) / scale - 0.5
        default: throw Refusal("coordinate_transformation_mode \(rule), which isn't read")
        }
    }

    private func nearest(_ position: Double, _ rounding: String) throws(Refusal) -> Int {
        switch rounding {
        case "floor": return Int(position.rounded(.down))
        case "ceil": return Int(position.rounded(.up))
        case "round_prefer_ceil": return Int((position + 0.5).rounded(.down))
        case "round_prefer_floor": return Int((position - 0.5).rounded(.up))
        default: throw Refusal("nearest_mode \(rounding)")
        }
    }

    /// Keys's cubic kernel.
    ///
    /// Source: Keys 1981.
    private static func cubic(_ x: Double, _ a: Double) -> Double {
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
}
