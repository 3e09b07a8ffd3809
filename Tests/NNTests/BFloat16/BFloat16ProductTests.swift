import NN
import Testing

/// Products of operands rounded to bfloat16, against sums in double precision of operands that are rounded here.
@Suite(.enabled(if: hasBFloat16))
struct BFloat16ProductTests {
    private static let sizes = [
        (m: 1, n: 1, k: 1), (m: 3, n: 5, k: 7), (m: 7, n: 16, k: 32), (m: 8, n: 17, k: 33), (m: 16, n: 48, k: 128),
        (m: 13, n: 50, k: 20), (m: 2, n: 33, k: 1), (m: 9, n: 31, k: 700), (m: 6, n: 10, k: 321),
    ]

    private static let ways = [(false, false), (true, false), (false, true), (true, true)]

    /// A matrix turned around where it is given so.
    private static func given(_ matrix: [Float], _ rows: Int, _ columns: Int, transposed: Bool) -> [Float] {
        guard transposed else { return matrix }
        return (0..<columns).flatMap { column in (0..<rows).map { matrix[$0 * columns + column] } }
    }

    /// `A · B` of rounded operands, and the sum of the sizes of what is added up.
    private static func product(
        _ a: [Float],
        _ b: [Float],
        _ m: Int,
        _ n: Int,
        _ k: Int
    ) -> [(sum: Double, size: Double)] {
        (0..<m * n).map { place in
            var (sum, size) = (0.0, 0.0)
            for i in 0..<k {
                let term = Double(a[place / n * k + i].asBFloat16) * Double(b[i * n + place % n].asBFloat16)
                sum += term
                size += abs(term)
            }
            return (sum, size)
        }
    }

    @Test(arguments: sizes, ways)
    func `operands are rounded to the nearest and sums are in float32`(
        size: (m: Int, n: Int, k: Int),
        transposes: (left: Bool, right: Bool)
    ) throws {
        let (m, n, k) = size
        var numbers = TestNumbers(m + n + k)
        let (a, b) = (numbers.list(m * k), numbers.list(k * n))
        var graph = Graph()
        let left = try graph.input("a", shape: transposes.left ? [k, m] : [m, k])
        let right = try graph.input("b", shape: transposes.right ? [n, k] : [k, n])
        let result = try graph.matmul(
            left,
            right,
            transposingLeft: transposes.left,
            transposingRight: transposes.right
        )
        let inputs = [
            left: Self.given(a, m, k, transposed: transposes.left),
            right: Self.given(b, k, n, transposed: transposes.right),
        ]

        let found = try evaluate(graph, inputs, [result], precision: .mixedBFloat16)[0]

        for (found, wanted) in zip(found, Self.product(a, b, m, n, k)) {
            #expect(abs(Double(found) - wanted.sum) <= wanted.size * Double(k) * 0x1p-24)
        }
    }

    @Test func `each matrix of a batch is multiplied by its own`() throws {
        let (batch, m, n, k) = (3, 5, 20, 9)
        var numbers = TestNumbers(5)
        let (a, b) = (numbers.list(batch * m * k), numbers.list(batch * k * n))
        var graph = Graph()
        let left = try graph.input("a", shape: [batch, m, k])
        let right = try graph.input("b", shape: [batch, k, n])
        let result = try graph.batchMatmul(left, right)

        let found = try evaluate(graph, [left: a, right: b], [result], precision: .mixedBFloat16)[0]

        for index in 0..<batch {
            let (own, other) = (
                Array(a[index * m * k..<(index + 1) * m * k]), Array(b[index * k * n..<(index + 1) * k * n])
            )
            for (place, wanted) in Self.product(own, other, m, n, k).enumerated() {
                #expect(abs(Double(found[index * m * n + place]) - wanted.sum) <= wanted.size * Double(k) * 0x1p-24)
            }
        }
    }

    @Test(arguments: [false, true])
    func `a bias and a rectifier behind a product are in float32, fused or not`(optimises: Bool) throws {
        let (m, n, k) = (11, 37, 18)
        var numbers = TestNumbers(6)
        let (a, b, bias) = (numbers.list(m * k), numbers.list(k * n), numbers.list(n))
        var graph = Graph()
        let left = try graph.input("a", shape: [m, k])
        let right = try graph.input("b", shape: [k, n])
        let added = try graph.input("bias", shape: [n])
        let sum = try graph.add(graph.matmul(left, right), graph.broadcast(added, to: [m, n]))
        let result = try graph.relu(sum)

        let found = try evaluate(
            graph,
            [left: a, right: b, added: bias],
            [result],
            optimises: optimises,
            precision: .mixedBFloat16
        )[0]

        for (place, wanted) in Self.product(a, b, m, n, k).enumerated() {
            let exact = max(wanted.sum + Double(bias[place % n]), 0)
            #expect(abs(Double(found[place]) - exact) <= (wanted.size + 1) * Double(k) * 0x1p-24)
        }
        #expect(found.contains(0))
    }

    @Test func `a row has the same bits among any number of rows`() throws {
        let (n, k) = (40, 400)
        var numbers = TestNumbers(7)
        let (a, b) = (numbers.list(33 * k), numbers.list(k * n))
        func rows(_ count: Int) throws -> [UInt32] {
            var graph = Graph()
            let left = try graph.input("a", shape: [count, k])
            let right = try graph.input("b", shape: [k, n])
            let result = try graph.matmul(left, right)
            let inputs = [left: Array(a[..<(count * k)]), right: b]
            return try evaluate(graph, inputs, [result], precision: .mixedBFloat16)[0].map(\.bitPattern)
        }
        let all = try rows(33)

        for count in 1..<33 { #expect(try rows(count) == Array(all[..<(count * n)]), "\(count) rows") }
    }

    @Test func `infinities and what is no number pass through`() throws {
        var graph = Graph()
        let left = try graph.input("a", shape: [3, 2])
        let right = try graph.input("b", shape: [2, 1])
        let result = try graph.matmul(left, right)
        let inputs: [Value: [Float]] = [
            left: [.infinity, 1, .nan, 1, Float.greatestFiniteMagnitude, 1], right: [1, 1],
        ]

        let found = try evaluate(graph, inputs, [result], precision: .mixedBFloat16)[0]

        #expect(found[0] == .infinity)
        #expect(found[1].isNaN)
        // The largest numbers of float32 are nearer to what would be the next power of two.
        #expect(found[2] == .infinity)
    }
}
