import Foundation
import NN
import Testing

/// One derivative in four ways.
@Suite struct DifferentiationTests {
    /// The numbers of docs/autodiff.md.
    private func table() throws -> Differentiation {
        let names = ["x1", "x2", "x3"]
        return try Differentiation(
            [
                Differentiation.Function("y1", try Expression.parse("x1*exp(x2)", variables: names)),
                Differentiation.Function("y2", try Expression.parse("tanh(x2*x3)", variables: names)),
            ],
            at: [("x1", 0.5), ("x2", -0.3), ("x3", 1.2)],
            step: 0.001
        )
    }

    @Test func `all four ways come to the same Jacobian`() throws {
        let found = try table()
        let right = [[exp(-0.3), 0.5 * exp(-0.3), 0], [0, 1.2 / pow(cosh(0.36), 2), -0.3 / pow(cosh(0.36), 2)]]
        for (row, numbers) in right.enumerated() {
            for (column, number) in numbers.enumerated() {
                #expect(abs(found.symbolic[row][column] - number) < 1e-15)
                #expect(abs(Double(found.forward[row][column]) - number) < 1e-6)
                #expect(abs(Double(found.reverse[row][column]) - number) < 1e-6)
                #expect(abs(Double(found.numerical[row][column]) - number) < 1e-4)
            }
        }
        #expect(try #require(found.error(of: found.forward)) < 1e-6)
        #expect(try #require(found.error(of: found.numerical)) < 1e-4)
    }

    @Test func `nodes stand in the order of execution with tangents and adjoints`() throws {
        let found = try table()
        #expect(found.nodes.map(\.operation) == ["input", "input", "input", "exp", "multiply", "multiply", "tanh"])
        #expect(found.nodes.map(\.name) == ["x1", "x2", "x3", nil, "y1", nil, "y2"])
        for node in found.nodes { #expect(node.operands.allSatisfy { $0 < node.id }) }
        // The adjoint of a function's own node is 1, the tangent of a variable by itself too.
        #expect(found.nodes[4].adjoints == [1, 0])
        #expect(found.nodes[6].adjoints == [0, 1])
        #expect(found.nodes[1].tangents == [0, 1, 0])
        // ∂y1/∂(exp x2) = x1.
        #expect(found.nodes[3].adjoints == [0.5, 0])
    }

    @Test func `the symbolic derivative of an iterate explodes, the graph grows evenly`() throws {
        let formula = try Expression.parse("4*x*(1-x)", variables: ["x"])
        let (growth, last) = try FormulaGrowth.measure(formula, by: "x", variables: ["x"], times: 6)
        #expect(growth.map(\.function) == [7, 19, 43, 91, 187, 379])
        #expect(growth.map(\.symbolic).prefix(2) == [19, 73])
        let steps = zip(growth.dropFirst(), growth).map { $0.graph - $1.graph }
        #expect(Set(steps).count == 1)
        let found = try Differentiation([Differentiation.Function("x", last)], at: [("x", 0.2)], step: 1e-4)
        // 4x(1−x) is sin²(2ⁿ·asin √x), whose derivative is known.
        let angle = asin(0.2.squareRoot())
        let right = 64 * sin(128 * angle) / (2 * (0.2 * 0.8).squareRoot())
        #expect(abs(found.symbolic[0][0] - right) < 1e-9)
        #expect(abs(Double(found.reverse[0][0]) - right) < 1e-2)
    }

    @Test func `more nodes than are counted are refused with their number`() throws {
        let formula = try Expression.parse("x*x*x*x*x*x", variables: ["x"])
        let limit = #expect(throws: GrowthLimit.self) {
            try FormulaGrowth.measure(formula, by: "x", variables: ["x"], times: 12)
        }
        #expect((limit?.count ?? 0) > FormulaGrowth.greatestCount)
    }

    @Test func `what isn't finite is told as it is`() throws {
        let found = try Differentiation(
            [Differentiation.Function("y", try Expression.parse("log(x)", variables: ["x"]))],
            at: [("x", 0)],
            step: 0.001
        )
        #expect(found.values[0] == -.infinity)
        #expect(found.error(of: found.reverse) == nil)
    }
}
