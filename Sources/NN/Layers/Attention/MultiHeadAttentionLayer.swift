import JSON

/// Keras's `MultiHeadAttention`: heads of `key_dim` and `value_dim`, each with keys of its own.
///
/// The result has the query's width, or the extents that `output_shape` names in its place. `attention_axes` are counted
/// with the batch, by default all between it and the last; a negative one from the last that isn't the heads'. Arguments
/// of Keras's call are members: `use_causal_mask` and `return_attention_scores`. See `HeadedAttention`.
struct MultiHeadAttentionLayer: HeadedLayer {
    static let names = ["MultiHeadAttention"]

    var attention: HeadedAttention
    private let valueWidth: Int?

    init(reading arguments: inout ObjectReader) {
        let heads = arguments.count("num_heads")
        let width = arguments.count("key_dim")
        valueWidth = arguments.optionalInt("value_dim", in: 1...ObjectReader.greatestArgument)
        attention = HeadedAttention(
            heads: heads,
            keyHeads: heads,
            keyWidth: width,
            valueWidth: valueWidth ?? width,
            output: Self.list("output_shape", in: 1...ObjectReader.greatestArgument, &arguments),
            axes: Self.list("attention_axes", in: -6...6, &arguments),
            arguments: HeadArguments(reading: &arguments)
        )
        // Keras 2 remembers the shapes that it was built for.
        arguments.accept("query_shape", "key_shape", "value_shape")
        arguments.only(.bool(false), for: "softmax_robust_masking")
        if attention.axes?.contains(where: { $0 == 0 || $0 == -1 }) == true {
            arguments.fault(at: "attention_axes", "the batch, 0, and the last axis, -1, are not attended over")
        }
    }

    /// One number or a list of them; nil where there is none.
    private static func list(
        _ key: String,
        in range: ClosedRange<Int>,
        _ arguments: inout ObjectReader
    ) -> [Int]? {
        guard let value = arguments.optionalValue(key) else { return nil }
        return value.kind == .array ? arguments.ints(key, in: range, count: 1...5) : [arguments.int(key, in: range)]
    }

    func write(to json: inout JSONWriter) {
        json.field("num_heads", attention.heads)
        json.field("key_dim", attention.keyWidth)
        json.field("value_dim", ifPresent: valueWidth)
        json.field("output_shape", ifPresent: attention.output)
        json.field("attention_axes", ifPresent: attention.axes)
        attention.arguments.write(to: &json)
    }
}
