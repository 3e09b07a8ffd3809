import Foundation
import NN
import Testing

/// The table of `docs/autodiff.md`: one function's derivatives by formula, by differences, forwards and backwards.
struct DerivativeComparisonTests {
    /// Where the function is differentiated.
    private static let point: [Float] = [0.5, -0.3, 1.2]

    /// `y₁ = x₁·exp(x₂)` and `y₂ = tanh(x₂·x₃)`: three inputs, two outputs.
    private struct Function {
        var graph = Graph()
        let inputs: [Value]
        let outputs: [Value]

        init() throws {
            inputs = [
                try graph.input("x1", shape: []), try graph.input("x2", shape: []), try graph.input("x3", shape: []),
            ]
            outputs = [
                try graph.multiply(inputs[0], graph.exp(inputs[1])),
                try graph.tanh(graph.multiply(inputs[1], inputs[2])),
            ]
        }

        func numbers(_ point: [Float]) -> [Value: [Float]] {
            Dictionary(uniqueKeysWithValues: zip(inputs, point.map { [$0] }))
        }
    }

    /// A Jacobian, row by row, and how many runs it took.
    private struct Found {
        let method: String
        let jacobian: [[Double]]
        let passes: Int
    }

    private func analytic() -> Found {
        let x = Self.point.map(Double.init)
        let slope = 1 - pow(tanh(x[1] * x[2]), 2)
        let rows = [[exp(x[1]), x[0] * exp(x[1]), 0], [0, x[2] * slope, x[1] * slope]]
        return Found(method: "analytic", jacobian: rows, passes: 0)
    }

    private func numerical() throws -> Found {
        let function = try Function()
        let step: Float = 0x1p-7
        var columns: [[Double]] = []
        var passes = 0
        for input in 0..<3 {
            func moved(_ distance: Float) throws -> [Float] {
                var point = Self.point
                point[input] += distance
                passes += 1
                return try evaluate(function.graph, function.numbers(point), function.outputs).map { $0[0] }
            }
            let (above, below) = (try moved(step), try moved(-step))
            columns.append(zip(above, below).map { Double($0 - $1) / Double(2 * step) })
        }
        let rows = (0..<2).map { output in columns.map { $0[output] } }
        return Found(method: "numerical, central differences", jacobian: rows, passes: passes)
    }

    private func forward() throws -> Found {
        var columns: [[Double]] = []
        for input in 0..<3 {
            var function = try Function()
            let one = try function.graph.constant(1, shape: [])
            let tangents: [Value?] = (0..<3).map { $0 == input ? one : nil }
            let products = try function.graph.jvp(
                of: function.outputs,
                withRespectTo: function.inputs,
                tangents: tangents
            )
            let found = try evaluate(function.graph, function.numbers(Self.point), products)
            columns.append(found.map { Double($0[0]) })
        }
        let rows = (0..<2).map { output in columns.map { $0[output] } }
        return Found(method: "forward mode", jacobian: rows, passes: columns.count)
    }

    private func reverse() throws -> Found {
        var rows: [[Double]] = []
        for output in 0..<2 {
            var function = try Function()
            let gradients = try function.graph.gradients(
                of: function.outputs[output],
                withRespectTo: function.inputs
            )
            let found = try evaluate(function.graph, function.numbers(Self.point), gradients)
            rows.append(found.map { Double($0[0]) })
        }
        return Found(method: "reverse mode", jacobian: rows, passes: rows.count)
    }

    @Test func `the table in the docs is what the program computes`() throws {
        let exact = analytic()
        let costs = [
            "analytic": "none", "numerical, central differences": "2n", "forward mode": "n", "reverse mode": "m",
        ]
        var lines = [
            "| derivative | ∂y₁/∂x₁ | ∂y₁/∂x₂ | ∂y₁/∂x₃ | ∂y₂/∂x₁ | ∂y₂/∂x₂ | ∂y₂/∂x₃ | greatest error "
                + "| passes here | passes for n inputs, m outputs |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        for found in [exact, try numerical(), try forward(), try reverse()] {
            let values = found.jacobian.flatMap { $0 }
            let errors = zip(values, exact.jacobian.flatMap { $0 }).map { abs($0 - $1) }
            let error = errors.max() ?? 0
            // Rounding in the last digit differs between processors.
            let bound = error == 0 ? "0" : "below 1e\(max(Int(log10(error).rounded(.up)), -6))"
            let cells = values.map { String(format: "%.4f", abs($0) < 1e-9 ? 0 : $0) }
            let row = try [found.method] + cells + [bound, "\(found.passes)", #require(costs[found.method])]
            lines.append("| \(row.joined(separator: " | ")) |")
        }
        let table = lines.joined(separator: "\n")
        let url = URL(filePath: #filePath).appending(path: "../../../../docs/autodiff.md").standardized
        let page = try String(contentsOf: url, encoding: .utf8)

        #expect(page.contains(table), "docs/autodiff.md should hold:\n\(table)")
    }
}
