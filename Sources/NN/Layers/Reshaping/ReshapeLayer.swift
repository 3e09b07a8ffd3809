import JSON

/// Keras's `Reshape`: the same numbers in the same order under another shape; one extent may be -1 and follows.
struct ReshapeLayer: SingleInputLayer {
    static let names = ["Reshape"]

    var keepsNumbers: Bool { true }

    private let target: [Int]

    init(reading arguments: inout ObjectReader) {
        target = arguments.ints("target_shape", in: -1...1 << 24, count: 0...6)
        for (place, extent) in target.enumerated() where extent == 0 {
            arguments.faults.add(
                "\(arguments.pointer)/target_shape/\(place)",
                "expected -1 or a positive integer, found 0"
            )
        }
        if target.count(where: { $0 == -1 }) > 1 {
            arguments.fault(at: "target_shape", "expected -1 at most once, found \(target)")
        }
    }

    func write(to json: inout JSONWriter) { json.field("target_shape", target) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        let known = Shape(target.filter { $0 > 0 })
        let volume = input.volume
        guard let product = known.volume(upTo: max(volume, 1)), product > 0, volume % product == 0,
            target.contains(-1) || product == volume
        else {
            throw ShapeRequirement("as many numbers as \(target) holds")
        }
        return Shape(target.map { $0 == -1 ? volume / product : $0 })
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let volume = shape.extents.dropFirst().reduce(1, *)
        let known = target.filter { $0 > 0 }.reduce(1, *)
        return try pass.graph.reshape(input, to: Shape([shape[0]] + target.map { $0 == -1 ? volume / known : $0 }))
    }
}
