import NN

/// Compiles a graph, runs it once on these inputs, and gives the numbers of the outputs.
func evaluate(
    _ graph: Graph,
    _ inputs: [Value: [Float]],
    _ outputs: [Value],
    optimises: Bool = true,
    precision: ProductPrecision = .float32
) throws -> [[Float]] {
    let plan = try Plan(graph, outputs: outputs, optimises: optimises, precision: precision)
    let memory = inputs.mapValues { numbers in
        let buffer = UnsafeMutablePointer<Float>.allocate(capacity: max(numbers.count, 1))
        buffer.initialize(from: numbers, count: numbers.count)
        return buffer
    }
    defer { for buffer in memory.values { buffer.deallocate() } }
    let run = plan.makeRun(memory)
    run.run()
    return outputs.map { output in
        Array(UnsafeBufferPointer(start: run.pointer(to: output), count: graph.shape(of: output).volume))
    }
}

/// A small generator of test data, the same on every run: a linear congruential sequence.
struct TestNumbers {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// A number in the range.
    mutating func next(in range: ClosedRange<Float>) -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let unit = Float(state >> 40) * 0x1p-24
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }

    mutating func list(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in next(in: range) }
    }
}

/// The inner product of two lists, in double precision.
func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
