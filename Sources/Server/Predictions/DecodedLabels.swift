import JSON
import NN

/// How labels are read out of results that were learned with the loss `ctc`, by the names of Keras's `ctc_decode`.
struct LabelDecoding: Sendable {
    /// How many beginnings a search keeps; nil for the likeliest class at each step.
    let beamWidth: Int?
    /// How many labellings are told of each instance.
    let topPaths: Int

    /// Keras's strategies.
    enum Strategy: String, CaseIterable {
        case greedy
        case beamSearch = "beam_search"
    }

    /// What may be given, and what counts where nothing is.
    enum Standard {
        static let beamWidths = 1...1000
        static let beamWidth = 100
        static let topPaths = 1
    }

    init(reading reader: inout ObjectReader) {
        let strategy = reader.choice("strategy", default: Strategy.greedy)
        let width = reader.int("beam_width", in: Standard.beamWidths, default: Standard.beamWidth)
        topPaths = reader.int("top_paths", in: Standard.beamWidths, default: Standard.topPaths)
        beamWidth = strategy == .greedy ? nil : width
        if strategy == .greedy, topPaths > 1 {
            reader.fault(at: "top_paths", "greedy finds one labelling; ask beam_search for several")
        } else if topPaths > width {
            reader.fault(at: "top_paths", "expected at most the beam_width, \(width), found \(topPaths)")
        }
    }

    /// Checks that a model's results can be read.
    ///
    /// - Throws: `FaultyInput` for several outputs, or one that isn't of steps and classes.
    func check(_ outputs: [NetworkOutput]) throws(FaultyInput) {
        guard outputs.count == 1, outputs[0].shape.rank == 2, [.softmax, .linear].contains(outputs[0].activation) else {
            let found = outputs.map { "\"\($0.name)\" \($0.shape)" }.joined(separator: ", ")
            throw FaultyInput(
                Fault(
                    pointer: "/decode",
                    detail:
                        "reads one result of [steps, classes], logits or a softmax of them; the model gives \(found)"
                )
            )
        }
    }

    /// The labellings of each instance, best first.
    ///
    /// - Parameters:
    ///   - output: What gave the results.
    ///   - values: The results, instance after instance.
    /// - Returns: As many lists as instances.
    func labels(of output: NetworkOutput, _ values: [Float]) -> [[CTCDecoder.Labelling]] {
        let scores = output.activation == .softmax ? CTCDecoder.Scores.probabilities : .logits
        let decoder = CTCDecoder(classes: output.shape.last, scores: scores)
        let width = output.shape.volume
        return stride(from: 0, to: values.count, by: width).map { begin in
            let row = values[begin..<begin + width]
            guard let beamWidth else { return [decoder.greedy(row)] }
            return decoder.search(row, beamWidth: beamWidth, topPaths: topPaths)
        }
    }
}

/// A labelling as clients see it.
struct DecodedLabels: JSONWritable {
    let labelling: CTCDecoder.Labelling
    /// The words of the classes; nil for none.
    let words: [String]?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("tokens", labelling.labels)
            json.field("log_probability", labelling.logProbability)
            if let words {
                json.field("text", labelling.labels.map { words.indices.contains($0) ? words[$0] : "" }.joined())
            }
        }
    }
}
