import JSON

/// A layer that makes as many numbers of a channel as are wanted along one, two or three axes, whatever there are.
///
/// Of n places along an axis, the i-th of m results is taken from those from `⌊i·n / m⌋` to below `⌈(i + 1)·n / m⌉`; they
/// overlap where m doesn't divide n. Source: keras.io/api/layers/pooling_layers, PyTorch's `adaptive_avg_pool`.
protocol AdaptivePoolingLayer: SingleInputLayer {
    /// How many axes are pooled.
    static var rank: Int { get }
    /// What is taken.
    static var pooling: PoolingKind { get }

    /// How many results along each axis.
    var outputSize: [Int] { get }

    /// The layer for so many results.
    init(outputSize: [Int])
}

extension AdaptivePoolingLayer {
    init(reading arguments: inout ObjectReader) {
        self.init(
            outputSize: arguments.tuple("output_size", of: Self.rank, in: 1...ObjectReader.greatestArgument)
        )
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) { json.field("output_size", outputSize) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == Self.rank + 1 else { throw ShapeRequirement(WindowArguments.axes(Self.rank)) }
        return Shape(outputSize + [input.last])
    }

    func operations(input: Shape, output: Shape) -> Int { input.volume + output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        // The greatest or the mean of a box is that along one axis after the other.
        var result = input
        for (axis, extent) in outputSize.enumerated() {
            let windows = AdaptiveWindows(from: pass.graph.shape(of: result)[axis + 1], to: extent)
            result =
                switch Self.pooling {
                case .average: try pass.graph.mixed(result, axis: axis + 1, by: windows.shares)
                case .maximum: try pass.graph.greatest(of: result, axis: axis + 1, windows)
                }
        }
        return result
    }
}

/// The places along an axis from which each of an adaptive pooling's results is taken.
struct AdaptiveWindows {
    private let old: Int
    private let ranges: [Range<Int>]

    /// The windows of so many results over so many places.
    init(from old: Int, to new: Int) {
        self.old = old
        ranges = (0..<new).map { $0 * old / new..<(($0 + 1) * old + new - 1) / new }
    }

    /// How many places the longest window has.
    var length: Int { ranges.map(\.count).max() ?? 1 }

    /// What each place counts in each mean, `[new, old]`.
    var shares: Tensor {
        var values = [Float](repeating: 0, count: ranges.count * old)
        for (result, range) in ranges.enumerated() {
            for place in range { values[result * old + place] = 1 / Float(range.count) }
        }
        return Tensor([ranges.count, old], values)
    }

    /// The places of each window, `[new, length]`, the last again where a window is shorter.
    var places: Tensor {
        let values = ranges.flatMap { range in
            (0..<length).map { Float(min(range.lowerBound + $0, range.upperBound - 1)) }
        }
        return Tensor([ranges.count, length], values)
    }
}

extension Graph {
    /// The greatest number of each window along an axis.
    fileprivate mutating func greatest(
        of x: Value,
        axis: Int,
        _ windows: AdaptiveWindows
    ) throws(ShapeError) -> Value {
        let from = shape(of: x)
        let others = from.extents.indices.filter { $0 != axis }
        let front = try transpose(x, permutation: [axis] + others)
        let width = from.volume / max(from[axis], 1)
        let places = windows.places
        let taken = try gather(reshape(front, to: [from[axis], width]), rows: literal(places))
        let (new, length) = (places.shape[0], places.shape[1])
        let pooled = try maxPool2D(reshape(taken, to: [new, 1, length, width]), window: (1, length), strides: (1, 1))
        var order = Array(1..<from.rank)
        order.insert(0, at: axis)
        return try transpose(reshape(pooled, to: Shape([new] + others.map { from[$0] })), permutation: order)
    }
}
