import JSON
import Testing

@testable import Features

/// Layers that change pictures at random give Keras's numbers where their draws are Keras's.
struct AugmentationTests {
    static let cases = Reference.cases("augmentation")
    /// Those whose range is a single point.
    static let settled = cases.filter { $0.json["drawn"] == nil && !$0.testDescription.hasPrefix("solarization") }
    /// Those in which Keras drew what the case tells.
    static let drawn = cases.filter {
        $0.json["drawn"] != nil && !$0.testDescription.hasPrefix("mix up") && !$0.testDescription.hasPrefix("cut mix")
    }

    @Test func `the reference cases are there`() {
        #expect(Self.settled.count == 42 && Self.drawn.count == 11 && Self.cases.count == 57)
    }

    private func pass(_ row: Int = 0, isTraining: Bool = true) -> FrontPass {
        FrontPass(isTraining: isTraining, random: RowRandom(seed: 3, epoch: 1, row: row, layer: 2))
    }

    @Test(arguments: settled)
    func `what is drawn from a single point is the reference's`(reference: ReferenceCase) throws {
        let layer = try reference.layer()
        var pass = pass()
        let rows = try reference.rows("input").map { row in
            let type = try layer.output(for: [FrontType(row.element, row.shape)])
            let result = try layer.apply(to: [row], &pass)
            #expect(type == FrontType(result.element, result.shape))
            return result
        }
        try reference.expect(rows)
    }

    @Test(arguments: drawn)
    func `with what Keras drew the numbers are the reference's`(reference: ReferenceCase) throws {
        let layer = try reference.layer()
        var random = pass().random
        let rows = try reference.rows("input").enumerated().map { index, row in
            let picture = FloatPicture(
                height: row.shape[0],
                width: row.shape[1],
                channels: row.shape[2],
                pixels: try #require(row.floats)
            )
            return try drawnResult(reference, layer, picture, index, &random).value
        }
        try reference.expect(rows)
    }

    private func drawnResult(
        _ reference: ReferenceCase,
        _ layer: any FrontLayer,
        _ picture: FloatPicture,
        _ index: Int,
        _ random: inout RowRandom
    ) throws -> FloatPicture {
        let drawn = try reference.value("drawn")
        func number(_ key: String) throws -> Float {
            let value = try #require(drawn[key])
            return Float(try value.kind == .array ? value.elements.map { try $0.double() }[index] : value.double())
        }
        func points(_ key: String) throws -> [(x: Float, y: Float)] {
            try #require(drawn[key]).elements.map { $0 }[index].elements.map { point in
                let numbers = try point.elements.map { Float(try $0.double()) }
                return (numbers[0], numbers[1])
            }
        }
        switch layer {
        case let layer as RandomContrastFrontLayer: return layer.adjusted(picture, by: Float(try drawn.double()))
        case let layer as RandomHueFrontLayer: return layer.turned(picture, by: Float(try drawn.double()))
        case let layer as RandomShearFrontLayer: return layer.sheared(picture, x: try number("x"), y: try number("y"))
        case let layer as RandomErasingFrontLayer:
            let (x, y) = (try number("x0")..<number("x1"), try number("y0")..<number("y1"))
            return layer.erased(picture, x: x, y: y, &random)
        case let layer as RandomPerspectiveFrontLayer:
            return layer.projected(picture, from: try points("start_points"), to: try points("end_points"))
        case is RandomFlipFrontLayer:
            let isVertical = try reference.value("layer")["mode"]?.string() == "vertical"
            return isVertical ? RandomFlipFrontLayer.turnedOver(picture) : RandomFlipFrontLayer.mirrored(picture)
        default:
            Issue.record("no way to draw for \(type(of: layer))")
            return picture
        }
    }

    @Test(arguments: cases.filter { $0.testDescription.hasPrefix("mix up") || $0.testDescription.hasPrefix("cut mix") })
    func `two rows and their targets are joined as the reference's`(reference: ReferenceCase) throws {
        let layer = try reference.layer()
        let drawn = try reference.value("drawn")
        func numbers(_ key: String) throws -> [Float] {
            try #require(drawn[key]).elements.map { number in Float(try number.double()) }
        }
        let pictures = try reference.rows("input").map { row in
            let pixels = try #require(row.floats)
            return FloatPicture(height: row.shape[0], width: row.shape[1], channels: row.shape[2], pixels: pixels)
        }
        let (labels, expected) = (try reference.rows("labels"), try reference.rows("expected_labels"))
        var results: [FrontValue] = []
        for (row, other) in try numbers("order").enumerated() {
            let pair = (pictures[row], pictures[Int(other)])
            let found: (picture: FloatPicture, weight: Float)
            if layer is MixUpFrontLayer {
                let weight = try numbers("mix_weight")[row]
                found = (MixUpFrontLayer.mean(pair.0, pair.1, weight), weight)
            } else {
                let (left, right) = (try numbers("x0")[row], try numbers("x1")[row])
                let (top, bottom) = (try numbers("y0")[row], try numbers("y1")[row])
                found = CutMixFrontLayer.cut(pair.0, pair.1, x: left..<right, y: top..<bottom)
            }
            results.append(found.picture.value)
            let joined = zip(try #require(labels[row].floats), try #require(labels[Int(other)].floats)).map {
                own,
                other in
                found.weight * own + (1 - found.weight) * other
            }
            for (label, wanted) in zip(joined, try #require(expected[row].floats)) {
                #expect(abs(label - wanted) < 1e-5)
            }
        }
        try reference.expect(results)
    }

    @Test(arguments: ["MixUp", "CutMix"])
    func `a row is joined with one that is trained on, the same in each pass`(name: String) throws {
        let graph = FrontGraph(
            inputs: [RawInput(name: "x", kind: .float32, shape: [2, 2, 1])],
            nodes: [
                FrontGraph.Node(
                    name: "join",
                    layer: try FrontRun.layer(#"{"type": "\#(name)"}"#),
                    inputs: ["x"]
                )
            ],
            outputs: ["join"]
        )
        func row(_ number: Float) -> [FrontValue] {
            [FrontValue(.floats([number, number, number, number]), [2, 2, 1])]
        }
        var partners: Set<Int> = []
        for number in 0..<40 {
            let draw = FrontDraw(seed: 5, row: number)
            let partner = try #require(graph.partner(of: draw, among: 7))
            partners.insert(partner)
            let other = (row(Float(partner)), FrontDraw(seed: 5, row: partner))
            let (results, weight) = try graph.finish((row(100), draw), joinedWith: other)
            let again = try graph.finish((row(100), draw), joinedWith: other)
            #expect(results == again.results && weight == again.weight && (0...1).contains(weight))
            let pixels = try #require(results[0].floats)
            #expect(pixels.allSatisfy { $0 >= Float(partner) - 0.001 && $0 <= 100.001 })
            let rested = try graph.finish(row(100), draw: nil)
            #expect(rested[0].floats == [100, 100, 100, 100])
        }
        #expect(partners == Set(0..<7))
        #expect(throws: FrontError.self) {
            let small = [FrontValue(.floats([1]), [1, 1, 1])]
            _ = try graph.finish((row(1), FrontDraw(seed: 5, row: 0)), joinedWith: (small, FrontDraw(seed: 5, row: 1)))
        }
    }

    @Test(arguments: cases.filter { $0.testDescription.hasPrefix("solarization") })
    func `solarization gives the reference's numbers where it draws what Keras drew`(reference: ReferenceCase) throws {
        // The draws aren't told: the first pixel was inverted, which gives what was added; the threshold lay somewhere.
        let layer = try #require(try reference.layer() as? SolarizationFrontLayer)
        let (input, expected) = (try reference.rows("input")[0], try reference.rows("expected")[0])
        let (pixels, wanted) = (try #require(input.floats), try #require(expected.floats))
        let picture = FloatPicture(height: 6, width: 7, channels: 3, pixels: pixels)
        let added = 255 - wanted[0] - pixels[0]
        let sums = pixels.map { $0 + added }
        let kept = zip(sums, wanted).filter { sum, wanted in abs(sum - wanted) < 0.01 }.map(\.0).max() ?? 0
        try reference.expect([layer.solarized(picture, adding: added, threshold: kept + 0.01).value])
    }
}
