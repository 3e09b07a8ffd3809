import NN
import Testing

/// Convolutions by Winograd's method with products in bfloat16, against the same formulas in double precision, whose
/// transformed pixels, weights and cotangents are rounded to bfloat16 here.
@Suite(.enabled(if: hasBFloat16))
struct BFloat16ConvolutionTests {
    private static let (channels, filters, side) = (32, 48, 8)

    /// The transforms of F(4×4, 3×3) with the points 0, ±1/√2, ±√2 and ∞.
    private struct Transforms {
        let spread6: [[Double]]
        let spread3: [[Double]]
        let gather4: [[Double]]

        init() {
            let a = 0.5.squareRoot()
            let points = [0, a, -a, 2 * a, -2 * a]
            /// The coefficients of `∏(x − p)`, from the constant one on.
            func polynomial(_ roots: [Double]) -> [Double] {
                roots.reduce([1]) { polynomial, root in
                    var product = [0] + polynomial
                    for (power, factor) in polynomial.enumerated() { product[power] -= root * factor }
                    return product
                }
            }
            func padded(_ row: [Double]) -> [Double] { row + [Double](repeating: 0, count: 6 - row.count) }
            let others = points.map { point in points.filter { $0 != point } }
            spread6 = others.map { padded(polynomial($0)) } + [polynomial(points)]
            spread3 =
                zip(points, others).map { point, others in
                    let distance = others.reduce(1) { $0 * (point - $1) }
                    return [1, point, point * point].map { $0 / distance }
                } + [[0, 0, 1]]
            gather4 = (0..<4).map { row in
                points.map { point in (0..<row).reduce(1) { product, _ in product * point } } + [row == 3 ? 1 : 0]
            }
        }
    }

    /// `M x Mᵀ`.
    private static func transform(_ matrix: [[Double]], _ x: [[Double]]) -> [[Double]] {
        matrix.map { left in
            matrix.map { right in
                var sum = 0.0
                for (i, row) in x.enumerated() {
                    for (j, value) in row.enumerated() { sum += left[i] * value * right[j] }
                }
                return sum
            }
        }
    }

    private static func turned(_ matrix: [[Double]]) -> [[Double]] {
        matrix[0].indices.map { column in matrix.map { $0[column] } }
    }

    private static func rounded(_ x: [[Double]]) -> [[Double]] { x.map { $0.map { Double(Float($0).asBFloat16) } } }

    private static func multiplied(_ x: [[Double]], _ y: [[Double]], into sum: inout [[Double]]) {
        for i in 0..<6 { for j in 0..<6 { sum[i][j] += x[i][j] * y[i][j] } }
    }

    /// A number of a channels-last image, zero outside.
    private static func number(_ image: [Float], _ row: Int, _ column: Int, _ channel: Int, of channels: Int) -> Double
    {
        guard (0..<side).contains(row), (0..<side).contains(column) else { return 0 }
        return Double(image[(row * side + column) * channels + channel])
    }

    private static func patch(
        _ image: [Float],
        _ corner: (row: Int, column: Int),
        _ size: Int,
        _ channel: Int,
        of channels: Int
    ) -> [[Double]] {
        (0..<size).map { i in
            (0..<size).map { number(image, corner.row + i, corner.column + $0, channel, of: channels) }
        }
    }

    /// The convolution of an image with `weights(input, output)`, a window of 3×3.
    private static func convolution(
        _ image: [Float],
        _ inputs: Int,
        _ outputs: Int,
        _ weights: (Int, Int) -> [[Double]]
    ) -> [Float] {
        let transforms = Transforms()
        var result = [Float](repeating: 0, count: side * side * outputs)
        let kernels = (0..<inputs).map { input in
            (0..<outputs).map { rounded(transform(transforms.spread3, weights(input, $0))) }
        }
        for row in stride(from: 0, to: side, by: 4) {
            for column in stride(from: 0, to: side, by: 4) {
                let pixels = (0..<inputs).map {
                    rounded(transform(transforms.spread6, patch(image, (row - 1, column - 1), 6, $0, of: inputs)))
                }
                for output in 0..<outputs {
                    var sum = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 6)
                    for input in 0..<inputs { multiplied(pixels[input], kernels[input][output], into: &sum) }
                    let tile = transform(transforms.gather4, sum)
                    for i in 0..<4 {
                        for j in 0..<4 {
                            result[((row + i) * side + column + j) * outputs + output] = Float(tile[i][j])
                        }
                    }
                }
            }
        }
        return result
    }

    private static func kernelGradient(_ image: [Float], _ cotangent: [Float]) -> [Float] {
        let transforms = Transforms()
        var result = [Float](repeating: 0, count: 9 * channels * filters)
        let empty = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 6)
        var sums = [[[Double]]](repeating: empty, count: channels * filters)
        for row in stride(from: 0, to: side, by: 4) {
            for column in stride(from: 0, to: side, by: 4) {
                let pixels = (0..<channels).map {
                    rounded(transform(transforms.spread6, patch(image, (row - 1, column - 1), 6, $0, of: channels)))
                }
                let arriving = (0..<filters).map {
                    rounded(transform(turned(transforms.gather4), patch(cotangent, (row, column), 4, $0, of: filters)))
                }
                for place in 0..<channels * filters {
                    multiplied(pixels[place / filters], arriving[place % filters], into: &sums[place])
                }
            }
        }
        for (place, sum) in sums.enumerated() {
            let window = transform(turned(transforms.spread3), sum)
            for i in 0..<9 { result[i * channels * filters + place] = Float(window[i / 3][i % 3]) }
        }
        return result
    }

    /// The root mean square difference, as a share of the wanted numbers' own.
    private static func error(_ found: [Float], _ wanted: [Float]) -> Double {
        let differences = zip(found, wanted).map { $0 - $1 }
        return (dot(differences, differences) / dot(wanted, wanted)).squareRoot()
    }

    @Test func `all three directions round what they multiply, and nothing else`() throws {
        let (channels, filters, side) = (Self.channels, Self.filters, Self.side)
        var numbers = TestNumbers(8)
        let image = numbers.list(side * side * channels)
        let kernel = numbers.list(9 * channels * filters)
        let arriving = numbers.list(side * side * filters)
        var graph = Graph()
        let x = try graph.input("x", shape: [1, side, side, channels])
        let w = try graph.input("w", shape: [3, 3, channels, filters])
        let weights = try graph.input("arriving", shape: [1, side, side, filters])
        let y = try graph.convolve2D(x, w, padding: Padding2D(top: 1, bottom: 1, left: 1, right: 1))
        let loss = try graph.sum(graph.multiply(y, weights), axes: [0, 1, 2, 3])
        let outputs = try [y] + graph.gradients(of: loss, withRespectTo: [x, w])
        let inputs = [x: image, w: kernel, weights: arriving]
        func weight(_ place: Int, _ input: Int, _ output: Int) -> Double {
            Double(kernel[(place * channels + input) * filters + output])
        }

        let found = try evaluate(graph, inputs, outputs, precision: .mixedBFloat16)
        let exact = try evaluate(graph, inputs, outputs)

        let forward = Self.convolution(image, channels, filters) { input, output in
            (0..<3).map { i in (0..<3).map { weight(i * 3 + $0, input, output) } }
        }
        let backward = Self.convolution(arriving, filters, channels) { input, output in
            (0..<3).map { i in (0..<3).map { weight(8 - (i * 3 + $0), output, input) } }
        }
        let wanted = [forward, backward, Self.kernelGradient(image, arriving)]
        for place in 0..<3 {
            // A transform in float32 may be nearer to another bfloat16 than that in double precision, once in a while.
            #expect(Self.error(found[place], wanted[place]) < 5e-4)
            let rounding = Self.error(found[place], exact[place])
            #expect(rounding > 2e-3 && rounding < 2e-2, "\(rounding)")
        }
    }

    @Test func `an image has the same bits among others`() throws {
        let (channels, filters, side) = (Self.channels, Self.filters, Self.side)
        var numbers = TestNumbers(9)
        let volume = side * side * channels
        let images = numbers.list(5 * volume)
        let kernel = numbers.list(9 * channels * filters)
        func results(_ count: Int) throws -> [UInt32] {
            var graph = Graph()
            let x = try graph.input("x", shape: [count, side, side, channels])
            let w = try graph.input("w", shape: [3, 3, channels, filters])
            let y = try graph.convolve2D(x, w, padding: Padding2D(top: 1, bottom: 1, left: 1, right: 1))
            let inputs = [x: Array(images[..<(count * volume)]), w: kernel]
            return try evaluate(graph, inputs, [y], precision: .mixedBFloat16)[0].map(\.bitPattern)
        }
        let all = try results(5)

        for count in 1..<5 { #expect(try results(count) == Array(all[..<(count * side * side * filters)])) }
    }
}
