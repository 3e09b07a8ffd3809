import HTTP
import JSON
import NN

/// The answers to a request for predictions, row by row or column by column.
struct ServingAnswers: JSONWritable {
    private let prediction: Prediction
    private let isByColumn: Bool

    /// - Throws: `FaultyInput` for columns of answers that differ in size.
    init(_ prediction: Prediction, to request: ServingRequest) throws(FaultyInput) {
        self.prediction = prediction
        if case .columns = request.form { isByColumn = true } else { isByColumn = false }
        if isByColumn, prediction.rowShapes != nil {
            throw FaultyInput("the answers differ in size from row to row, so they are no column; send \"instances\"")
        }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            if isByColumn {
                json.key("outputs")
                let answers = prediction.answers
                guard answers.count > 1 else { return answers[0].writeTokens(to: &json) }
                json.object { json in
                    for output in answers {
                        json.key(output.name)
                        output.writeTokens(to: &json)
                    }
                }
            } else {
                json.key("predictions")
                prediction.writeRows(to: &json)
            }
        }
    }
}

extension Prediction {
    /// Writes an array of the answer to each row, an object by output where there are several.
    func writeRows(to json: inout JSONWriter) {
        json.array { json in forEachRow { $0(&json) } }
    }

    /// Calls a closure with each row's writing of its answer, an object by output where there are several.
    func forEachRow(_ body: ((inout JSONWriter) -> Void) -> Void) {
        for part in rowPredictions {
            let answers = part.answers
            for row in 0..<part.rows {
                body { json in
                    guard answers.count > 1 else { return answers[0].writeTokens(row: row, to: &json) }
                    json.object { json in
                        for output in answers {
                            json.key(output.name)
                            output.writeTokens(row: row, to: &json)
                        }
                    }
                }
            }
        }
    }
}

extension OutputAnswers {
    /// Writes all answers, rows first.
    func writeTokens(to json: inout JSONWriter) { json.writeTokens(values[...], shape: [rows] + shape.extents) }

    /// Writes the answer to one row.
    func writeTokens(row: Int, to json: inout JSONWriter) {
        let volume = shape.volume
        json.writeTokens(values[row * volume..<(row + 1) * volume], shape: shape.extents[...])
    }
}

/// Scores by class, an example a list, or one number an example.
struct ServingResults: JSONWritable {
    private let output: OutputAnswers
    private let isClassification: Bool

    /// The scores of each class.
    ///
    /// - Throws: `FaultyInput` for a model that classifies nothing.
    init(classes prediction: Prediction) throws(FaultyInput) {
        let answers = prediction.rowShapes == nil ? prediction.answers : []
        guard answers.count == 1, answers[0].classes != nil, answers[0].shape.rank == 1 else {
            throw FaultyInput(
                "the model \"\(prediction.model)\" is no classifier of one output that ends in softmax or sigmoid; use :predict"
            )
        }
        (output, isClassification) = (answers[0], true)
    }

    /// The one number of each example.
    ///
    /// - Throws: `FaultyInput` for a model that gives several.
    init(numbers prediction: Prediction) throws(FaultyInput) {
        let answers = prediction.rowShapes == nil ? prediction.answers : []
        guard answers.count == 1, answers[0].shape.volume == 1 else {
            throw FaultyInput("the model \"\(prediction.model)\" gives more than one number an example; use :predict")
        }
        (output, isClassification) = (answers[0], false)
    }

    func write(to json: inout JSONWriter) {
        let width = output.shape.volume
        json.object { json in
            json.key("results")
            json.array { json in
                for row in 0..<output.rows {
                    let scores = output.values[row * width..<(row + 1) * width]
                    guard isClassification else {
                        json.writeTokens(scores, shape: [])
                        continue
                    }
                    json.array { json in write(scores, to: &json) }
                }
            }
        }
    }

    /// Writes `["label", score]` of each class in order; the one score of two classes is that of the second.
    private func write(_ scores: ArraySlice<Float>, to json: inout JSONWriter) {
        let isPair = scores.count == 1 && output.activation == .sigmoid
        let all = isPair ? [1 - (scores.first ?? 0)] + scores : Array(scores)
        for (index, score) in all.enumerated() {
            let word = output.labels.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            json.array { json in
                json.write(word ?? String(index))
                json.writeTokens([score], shape: [])
            }
        }
    }
}
