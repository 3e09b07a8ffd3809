import JSON

/// Keras's `Permute`: the axes of a sample in another order, counted from 1.
struct PermuteLayer: SingleInputLayer {
    static let names = ["Permute"]

    var keepsNumbers: Bool { true }

    private let order: [Int]

    init(reading arguments: inout ObjectReader) {
        order = arguments.ints("dims", in: 1...6, count: 1...6)
        if Set(order) != Set(1...order.count) {
            arguments.fault(at: "dims", "expected every axis from 1 to \(order.count) once, found \(order)")
        }
    }

    func write(to json: inout JSONWriter) { json.field("dims", order) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == order.count else { throw ShapeRequirement("\(order.count) axes for its dims \(order)") }
        return Shape(order.map { input[$0 - 1] })
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pass.graph.transpose(input, permutation: [0] + order)
    }
}
