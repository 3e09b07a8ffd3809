import JSON

/// Keras's `Identity`: `gain` on the diagonal of a matrix, 0 elsewhere.
struct IdentityInitializer: InitializerKind {
    static let names = ["Identity", "identity", "IdentityInitializer"]

    private let gain: Double

    init(reading arguments: inout ObjectReader) {
        gain = arguments.double("gain", in: .initialWeight, default: 1)
    }

    func write(to json: inout JSONWriter) {
        json.field("gain", gain)
    }

    func requirement(for shape: Shape) -> String? { shape.rank == 2 ? nil : "a matrix" }

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        let (rows, columns) = (shape[0], shape[1])
        var values = [Float](repeating: 0, count: rows * columns)
        for place in 0..<min(rows, columns) { values[place * columns + place] = Float(gain) }
        return Tensor(shape, values)
    }
}
