import JSON

/// A layer that repeats every step of a sequence, or every place of a volume, along each axis.
protocol RepeatingLayer: SingleInputLayer {
    /// How many axes are repeated along.
    static var rank: Int { get }

    /// How often along each axis.
    var size: [Int] { get }

    /// The layer with these numbers.
    init(size: [Int])
}

extension RepeatingLayer {
    var keepsNumbers: Bool { true }

    init(reading arguments: inout ObjectReader) {
        let twos = Array(repeating: 2, count: Self.rank)
        self.init(
            size: arguments.tuple("size", of: Self.rank, in: 1...ObjectReader.greatestArgument, default: twos)
        )
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        if Self.rank == 1 { json.field("size", size[0]) } else { json.field("size", size) }
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == Self.rank + 1 else { throw ShapeRequirement(WindowArguments.axes(Self.rank)) }
        return Shape(zip(input.extents, size).map { $0 * $1 } + [input.last])
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pass.graph.repeated(input, size)
    }
}

/// Keras's `UpSampling1D`: every step of a sequence repeated, `[T, C] → [T·size, C]`.
struct UpSampling1DLayer: RepeatingLayer {
    static let names = ["UpSampling1D"]
    static let rank = 1

    let size: [Int]

    init(size: [Int]) { self.size = size }
}

/// Keras's `UpSampling3D`: every place of a volume repeated along each axis.
struct UpSampling3DLayer: RepeatingLayer {
    static let names = ["UpSampling3D"]
    static let rank = 3

    let size: [Int]

    init(size: [Int]) { self.size = size }
}

/// Keras's `UpSampling2D`: every pixel of an image repeated, or what lies between pixels interpolated.
struct UpSampling2DLayer: SingleInputLayer {
    static let names = ["UpSampling2D"]

    private let size: [Int]
    private let interpolation: Interpolation
    var keepsNumbers: Bool { interpolation == .nearest }

    init(reading arguments: inout ObjectReader) {
        size = arguments.tuple("size", of: 2, in: 1...ObjectReader.greatestArgument, default: [2, 2])
        interpolation = arguments.choice("interpolation", default: .nearest)
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        json.field("size", size)
        json.field("interpolation", interpolation.rawValue)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 3 else { throw ShapeRequirement(WindowArguments.axes(2)) }
        return [input[0] * size[0], input[1] * size[1], input[2]]
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        guard interpolation == .nearest else {
            let shape = pass.graph.shape(of: input)
            let (height, width) = (shape[1] * size[0], shape[2] * size[1])
            return try pass.graph.resize(input, height: height, width: width, interpolation)
        }
        return try pass.graph.repeated(input, size)
    }
}

extension Graph {
    /// Every place of a batch `[N, …, C]` repeated so often along each axis between.
    fileprivate mutating func repeated(_ x: Value, _ size: [Int]) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        let axes = Array(zip(shape.extents.dropFirst(), size))
        let places = try reshape(x, to: Shape([shape[0]] + axes.flatMap { [$0.0, 1] } + [shape.last]))
        let all = try broadcast(places, to: Shape([shape[0]] + axes.flatMap { [$0.0, $0.1] } + [shape.last]))
        return try reshape(all, to: Shape([shape[0]] + axes.map { $0.0 * $0.1 } + [shape.last]))
    }
}
