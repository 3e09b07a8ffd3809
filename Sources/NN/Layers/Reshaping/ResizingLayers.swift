import JSON

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
        let shape = pass.graph.shape(of: input)
        let (height, width) = (shape[1] * size[0], shape[2] * size[1])
        guard interpolation == .nearest else {
            return try pass.graph.resize(input, height: height, width: width, interpolation)
        }
        let pixels = try pass.graph.reshape(input, to: [shape[0], shape[1], 1, shape[2], 1, shape[3]])
        let repeated = try pass.graph.broadcast(
            pixels,
            to: [shape[0], shape[1], size[0], shape[2], size[1], shape[3]]
        )
        return try pass.graph.reshape(repeated, to: [shape[0], height, width, shape[3]])
    }
}

/// Keras's `Resizing`: an image with another height and width.
struct ResizingLayer: SingleInputLayer {
    static let names = ["Resizing"]

    private let height: Int
    private let width: Int
    private let interpolation: Interpolation

    init(reading arguments: inout ObjectReader) {
        height = arguments.count("height")
        width = arguments.count("width")
        interpolation = arguments.choice("interpolation", default: .bilinear)
        for key in ["crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"] {
            arguments.only(.bool(false), for: key)
        }
        arguments.accept("fill_mode", "fill_value")
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        json.field("height", height)
        json.field("width", width)
        json.field("interpolation", interpolation.rawValue)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 3 else { throw ShapeRequirement(WindowArguments.axes(2)) }
        return [height, width, input[2]]
    }

    func operations(input: Shape, output: Shape) -> Int { 4 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pass.graph.resize(input, height: height, width: width, interpolation)
    }
}
