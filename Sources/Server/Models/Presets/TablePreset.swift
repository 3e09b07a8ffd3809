import Features
import JSON
import ModelStore

/// A table: numbers filled and standardized, words one column a value, two hidden layers.
enum TablePreset {
    /// The most different words that get a column each.
    private static let mostWords = 200

    static func build(_ draft: PresetDraft, _ builder: inout DefinitionBuilder) throws {
        var parts: [String] = []
        var inputs: [String] = []
        for column in draft.features {
            let base = "\(column.name)_"
            switch column.type {
            case .number, .integer, .boolean, .date:
                builder.add("InputLayer", name: column.name) { json in
                    json.field("shape", [Int]())
                    json.field("dtype", "float32")
                }
                let filled = builder.free("\(base)filled")
                builder.add("Imputation", name: filled, inputs: [column.name]) { json in
                    json.field("strategy", "median")
                    json.field("add_indicator", false)
                }
                let standard = builder.free("\(base)standard")
                builder.add("Normalization", name: standard, inputs: [filled]) { json in json.null("axis") }
                parts.append(standard)
            case .category:
                // A word that hardly comes again, or a column that is mostly empty, teaches nothing.
                let rows = draft.dataset.rows + draft.dataset.validationRows + draft.dataset.testRows
                let known = rows - (column.missing ?? 0)
                guard let distinct = column.distinct, distinct <= mostWords, distinct * 4 < known, known * 4 > rows
                else { continue }
                builder.add("InputLayer", name: column.name) { json in
                    json.field("shape", [Int]())
                    json.field("dtype", "string")
                }
                let word = builder.free("\(base)known")
                builder.add("StringLookup", name: word, inputs: [column.name]) { json in
                    json.field("output_mode", "one_hot")
                }
                parts.append(word)
            case .text, .array, .image, .sound: continue
            }
            inputs.append(column.name)
        }
        guard !parts.isEmpty else {
            let detail = "no column of \"\(draft.dataset.name)\" is a number or a category that can be learned from"
            throw FaultyInput(Fault(pointer: "/dataset", detail: detail))
        }
        if parts.count > 1 { builder.add("Concatenate", name: builder.free("features"), inputs: parts) }
        for units in draft.isSmall ? [64, 32] : [128, 64] {
            builder.add("Dense") { json in
                json.field("units", units)
                json.field("activation", "relu")
            }
            builder.add("Dropout") { json in json.field("rate", 0.2) }
        }
        draft.addHead(to: &builder)
        let isClassifier = draft.classes != nil
        builder.training = { json in
            draft.writeTraining(
                "AdamW",
                rate: isClassifier ? 0.001 : 0.003,
                batchSize: 32,
                epochs: isClassifier ? 60 : 150,
                to: &json
            )
            json.key("inputs")
            json.object { json in for name in inputs { json.field(name, name) } }
            json.field("targets", draft.target.name)
        }
    }
}

extension JSONWriter {
    /// Writes a field that is null.
    mutating func null(_ name: String) {
        key(name)
        null()
    }
}
