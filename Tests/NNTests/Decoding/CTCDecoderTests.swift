import Foundation
import JSON
import NN
import Testing

/// Decoding against Keras 3.15.1 on TensorFlow 2.21.0 and against every labelling counted out, both in
/// `ctc_decode.json.gz`.
struct CTCDecoderTests {
    static let rows = Reference.cases("ctc_decode.json.gz")

    /// The rows of a case, with the steps that count.
    private func samples(_ row: ReferenceCase) throws -> (rows: [ArraySlice<Float>], steps: [Int], classes: Int) {
        let input = try row.value("input")
        let logits = try #require(input["logits"])
        let shape = try #require(logits["shape"]).ints()
        let values = try #require(logits["data"]).elements.map { value in try value.float() }
        let width = shape[1] * shape[2]
        let rows = (0..<shape[0]).map { values[$0 * width..<($0 + 1) * width] }
        return (rows, try #require(input["lengths"]).ints(), shape[2])
    }

    private func labels(_ json: JSONValue) throws -> [[Int]] { try json.elements.map { try $0.ints() } }

    @Test func `there are reference numbers`() { #expect(Self.rows.count == 5) }

    @Test(arguments: rows)
    func `the likeliest path says what Keras says`(row: ReferenceCase) throws {
        let (rows, steps, classes) = try samples(row)
        let expected = try row.value("expected")
        let wanted = try labels(#require(expected["greedy"]))
        let sums = Array(try #require(expected["greedy_negative_sum_of_greatest_logits"]?["data"]).elements)
        let decoder = CTCDecoder(classes: classes)

        for (place, logits) in rows.enumerated() {
            let found = decoder.greedy(logits, steps: steps[place])

            #expect(found.labels == wanted[place])
            // TensorFlow's score is not that of probabilities.
            let normalizers = (0..<steps[place]).map { step in
                let start = logits.startIndex + step * classes
                return log(logits[start..<start + classes].reduce(0) { $0 + exp(Double($1)) })
            }
            let score = -(found.logProbability + normalizers.reduce(0, +))
            #expect(try abs(score - sums[place].double()) < 1e-5)
        }
    }

    @Test(arguments: rows)
    func `a search finds what TensorFlow's finds`(row: ReferenceCase) throws {
        let (rows, steps, classes) = try samples(row)
        let decoder = CTCDecoder(classes: classes)
        let beams = try row.value("expected").members.filter { $0.key.hasPrefix("beam_") }
        #expect(beams.count == 3)
        for beam in beams {
            let width = try #require(Int(beam.key.dropFirst(5)))
            for (place, wanted) in beam.value.elements.enumerated() {
                let count = try #require(wanted["labels"]).count

                let found = decoder.search(rows[place], steps: steps[place], beamWidth: width, topPaths: count)

                let logarithms = try #require(wanted["log_probability"]?["data"]).elements
                #expect(found.count == logarithms.count)
                for (own, logarithm) in zip(found, logarithms) {
                    #expect(try abs(own.logProbability - logarithm.double()) < 1e-3)
                }
                // Of labellings that are equally likely, either may be first.
                let distinct = Set(found.map { Int(($0.logProbability * 1e4).rounded()) }).count == found.count
                if distinct { #expect(try found.map(\.labels) == labels(#require(wanted["labels"]))) }
            }
        }
    }

    @Test(arguments: rows)
    func `a wide search counts out every labelling`(row: ReferenceCase) throws {
        let (rows, steps, classes) = try samples(row)
        let wanted = try #require(row.value("expected")["counted_out"])
        for (place, wanted) in wanted.elements.enumerated() {
            let found = CTCDecoder(classes: classes).search(
                rows[place],
                steps: steps[place],
                beamWidth: 2000,
                topPaths: 2000
            )

            #expect(abs(found.reduce(0) { $0 + exp($1.logProbability) } - 1) < 1e-9)
            #expect(Set(found.map(\.labels)).count == found.count)
            for expected in wanted.elements {
                let labels = try #require(expected["labels"]).ints()
                let own = try #require(found.first { $0.labels == labels })
                #expect(try abs(own.logProbability - #require(expected["log_probability"]).double()) < 2e-5)
            }
            #expect(zip(found, found.dropFirst()).allSatisfy { $0.logProbability >= $1.logProbability })
        }
    }

    @Test func `probabilities say the same as their logits`() {
        var random = TestNumbers(2)
        let logits = random.list(8 * 5, in: -3...3)
        var probabilities: [Float] = []
        for step in 0..<8 {
            let own = logits[step * 5..<(step + 1) * 5].map { exp(Double($0)) }
            probabilities += own.map { Float($0 / own.reduce(0, +)) }
        }

        let one = CTCDecoder(classes: 5).search(logits[...], beamWidth: 20, topPaths: 5)
        let other = CTCDecoder(classes: 5, scores: .probabilities).search(
            probabilities[...],
            beamWidth: 20,
            topPaths: 5
        )

        #expect(one.map(\.labels) == other.map(\.labels))
        #expect(zip(one, other).allSatisfy { abs($0.logProbability - $1.logProbability) < 1e-5 })
    }

    @Test func `what is impossible is never said`() {
        // The second step can't say class 2, the third nothing else.
        let probabilities: [Float] = [0.5, 0.5, 0, 0.5, 0.5, 0, 0, 0, 1]

        let found = CTCDecoder(classes: 3, scores: .probabilities).search(
            probabilities[...],
            beamWidth: 10,
            topPaths: 10
        )

        #expect(found.map(\.labels) == [[1, 2], [2]])
        #expect(zip(found, [0.75, 0.25]).allSatisfy { abs(exp($0.logProbability) - $1) < 1e-12 })
    }

    @Test func `no step says nothing`() {
        let decoder = CTCDecoder(classes: 4)

        #expect(decoder.greedy([], steps: 0).labels == [])
        #expect(decoder.search([1, 2, 3, 4], steps: 0, topPaths: 3).map(\.labels) == [[]])
        #expect(decoder.greedy([1, 2, 3, 4], steps: 0).logProbability == 0)
    }
}
