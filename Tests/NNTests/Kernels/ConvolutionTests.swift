import NN
import Testing

/// Whichever way a convolution is computed, its numbers are those of the sum that defines it, formed in double
/// precision by the loops below: within 1e-5 forwards and 1e-4 backwards.
struct ConvolutionTests {
    /// A convolution whose shapes bring another way of computing it, or another corner of one.
    struct Case: CustomTestStringConvertible, Sendable {
        let image: Shape
        let kernel: Shape
        let strides: (Int, Int)
        let padding: Padding2D

        init(_ image: Shape, _ kernel: Shape, strides: (Int, Int) = (1, 1), _ padding: Padding2D = Padding2D()) {
            (self.image, self.kernel, self.strides, self.padding) = (image, kernel, strides, padding)
        }

        var testDescription: String { "\(image) * \(kernel) in steps of \(strides), zeros \(padding)" }

        static let all = [
            Case([2, 8, 8, 16], [3, 3, 16, 16], Padding2D(top: 1, bottom: 1, left: 1, right: 1)),
            Case([1, 13, 13, 32], [3, 3, 32, 64]),
            Case([3, 7, 10, 48], [3, 3, 48, 16], Padding2D(top: 1, bottom: 1, left: 1, right: 1)),
            Case([1, 5, 4, 16], [3, 3, 16, 80], Padding2D(top: 0, bottom: 2, left: 2, right: 0)),
            Case([1, 3, 3, 16], [3, 3, 16, 16], Padding2D(top: 2, bottom: 2, left: 2, right: 2)),
            Case([5, 17, 6, 64], [3, 3, 64, 32], Padding2D(top: 1, bottom: 1, left: 1, right: 1)),
            Case([2, 8, 8, 128], [3, 3, 128, 128], Padding2D(top: 1, bottom: 1, left: 1, right: 1)),
            Case([2, 9, 9, 16], [3, 3, 16, 32], strides: (2, 2), Padding2D(top: 1, bottom: 1, left: 1, right: 1)),
            Case([2, 4, 4, 16], [3, 3, 16, 16]),
            Case([2, 9, 8, 17], [3, 3, 17, 16]),
            Case([3, 28, 28, 1], [5, 5, 1, 6], Padding2D(top: 2, bottom: 2, left: 2, right: 2)),
            Case([3, 14, 14, 6], [5, 5, 6, 16]),
            Case([1, 1, 1, 16], [1, 1, 16, 16]),
        ]
    }

    @Test(arguments: Case.all)
    func `a convolution and its gradients are the sums that define them`(of row: Case) throws {
        var numbers = TestNumbers(row.image.volume)
        let image = numbers.list(row.image.volume)
        let kernel = numbers.list(row.kernel.volume)
        var graph = Graph()
        let x = try graph.input("x", shape: row.image)
        let w = try graph.input("w", shape: row.kernel)
        let y = try graph.convolve2D(x, w, strides: row.strides, padding: row.padding)
        let shape = graph.shape(of: y)
        let cotangent = numbers.list(shape.volume)
        let v = try graph.input("v", shape: shape)
        let gradients = try graph.vjp(of: [y], cotangents: [v], withRespectTo: [x, w])

        let found = try evaluate(graph, [x: image, w: kernel, v: cotangent], [y] + gradients)

        let expected = Self.sums(row, image, kernel, cotangent, shape)
        #expect(relativeError(found[0], expected.result) < 1e-5)
        #expect(relativeError(found[1], expected.image) < 1e-4)
        #expect(relativeError(found[2], expected.kernel) < 1e-4)
    }

    @Test(arguments: Case.all)
    func `the bits of one image's convolution don't depend on the images beside it`(_ row: Case) throws {
        var numbers = TestNumbers(row.kernel.volume)
        let kernel = numbers.list(row.kernel.volume)
        let one = Shape([1] + row.image.extents.dropFirst())
        let images = numbers.list(one.volume * 9)
        func results(_ images: [Float], _ count: Int) throws -> [Float] {
            var graph = Graph()
            let x = try graph.input("x", shape: Shape([count] + one.extents.dropFirst()))
            let w = try graph.input("w", shape: row.kernel)
            let y = try graph.convolve2D(x, w, strides: row.strides, padding: row.padding)
            return try evaluate(graph, [x: images, w: kernel], [y])[0]
        }

        let together = try results(images, 9)

        for place in [0, 4, 8] {
            let alone = try results(Array(images[place * one.volume..<(place + 1) * one.volume]), 1)
            #expect(Array(together[place * alone.count..<(place + 1) * alone.count]) == alone)
        }
    }

    /// The convolution and both gradients of `⟨cotangent, convolution⟩`, one product after the other.
    private static func sums(
        _ row: Case,
        _ image: [Float],
        _ kernel: [Float],
        _ cotangent: [Float],
        _ shape: Shape
    ) -> (result: [Float], image: [Float], kernel: [Float]) {
        var result = [Double](repeating: 0, count: cotangent.count)
        var byImage = [Double](repeating: 0, count: image.count)
        var byKernel = [Double](repeating: 0, count: kernel.count)
        let (channels, filters) = (row.kernel[2], row.kernel[3])
        for n in 0..<shape[0] {
            for i in 0..<shape[1] {
                for j in 0..<shape[2] {
                    let place = ((n * shape[1] + i) * shape[2] + j) * filters
                    for u in 0..<row.kernel[0] {
                        for v in 0..<row.kernel[1] {
                            let y = i * row.strides.0 + u - row.padding.top
                            let x = j * row.strides.1 + v - row.padding.left
                            guard (0..<row.image[1]).contains(y), (0..<row.image[2]).contains(x) else { continue }
                            let pixel = ((n * row.image[1] + y) * row.image[2] + x) * channels
                            for c in 0..<channels {
                                let weight = ((u * row.kernel[1] + v) * channels + c) * filters
                                for f in 0..<filters {
                                    result[place + f] += Double(image[pixel + c]) * Double(kernel[weight + f])
                                    byImage[pixel + c] += Double(cotangent[place + f]) * Double(kernel[weight + f])
                                    byKernel[weight + f] += Double(cotangent[place + f]) * Double(image[pixel + c])
                                }
                            }
                        }
                    }
                }
            }
        }
        return (result.map(Float.init), byImage.map(Float.init), byKernel.map(Float.init))
    }
}
