import JSON

extension ObjectReader {
    /// Refuses the arguments of Keras's recurrent layers that aren't supported, unless they change nothing.
    mutating func onlyStandardRecurrence() {
        for key in ["return_state", "go_backwards", "stateful", "zero_output_for_mask", "time_major"] {
            only(.bool(false), for: key)
        }
        for key in ["dropout", "recurrent_dropout"] { only(.number(0), for: key) }
        only(nil, for: "seed")
        // These choose how Keras computes the same numbers.
        accept("unroll", "use_cudnn", "implementation")
    }
}
