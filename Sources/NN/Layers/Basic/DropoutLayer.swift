import JSON

/// Keras's `Dropout`: while training, sets a share `rate` of the numbers to 0 and divides the others by `1 − rate`.
///
/// When the network only answers it passes everything on. Source: Srivastava et al. 2014.
struct DropoutLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["Dropout"]

    var passesMask: Bool { true }

    private let rate: Double
    private let noise: NoiseShape?

    init(reading arguments: inout ObjectReader) {
        rate = arguments.double("rate", in: .from(0, through: 1))
        noise = arguments.noiseShape()
        // The random numbers of training follow from the job's seed; Keras writes null here where none is set.
        arguments.only(nil, for: "seed")
    }

    func write(to json: inout JSONWriter) {
        json.field("rate", rate)
        noise?.write(to: &json)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        try noise?.check(input)
        return input
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pass.dropped(input, rate: rate, sharedAxes: noise?.sharedAxes ?? [])
    }
}
