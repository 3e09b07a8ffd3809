import JSON

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
