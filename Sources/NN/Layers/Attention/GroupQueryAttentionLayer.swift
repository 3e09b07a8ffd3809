import JSON

/// Keras's `GroupQueryAttention`: heads of `head_dim`, several of the query's sharing the key and value of one.
///
/// `num_query_heads` is a multiple of `num_key_value_heads`. Arguments of Keras's call are members: `use_causal_mask` and
/// `return_attention_scores`. See `HeadedAttention`.
struct GroupQueryAttentionLayer: HeadedLayer {
    static let names = ["GroupQueryAttention", "GroupedQueryAttention"]
    static let className = "GroupedQueryAttention"

    var attention: HeadedAttention

    init(reading arguments: inout ObjectReader) {
        let width = arguments.count("head_dim")
        let heads = arguments.count("num_query_heads")
        let keyHeads = arguments.count("num_key_value_heads")
        let fits = keyHeads > 0 && heads.isMultiple(of: keyHeads)
        if !fits {
            arguments.fault(
                at: "num_query_heads",
                "expected a multiple of num_key_value_heads, \(keyHeads), found \(heads)"
            )
        }
        attention = HeadedAttention(
            heads: heads,
            keyHeads: fits ? keyHeads : heads,
            keyWidth: width,
            valueWidth: width,
            output: nil,
            axes: nil,
            arguments: HeadArguments(reading: &arguments)
        )
    }

    func write(to json: inout JSONWriter) {
        json.field("head_dim", attention.keyWidth)
        json.field("num_query_heads", attention.heads)
        json.field("num_key_value_heads", attention.keyHeads)
        attention.arguments.write(to: &json)
    }

    func attendedShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        let shapes = try attention.attendedShapes(for: inputs)
        guard inputs[0].rank == 2, inputs[0].last == inputs[1].last else {
            throw ShapeRequirement("a query and a value [steps, width] of the same width")
        }
        return shapes
    }
}
