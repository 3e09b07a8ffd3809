import NN

/// One operation of the engine on shapes that the workloads have.
struct Operation: Sendable {
    let name: String
    let operands: [Shape]
    /// Floating-point operations of the forward pass; 0 where an operation is bound by memory.
    let work: Int
    /// Appends the operation to its operands.
    let append: @Sendable (inout Graph, [Value]) throws -> Value

    /// The bytes that the operation must read and write at least.
    func bytes(of graph: Graph, _ result: Value) -> Int {
        (operands.reduce(0) { $0 + $1.volume } + graph.shape(of: result).volume) * MemoryLayout<Float>.stride
    }

    static let all: [Operation] = [
        product(512, 512, 512), product(64, 128, 384), product(32, 84, 10), product(1, 128, 512),
        convolution(rows: 32, size: 28, 1, 6, window: 5, padding: 2), convolution(rows: 32, size: 14, 6, 16, window: 5),
        convolution(rows: 16, size: 28, 1, 32, window: 3), convolution(rows: 16, size: 13, 32, 64, window: 3),
        convolution(rows: 16, size: 13, 33, 65, window: 3),
        convolution(rows: 8, size: 32, 3, 32, window: 3, padding: 1),
        convolution(rows: 8, size: 16, 64, 64, window: 3, padding: 1),
        convolution(rows: 8, size: 8, 128, 128, window: 3, padding: 1),
        recurrent("gru", gates: 3, steps: 28, rows: 16, units: 128),
        recurrent("lstm", gates: 4, steps: 28, rows: 16, units: 128),
        recurrent("gru", gates: 3, steps: 64, rows: 16, units: 256),
        recurrent("gru", gates: 3, steps: 28, rows: 1, units: 128),
        recurrent("lstm", gates: 4, steps: 28, rows: 1, units: 128),
        Operation(name: "max pool 2×2", operands: [[16, 32, 32, 32]], work: 0) {
            try $0.maxPool2D($1[0], window: (2, 2), strides: (2, 2))
        },
        Operation(name: "average pool 2×2", operands: [[16, 28, 28, 6]], work: 0) {
            try $0.averagePool2D($1[0], window: (2, 2), strides: (2, 2))
        },
        Operation(name: "rectifier", operands: [[16, 16, 16, 64]], work: 0) { try $0.relu($1[0]) },
        Operation(name: "tanh", operands: [[16, 16, 16, 64]], work: 0) { try $0.tanh($1[0]) },
        Operation(name: "sigmoid", operands: [[16, 16, 16, 64]], work: 0) { try $0.sigmoid($1[0]) },
        Operation(name: "exp", operands: [[16, 16, 16, 64]], work: 0) { try $0.exp($1[0]) },
        Operation(name: "add", operands: [[16, 16, 16, 64], [16, 16, 16, 64]], work: 0) { try $0.add($1[0], $1[1]) },
        Operation(name: "sum over rows", operands: [[4096, 64]], work: 0) { try $0.sum($1[0], axes: [0]) },
        Operation(name: "softmax", operands: [[512, 128]], work: 0) { try $0.softmax($1[0]) },
        Operation(name: "transpose", operands: [[28, 64, 128]], work: 0) {
            try $0.transpose($1[0], permutation: [1, 0, 2])
        },
    ]

    private static func product(_ m: Int, _ k: Int, _ n: Int) -> Operation {
        Operation(name: "product", operands: [[m, k], [k, n]], work: 2 * m * k * n) { try $0.matmul($1[0], $1[1]) }
    }

    private static func convolution(
        rows: Int,
        size: Int,
        _ channels: Int,
        _ filters: Int,
        window: Int,
        padding: Int = 0
    ) -> Operation {
        let places = size + 2 * padding - window + 1
        return Operation(
            name: "convolution \(window)×\(window)",
            operands: [[rows, size, size, channels], [window, window, channels, filters]],
            work: 2 * rows * places * places * window * window * channels * filters
        ) {
            let zeros = Padding2D(top: padding, bottom: padding, left: padding, right: padding)
            return try $0.convolve2D($1[0], $1[1], padding: zeros)
        }
    }

    private static func recurrent(_ kind: String, gates: Int, steps: Int, rows: Int, units: Int) -> Operation {
        Operation(
            name: kind,
            operands: [[steps, rows, gates * units], [rows, units], [units, gates * units]],
            work: 2 * steps * rows * units * gates * units
        ) { graph, operands in
            guard gates == 3 else { return try graph.lstm(operands[0], operands[1], operands[1], operands[2]).states }
            return try graph.gru(operands[0], operands[1], operands[2], nil, resetAfter: true)
        }
    }
}

/// Billions of operations a second of one core in a product of two 512×512 matrices, the peak that others are held to.
func gemmSpeed(for seconds: Double) throws -> Double {
    let operation = Operation.all[0]
    let (forward, _) = try measure(operation, for: seconds)
    return Double(operation.work) / forward
}

/// Prints every operation with its speed on one core, forward and with the gradients of all its operands.
func printOperations(for seconds: Double) throws {
    let peak = try gemmSpeed(for: seconds)
    print("peak: \(rounded(peak / 1e9)) GFLOP/s, the product of two 512×512 matrices, on one core")
    print(columns("operation", "operands", "forward µs", "GFLOP/s or GB/s", "of peak", "backward µs", "of peak"))
    for operation in Operation.all {
        let (forward, backward) = try measure(operation, for: seconds / 4)
        var graph = Graph()
        let operands = try operation.operands.map { try graph.input("x", shape: $0) }
        let result = try operation.append(&graph, operands)
        let bytes = operation.bytes(of: graph, result)
        let isBound = operation.work == 0
        let speed = Double(isBound ? bytes : operation.work) / forward / 1e9
        print(
            columns(
                operation.name,
                operation.operands.map(\.description).joined(separator: " "),
                "\(rounded(forward * 1e6))",
                "\(rounded(speed)) \(isBound ? "GB/s" : "GFLOP/s")",
                isBound ? "" : percent(Double(operation.work) / forward / peak),
                "\(rounded(backward * 1e6))",
                isBound ? "" : percent(2 * Double(operation.work) / backward / peak)
            )
        )
    }
}

private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

private func columns(_ texts: String...) -> String {
    zip(texts, [18, 36, 12, 18, 8, 12, 8])
        .map { $0 + String(repeating: " ", count: max($1 - $0.count, 1)) }.joined()
}

/// The least seconds of a run forward, and of the gradients of all operands without the forward pass.
private func measure(_ operation: Operation, for seconds: Double) throws -> (forward: Double, backward: Double) {
    var graph = Graph()
    let operands = try operation.operands.map { try graph.input("x", shape: $0) }
    let result = try operation.append(&graph, operands)
    let forward = try least(graph, [result], for: seconds / 2)
    let cotangent = try graph.input("cotangent", shape: graph.shape(of: result))
    let gradients = try graph.vjp(of: [result], cotangents: [cotangent], withRespectTo: operands)
    let both = try least(graph, [result] + gradients, for: seconds / 2)
    return (forward, max(both - forward, 1e-9))
}

/// The least seconds of a run of what some values need, on numbers in −½…½.
private func least(_ graph: Graph, _ outputs: [Value], for seconds: Double) throws -> Double {
    let plan = try Plan(graph, outputs: outputs)
    var generator = SeededGenerator(seed: 1)
    var memory: [Value: UnsafeMutablePointer<Float>] = [:]
    for input in plan.inputs {
        let count = graph.shape(of: input).volume
        let pointer = UnsafeMutablePointer<Float>.allocate(capacity: count)
        for index in 0..<count { pointer[index] = Float(generator.uniform()) - 0.5 }
        memory[input] = pointer
    }
    defer { for pointer in memory.values { pointer.deallocate() } }
    let run = plan.makeRun(memory)
    var least = Double.infinity
    var rounds = 0
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end || rounds < 5 {
        let start = ContinuousClock.now
        run.run()
        least = min(least, milliseconds(start.duration(to: .now)) / 1e3)
        rounds += 1
    }
    return least
}
