import NN

extension LayerFaultTests {
    /// Layers on inputs that they can't take.
    static let misfits = [
        Row(#"{"type": "RNN", "cell": {"type": "GRUCell", "units": 3}}"#, #""rnn" needs [steps, features]"#),
        Row(#"{"type": "Conv1D", "filters": 4, "kernel_size": 3}"#, #""conv1d" needs [steps, channels]"#),
        Row(
            #"{"type": "Conv1D", "filters": 4, "kernel_size": 3, "dilation_rate": 4}"#,
            on: [8, 3],
            #""conv1d" needs steps of at least [9] for its kernel_size (or padding "same")"#
        ),
        Row(
            #"{"type": "Conv2D", "filters": 4, "kernel_size": 3, "groups": 2}"#,
            #""conv2d" needs channels that its 2 groups divide"#
        ),
        Row(
            #"{"type": "Conv3D", "filters": 4, "kernel_size": 3}"#,
            #""conv3d" needs [depth, height, width, channels]"#
        ),
        Row(
            #"{"type": "Conv2DTranspose", "filters": 4, "kernel_size": 3}"#,
            on: [9],
            #""conv2d_transpose" needs [height, width, channels]"#
        ),
        Row(#"{"type": "MaxPooling1D"}"#, #""max_pooling1d" needs [steps, channels]"#),
        Row(#"{"type": "GlobalAveragePooling1D"}"#, #""global_average_pooling1d" needs [steps, channels]"#),
        Row(#"{"type": "GlobalMaxPooling2D"}"#, on: [4], #""global_max_pooling2d" needs [height, width, channels]"#),
        Row(
            #"{"type": "Cropping2D", "cropping": 4}"#,
            #""cropping2d" needs more rows and columns than its cropping of [4, 4] and [4, 4]"#
        ),
        Row(#"{"type": "UpSampling2D"}"#, on: [4], #""up_sampling2d" needs [height, width, channels]"#),
        Row(
            #"{"type": "BatchNormalization", "axis": 4}"#,
            #""batch_normalization" needs an axis 4"#
        ),
        Row(#"{"type": "LayerNormalization", "axis": [2, -2]}"#, #""layer_normalization" needs the axes [2, -2]"#),
        Row(#"{"type": "RMSNormalization", "axis": [2, -2]}"#, #""rms_normalization" needs the axes [2, -2]"#),
        Row(#"{"type": "UnitNormalization", "axis": 4}"#, #""unit_normalization" needs an axis 4"#),
        Row(
            #"{"type": "GroupNormalization", "groups": 2}"#,
            #""group_normalization" needs a number of channels along its axis -1 that is a multiple of its 2 groups"#
        ),
        Row(#"{"type": "Softmax", "axis": 4}"#, #""softmax" needs an axis 4"#),
        Row(#"{"type": "Softmax", "axis": [2, -2]}"#, #""softmax" needs the axes [2, -2]"#),
        Row(
            #"{"type": "DepthwiseConv2D", "kernel_size": 2}"#,
            on: [9],
            #""depthwise_conv2d" needs [height, width, channels]"#
        ),
        Row(
            #"{"type": "SeparableConv2D", "filters": 2, "kernel_size": 2}"#,
            on: [9],
            #""separable_conv2d" needs [height, width, channels]"#
        ),
        Row(#"{"type": "MaxPooling2D"}"#, on: [9], #""max_pooling2d" needs [height, width, channels]"#),
        Row(#"{"type": "AveragePooling1D"}"#, #""average_pooling1d" needs [steps, channels]"#),
        Row(#"{"type": "AveragePooling2D"}"#, on: [9], #""average_pooling2d" needs [height, width, channels]"#),
        Row(#"{"type": "AveragePooling3D"}"#, on: [9], #""average_pooling3d" needs [depth, height, width, channels]"#),
        Row(#"{"type": "GlobalMaxPooling1D"}"#, #""global_max_pooling1d" needs [steps, channels]"#),
        Row(
            #"{"type": "GlobalAveragePooling2D"}"#,
            on: [4],
            #""global_average_pooling2d" needs [height, width, channels]"#
        ),
        Row(#"{"type": "SimpleRNN", "units": 3}"#, #""simple_rnn" needs [steps, features]"#),
        Row(#"{"type": "GRU", "units": 3}"#, #""gru" needs [steps, features]"#),
        Row(#"{"type": "Maximum"}"#, #""maximum" needs two inputs or more"#),
        Row(#"{"type": "Minimum"}"#, #""minimum" needs two inputs or more"#),
        Row(#"{"type": "Multiply"}"#, #""multiply" needs two inputs or more"#),
        Row(#"{"type": "Average"}"#, #""average" needs two inputs or more"#),
        Row(
            #"{"type": "AdditiveAttention"}"#,
            #""additive_attention" needs a query [steps, width], a value and perhaps a key, each [steps, width]"#
        ),
        Row(#"{"type": "Resizing", "height": 3, "width": 2}"#, on: [4], #""resizing" needs [height, width, channels]"#),
        Row(#"{"type": "ZeroPadding2D"}"#, on: [4], #""zero_padding2d" needs [height, width, channels]"#),
        Row(
            #"{"type": "SpatialDropout2D", "rate": 0.5}"#,
            on: [4],
            #""spatial_dropout2d" needs [height, width, channels]"#
        ),
        Row(
            #"{"type": "Dense", "units": 2, "bias_initializer": "identity"}"#,
            #"the initializer Identity needs a matrix, but "dense/bias" is [2]"#
        ),
        Row(
            #"{"type": "PositionEmbedding", "sequence_length": 7}"#,
            #""position_embedding" needs […, steps, features] with at most its sequence_length, 7, steps"#
        ),
        Row(#"{"type": "SinePositionEncoding"}"#, on: [4], #""sine_position_encoding" needs […, steps, features]"#),
        Row(
            #"{"type": "RotaryEmbedding"}"#,
            #""rotary_embedding" needs an even number of features along its axis -1, which turn in pairs"#
        ),
        Row(#"{"type": "RotaryEmbedding"}"#, on: [4], #""rotary_embedding" needs the axes [1, -1]"#),
        Row(
            #"{"type": "TokenAndPositionEmbedding", "vocabulary_size": 9, "sequence_length": 4, "embedding_dim": 3}"#,
            on: [5],
            #""token_and_position_embedding" needs […, steps] with at most its sequence_length, 4, steps"#
        ),
        Row(#"{"type": "Normalization", "axis": 4}"#, #""normalization" needs the axes [4]"#),
        Row(
            #"{"type": "Normalization", "mean": [1, 2], "variance": [1, 1]}"#,
            #""normalization" needs 2 numbers along its axes [-1] for its mean"#
        ),
        Row(
            #"{"type": "Reshape", "target_shape": [5, -1]}"#,
            #""reshape" needs as many numbers as [5, -1] holds"#
        ),
        Row(#"{"type": "Permute", "dims": [2, 1]}"#, #""permute" needs 2 axes for its dims [2, 1]"#),
        Row(#"{"type": "RepeatVector", "n": 3}"#, #""repeat_vector" needs [features]"#),
        Row(#"{"type": "Add"}"#, #""add" needs two inputs or more"#),
        Row(#"{"type": "Subtract"}"#, #""subtract" needs two inputs"#),
        Row(#"{"type": "Divide"}"#, #""divide" needs two inputs"#),
        Row(#"{"type": "Concatenate"}"#, #""concatenate" needs two inputs or more"#),
        Row(#"{"type": "Dot", "axes": 1}"#, #""dot" needs two inputs of one or two axes"#),
        Row(
            #"{"type": "Attention"}"#,
            #""attention" needs a query [steps, width], a value and perhaps a key, each [steps, width]"#
        ),
        Row(
            #"{"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3}"#,
            #""multi_head_attention" needs a query [steps, width], a value, perhaps a key and perhaps an attention mask; "#
                + "self-attention names the same layer twice"
        ),
        Row(
            #"{"type": "GroupQueryAttention", "head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2}"#,
            on: [4],
            #""grouped_query_attention" needs a query [steps, width], a value, perhaps a key and perhaps an attention "#
                + "mask; self-attention names the same layer twice"
        ),
        Row(#"{"type": "LSTM", "units": 3}"#, #""lstm" needs [steps, features]"#),
        Row(
            #"{"type": "TimeDistributed", "layer": {"type": "Conv2D", "filters": 1, "kernel_size": 2}}"#,
            #""time_distributed" needs [height, width, channels]"#
        ),
        Row(
            #"{"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2}}"#,
            #""bidirectional" needs [steps, features]"#
        ),
        Row(
            #"{"type": "SpatialDropout1D", "rate": 0.5}"#,
            #""spatial_dropout1d" needs [steps, channels]"#
        ),
    ]
}
