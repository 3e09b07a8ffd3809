import Features
import JSON

/// Texts: words or characters as vectors, a recurrent layer in both directions, the greatest of each unit over the steps.
enum TextPreset {
    static func build(_ draft: PresetDraft, _ builder: inout DefinitionBuilder) throws {
        let column =
            try draft.schema.columns.contains { $0.type == .text && $0.name != draft.target.name }
            ? draft.only(.text) : draft.only(.category)
        builder.add("InputLayer", name: column.name) { json in
            json.field("shape", [Int]())
            json.field("dtype", "string")
        }
        let words = draft.isSmall ? 10_000 : 20_000
        builder.add("TextVectorization") { json in
            json.field("max_tokens", words)
            json.field("output_sequence_length", draft.isSmall ? 100 : 200)
        }
        builder.add("Embedding") { json in
            json.field("input_dim", words)
            json.field("output_dim", 64)
            json.field("mask_zero", true)
        }
        builder.add("Dropout") { json in json.field("rate", 0.4) }
        builder.add("Bidirectional") { json in
            json.key("layer")
            json.object { json in
                json.field("type", "GRU")
                json.field("units", draft.isSmall ? 48 : 96)
                json.field("return_sequences", true)
            }
        }
        builder.add("GlobalMaxPooling1D")
        builder.add("Dropout") { json in json.field("rate", 0.4) }
        draft.addHead(to: &builder)
        builder.training = { json in
            draft.writeTraining("Adam", rate: 0.002, batchSize: 32, epochs: 4, to: &json)
            json.field("inputs", column.name)
            json.field("targets", draft.target.name)
        }
    }
}
