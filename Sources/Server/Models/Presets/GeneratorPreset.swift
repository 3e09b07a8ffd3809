import Features
import JSON
import ModelStore

/// A text that goes on: its characters as vectors, a GRU, and the probability of each character to be the next.
enum GeneratorPreset {
    /// The most characters that are told apart; rarer ones are one.
    private static let greatestVocabulary = 8000

    static func build(_ draft: PresetDraft, _ builder: inout DefinitionBuilder, _ store: Store) throws {
        let column = draft.target.name
        let characters = try count(of: draft, store)
        builder.add("InputLayer", name: column) { json in
            json.field("shape", [Int]())
            json.field("dtype", "string")
        }
        builder.add("TextVectorization") { json in
            json.field("max_tokens", characters)
            json.field("standardize", String?.none)
            json.field("split", "character")
            json.field("output_sequence_length", draft.isSmall ? 100 : 200)
        }
        builder.add("Embedding") { json in
            json.field("input_dim", characters)
            json.field("output_dim", 64)
            json.field("mask_zero", true)
        }
        builder.add("GRU") { json in
            json.field("units", draft.isSmall ? 256 : 512)
            json.field("return_sequences", true)
        }
        builder.add("Dropout") { json in json.field("rate", 0.2) }
        builder.add("Dense", name: "answer") { json in
            json.field("units", characters)
            json.field("activation", "softmax")
        }
        builder.compile = { json in
            json.field("loss", "sparse_categorical_crossentropy")
            json.field("metrics", ["accuracy", "perplexity"])
        }
        builder.training = { json in
            json.key("optimizer")
            json.object { json in
                json.field("type", "Adam")
                json.field("learning_rate", 0.003)
                json.field("clipnorm", 1)
            }
            json.field("batch_size", 32)
            json.field("epochs", 20)
            json.field("inputs", column)
            json.field("targets", column)
            json.field("shift", 1)
        }
    }

    /// How many characters the texts have, with those that stand for nothing and for unknown ones.
    private static func count(of draft: PresetDraft, _ store: Store) throws -> Int {
        guard let columns = try DatasetColumns(draft.dataset, in: store),
            let place = columns.source.columns.firstIndex(where: { $0.name == draft.target.name }),
            [.text, .category].contains(columns.source.columns[place].kind)
        else {
            let detail = "the column \"\(draft.target.name)\" holds no text"
            throw FaultyInput(Fault(pointer: "/target", detail: detail))
        }
        var known: Set<Unicode.Scalar> = []
        for begin in stride(from: 0, to: columns.source.records, by: 1000) {
            let records = Array(begin..<min(begin + 1000, columns.source.records))
            guard case .strings(let texts) = try columns.source.values(column: place, records: records).content
            else { break }
            for text in texts { known.formUnion(text.unicodeScalars) }
        }
        return min(known.count + 2, greatestVocabulary)
    }
}
