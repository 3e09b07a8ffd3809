/// Grad-CAM: where in a picture a convolution saw what speaks for a number.
///
/// Source: Selvaraju et al. 2017, arXiv:1610.02391.
public struct GradCAM: Sendable {
    /// The mean over the positions of the derivative by each channel, `[c]`.
    public let channelWeights: Tensor
    /// The channels' weighted sum where it is above zero, `[h, w]`, not normalised; `[steps]` for a sequence.
    public let map: Tensor
    /// The map resized to the input.
    public let mapOnInput: Tensor

    /// Works the maps out.
    ///
    /// - Parameters:
    ///   - activations: What the layer gave, `[h, w, c]` or `[steps, c]`.
    ///   - gradient: The derivative by it, of the same shape.
    ///   - extents: The extents of the input that the map is laid on, as many as the map's.
    public init(_ activations: Tensor, gradient: Tensor, input extents: [Int]) {
        let channels = activations.shape.last
        let places = activations.volume / max(channels, 1)
        var sums = [Double](repeating: 0, count: channels)
        for (place, number) in gradient.values.enumerated() { sums[place % channels] += Double(number) }
        let weights = sums.map { Float($0 / Double(max(places, 1))) }
        var map = [Float](repeating: 0, count: places)
        for place in 0..<places {
            var sum = 0.0
            for channel in 0..<channels {
                sum += Double(weights[channel]) * Double(activations.values[place * channels + channel])
            }
            map[place] = Float(max(sum, 0))
        }
        channelWeights = Tensor([channels], weights)
        self.map = Tensor(Shape(Array(activations.shape.extents.dropLast())), map)
        mapOnInput = self.map.resized(to: extents)
    }
}

extension Tensor {
    /// The same picture or sequence in other extents, bilinearly with half-pixel centres.
    public func resized(to extents: [Int]) -> Tensor {
        let (height, width) = rank == 1 ? (shape[0], 1) : (shape[0], shape[1])
        let (rows, columns) = rank == 1 ? (extents[0], 1) : (extents[0], extents[1])
        func places(_ count: Int, of source: Int) -> [(Int, Int, Float)] {
            (0..<count).map { place in
                let centre = (Float(place) + 0.5) * Float(source) / Float(count) - 0.5
                let low = centre.rounded(.down)
                let first = min(max(Int(low), 0), source - 1)
                return (first, min(max(Int(low) + 1, 0), source - 1), centre - low)
            }
        }
        let across = places(columns, of: width)
        var own: [Float] = []
        own.reserveCapacity(rows * columns)
        for (top, bottom, down) in places(rows, of: height) {
            for (left, right, aside) in across {
                let above = values[top * width + left] * (1 - aside) + values[top * width + right] * aside
                let below = values[bottom * width + left] * (1 - aside) + values[bottom * width + right] * aside
                own.append(above * (1 - down) + below * down)
            }
        }
        return Tensor(rank == 1 ? [rows] : [rows, columns], own)
    }
}
