import NN

extension LayerFaultTests {
    /// Impossible arguments of the layers beside those of every day.
    static let rarerArguments = [
        Row(
            #"{"type": "PReLU", "shared_axes": [0, 7]}"#,
            "/layers/0/shared_axes/0: expected an integer from 1 to 6, found 0",
            "/layers/0/shared_axes/1: expected an integer from 1 to 6, found 7"
        ),
        Row(
            #"{"type": "ActivityRegularization", "l1": -1, "activity_regularizer": "L2"}"#,
            "/layers/0/l1: expected a number of at least 0, found -1",
            #"/layers/0/activity_regularizer: only null is supported, found "L2""#
        ),
        Row(
            #"{"type": "AlphaDropout", "rate": 1}"#,
            "/layers/0/rate: expected a number from 0 to below 1, found 1"
        ),
        Row(
            #"{"type": "GaussianDropout", "rate": 1}"#,
            "/layers/0/rate: expected a number from 0 to below 1, found 1"
        ),
        Row(
            #"{"type": "Conv3DTranspose", "filters": 1, "kernel_size": 2, "output_padding": [0, 1, 0]}"#,
            "/layers/0/output_padding: expected less than the strides, [1, 1, 1], found [0, 1, 0]"
        ),
        Row(
            #"{"type": "ZeroPadding1D", "padding": [1, 2, 3]}"#,
            "/layers/0/padding: expected an integer from 0 to 65536 or an array of 2, found an array of 3"
        ),
        Row(
            #"{"type": "Cropping3D", "cropping": [[1, 2], [0, 0]]}"#,
            "/layers/0/cropping: expected an array of 3, found an array of 2"
        ),
        Row(
            #"{"type": "AdaptiveMaxPooling2D"}"#,
            "/layers/0/output_size: missing; expected an integer from 1 to 65536 or an array of 2"
        ),
        Row(
            #"{"type": "EinsumDense", "equation": "abc,cd->abd", "output_shape": [null, 0], "bias_axes": "c"}"#,
            "/layers/0/output_shape/1: expected an integer from 1 to 16777216, found 0",
            #"/layers/0/bias_axes: expected letters of the result, "abd", found "c""#
        ),
        Row(
            #"{"type": "EinsumDense", "equation": "abb,bc->ac", "output_shape": 3}"#,
            #"/layers/0/equation: expected "abc,cd->abd", "...x,xy->...y" or "ab...,bc->ac...", each letter once in each "#
                + #"part, input and result beginning with the same axis, the batch, found "abb,bc->ac""#
        ),
        Row(
            #"{"type": "Bidirectional", "layer": {"type": "ConvLSTM2D", "filters": 1, "kernel_size": 2, "stateful": true}}"#,
            "/layers/0/layer: a layer that runs from both ends needs a whole sequence, and can't be stateful"
        ),
        Row(
            #"{"type": "SpectralNormalization", "layer": {"type": "Dense", "units": 2}, "power_iterations": 0}"#,
            "/layers/0/power_iterations: expected an integer from 1 to 1000, found 0"
        ),
        Row(
            #"{"type": "ReversibleEmbedding", "input_dim": 2, "output_dim": 3, "logit_soft_cap": 0}"#,
            "/layers/0/logit_soft_cap: expected a number above 0, found 0"
        ),
    ]

    /// The same layers on inputs that they can't take.
    static let rarerMisfits = [
        Row(#"{"type": "PReLU", "shared_axes": [4]}"#, #""p_re_lu" needs an axis 4"#),
        Row(
            #"{"type": "SpatialDropout3D", "rate": 0.5}"#,
            #""spatial_dropout3d" needs [depth, height, width, channels]"#
        ),
        Row(
            #"{"type": "Conv1DTranspose", "filters": 4, "kernel_size": 3}"#,
            #""conv1d_transpose" needs [steps, channels]"#
        ),
        Row(
            #"{"type": "Conv3DTranspose", "filters": 4, "kernel_size": 3}"#,
            #""conv3d_transpose" needs [depth, height, width, channels]"#
        ),
        Row(#"{"type": "DepthwiseConv1D", "kernel_size": 3}"#, #""depthwise_conv1d" needs [steps, channels]"#),
        Row(
            #"{"type": "SeparableConv1D", "filters": 2, "kernel_size": 3}"#,
            #""separable_conv1d" needs [steps, channels]"#
        ),
        Row(#"{"type": "ZeroPadding1D"}"#, #""zero_padding1d" needs [steps, channels]"#),
        Row(#"{"type": "ZeroPadding3D"}"#, #""zero_padding3d" needs [depth, height, width, channels]"#),
        Row(
            #"{"type": "Cropping1D", "cropping": [4, 5]}"#,
            on: [9, 2],
            #""cropping1d" needs more steps than its cropping of [4, 5]"#
        ),
        Row(#"{"type": "Cropping3D"}"#, #""cropping3d" needs [depth, height, width, channels]"#),
        Row(#"{"type": "UpSampling1D"}"#, #""up_sampling1d" needs [steps, channels]"#),
        Row(#"{"type": "UpSampling3D"}"#, #""up_sampling3d" needs [depth, height, width, channels]"#),
        Row(
            #"{"type": "AdaptiveAveragePooling1D", "output_size": 2}"#,
            #""adaptive_average_pooling1d" needs [steps, channels]"#
        ),
        Row(
            #"{"type": "AdaptiveMaxPooling3D", "output_size": 2}"#,
            #""adaptive_max_pooling3d" needs [depth, height, width, channels]"#
        ),
        Row(
            #"{"type": "AdaptiveAveragePooling2D", "output_size": 2}"#,
            on: [4],
            #""adaptive_average_pooling2d" needs [height, width, channels]"#
        ),
        Row(
            #"{"type": "AdaptiveAveragePooling3D", "output_size": 2}"#,
            #""adaptive_average_pooling3d" needs [depth, height, width, channels]"#
        ),
        Row(
            #"{"type": "AdaptiveMaxPooling1D", "output_size": 2}"#,
            #""adaptive_max_pooling1d" needs [steps, channels]"#
        ),
        Row(
            #"{"type": "ConvLSTM3D", "filters": 1, "kernel_size": 2}"#,
            #""conv_lstm3d" needs [steps, depth, height, width, channels]"#
        ),
        Row(
            #"{"type": "GlobalAveragePooling3D"}"#,
            #""global_average_pooling3d" needs [depth, height, width, channels]"#
        ),
        Row(#"{"type": "GlobalMaxPooling3D"}"#, #""global_max_pooling3d" needs [depth, height, width, channels]"#),
        Row(
            #"{"type": "EinsumDense", "equation": "abc,cd->abd", "output_shape": [null, 2]}"#,
            #""einsum_dense" needs an input that fits "abc,cd->abd" and its output_shape, [null, 2]"#
        ),
        Row(
            #"{"type": "ConvLSTM2D", "filters": 1, "kernel_size": 2}"#,
            #""conv_lstm2d" needs [steps, height, width, channels]"#
        ),
        Row(
            #"{"type": "ConvLSTM1D", "filters": 1, "kernel_size": 9}"#,
            #""conv_lstm1d" needs steps of at least [9] for its kernel_size (or padding "same")"#
        ),
        Row(
            #"{"type": "SpectralNormalization", "layer": {"type": "Dropout", "rate": 0.5}}"#,
            #""spectral_normalization" needs a layer with a weight "kernel" or "embeddings" of two axes or more"#
        ),
        Row(
            #"{"type": "ReversibleEmbedding", "input_dim": 2, "output_dim": 4, "reverse": true}"#,
            #""reversible_embedding" needs […, 4] in reverse, its output_dim"#
        ),
    ]
}
