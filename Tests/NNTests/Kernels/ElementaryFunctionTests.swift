import Foundation
import NN
import Testing

/// The engine's own elementary functions against the C library's in double precision.
struct ElementaryFunctionTests {
    private func apply(
        _ numbers: [Float],
        _ operation: (inout Graph, Value) throws -> Value
    ) throws -> [Float] {
        var graph = Graph()
        let x = try graph.input("x", shape: [numbers.count])
        let output = try operation(&graph, x)
        return try evaluate(graph, [x: numbers], [output])[0]
    }

    /// The largest error in units of the last place of the exact result.
    private func worst(_ found: [Float], _ exact: [Double]) -> Double {
        zip(found, exact).map { abs(Double($0) - $1) / Double(max(Float(abs($1)), .leastNormalMagnitude).ulp) }.max()
            ?? 0
    }

    private func range(_ from: Float, _ to: Float) -> [Float] {
        (0...20_000).map { from + (to - from) * Float($0) / 20_000 }
    }

    @Test func `exp is within three units in the last place`() throws {
        let x = range(-87, 88)
        #expect(worst(try apply(x) { try $0.exp($1) }, x.map { Foundation.exp(Double($0)) }) < 3)
    }

    @Test func `log is within three units in the last place`() throws {
        let x = range(1e-6, 3) + range(3, 1e6) + [0x1p-140, 1.0001, 0.9999, 1e38]
        #expect(worst(try apply(x) { try $0.log($1) }, x.map { Foundation.log(Double($0)) }) < 3)
    }

    @Test func `the logistic function is within four units in the last place`() throws {
        let x = range(-80, 80)
        #expect(worst(try apply(x) { try $0.sigmoid($1) }, x.map { 1 / (1 + Foundation.exp(-Double($0))) }) < 4)
    }

    @Test func `tanh is within seven units in the last place`() throws {
        let x = range(-10, 10) + [1e-20, -1e-8, 1e-4]
        #expect(worst(try apply(x) { try $0.tanh($1) }, x.map { Foundation.tanh(Double($0)) }) < 7)
    }

    @Test func `the edges of the range are what IEEE 754 and the C library say`() throws {
        let infinity = Float.infinity
        let edges: [Float] = [0, -0.0, infinity, -infinity, 200, -200]
        #expect(try apply(edges) { try $0.exp($1) } == [1, 1, infinity, 0, infinity, 0])
        #expect(try apply(edges) { try $0.tanh($1) } == [0, 0, 1, -1, 1, -1])
        #expect(try apply(edges) { try $0.sigmoid($1) } == [0.5, 0.5, 1, 0, 1, 0])
        #expect(try apply([0, infinity, 1]) { try $0.log($1) } == [-infinity, infinity, 0])
        let nan: [Float] = [.nan]
        #expect(try apply(nan) { try $0.exp($1) }[0].isNaN)
        #expect(try apply(nan) { try $0.tanh($1) }[0].isNaN)
        #expect(try apply(nan) { try $0.sigmoid($1) }[0].isNaN)
        #expect(try apply(nan) { try $0.log($1) }[0].isNaN)
        #expect(try apply([-1]) { try $0.log($1) }[0].isNaN)
    }
}
