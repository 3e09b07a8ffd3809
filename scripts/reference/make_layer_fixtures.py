"""Writes the numbers that layers and losses are tested against: Keras on PyTorch, in double precision.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_layer_fixtures.py Tests/NNTests/Fixtures

A case of layers.json.gz holds layers as a definition names them and the same model as Keras writes it, weights, a batch for each input and a cotangent for
each output; from Keras come the outputs, the gradients of the sum of outputs times cotangents, and where the case is
trained the new values of the weights that have no gradient. A case of losses.json.gz holds layers, a batch of inputs and
targets; from Keras come the loss of each sample and the gradients of their sum. Inputs and weights are 32-bit numbers,
so that both sides start from the same.
"""

import sys

import numpy as np

from reference_cases import (
    CATEGORICAL, SPARSE, bits, distribution, integers, labels, layer_case, loss_case, numbers, one, one_hot, padded, signs,
    write,
)


def conv(**arguments):
    return [{"type": "Conv2D", **arguments}]


def pool(kind, **arguments):
    return [{"type": f"{kind}Pooling2D", **arguments}]


def gru(**arguments):
    return [{"type": "GRU", **arguments}]


def lstm(**arguments):
    return [{"type": "LSTM", **arguments}]


def rnn(**arguments):
    return [{"type": "SimpleRNN", **arguments}]


def branches(*merging):
    """Two dense layers on one input, and what makes one of their results."""
    return [
        {"type": "Dense", "units": 3, "name": "a", "activation": "tanh"},
        {"type": "Dense", "units": 3, "name": "b", "activation": "sigmoid", "inputs": ["a"]},
        *merging,
    ]


EMBEDDING = [{"type": "Embedding", "input_dim": 5, "output_dim": 3, "mask_zero": True}]
MASKING = [{"type": "Masking"}]


ACTIVATIONS = [
    "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "sigmoid", "hard_sigmoid", "silu", "hard_silu", "gelu",
    "mish", "tanh", "softplus", "softsign", "exponential", "softmax", "log_softmax",
]


def bidirectional(kind, units=2, **arguments):
    inner = arguments.pop("inner", {})
    return one("Bidirectional", layer={"type": kind, "units": units, **inner}, **arguments)


QUERY_AND_VALUE = [
    {"type": "InputLayer", "shape": [3, 4], "name": "q"}, {"type": "InputLayer", "shape": [5, 4], "name": "v"},
]
TWO_SEQUENCES = [
    {"type": "InputLayer", "shape": [5, 2], "name": "q"}, {"type": "InputLayer", "shape": [5, 2], "name": "v"},
    {"type": "Masking", "name": "mq", "inputs": ["q"]}, {"type": "Masking", "name": "mv", "inputs": ["v"]},
]


def padded_at_the_end(random, shape):
    """Sequences with zero rows at the end, none of nothing else."""
    numbers = random.normal(0, 1, shape)
    numbers[0, -2:] = 0
    numbers[1, -1] = 0
    return numbers


def on_and_off(random, shape):
    """Normal numbers for a sequence, for a square ones and zeros with ones on its diagonal."""
    if shape[-1] != shape[-2]:
        return random.normal(0, 1, shape)
    return np.maximum(random.integers(0, 2, shape), np.eye(shape[-1]))


def nearly_padded(random, shape):
    """As padded, but every sequence has a step that counts: nothing to attend to is nothing that can be compared."""
    numbers = padded(random, shape)
    numbers[3, 2] = 1
    return numbers


def attending(kind, given, *more, **arguments):
    """A layer of attention on inputs of these shapes, what they go through first, and the numbers of its results."""
    layers = [{"type": "InputLayer", "shape": shape, "name": name} for name, shape in given.items()]
    return [*layers, *more, {"type": kind, "name": "attention", **arguments}]


def heads(given, *more, **arguments):
    return attending("MultiHeadAttention", given, *more, **{"num_heads": 2, "key_dim": 3, **arguments})


def shared_heads(given, *more, **arguments):
    arguments = {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2, **arguments}
    return attending("GroupQueryAttention", given, *more, **arguments)


SCORED = ["attention", "attention:1"]
MASKED_X = {"type": "Masking", "name": "m", "inputs": ["x"]}

def added(kind, width, **arguments):
    """A dense layer and what a position layer adds to it."""
    return [
        {"type": "Dense", "units": width, "name": "x"},
        {"type": kind, "name": "p", **arguments},
        {"type": "Add", "inputs": ["x", "p"]},
    ]


POSITIONS = [
    layer_case("position embedding", [5, 3], one("PositionEmbedding", sequence_length=7)),
    layer_case("position embedding, added", [2, 4, 3], added(
        "PositionEmbedding", 3, sequence_length=4, initializer="uniform")),
    layer_case("sine position encoding, added", [5, 6], added("SinePositionEncoding", 6)),
    layer_case("sine position encoding, wavelength, an odd width", [2, 5, 3], added(
        "SinePositionEncoding", 7, max_wavelength=50)),
    layer_case("rotary embedding", [5, 6], one("RotaryEmbedding")),
    layer_case("rotary embedding of heads, slower", [5, 2, 4], one(
        "RotaryEmbedding", max_wavelength=100, scaling_factor=2.5)),
    layer_case("rotary embedding of steps behind heads", [2, 5, 4], one("RotaryEmbedding", sequence_axis=-2)),
    layer_case("rotary embedding of features before steps", [4, 5, 2], one(
        "RotaryEmbedding", sequence_axis=2, feature_axis=1)),
    layer_case("rotary embedding, dynamic", [5, 6], one("RotaryEmbedding", rope_type="dynamic", scaling_factor=3)),
    layer_case("rotary embedding, yarn", [5, 12], one(
        "RotaryEmbedding", rope_type="yarn", scaling_factor=4, original_max_position_embeddings=512)),
    layer_case("rotary embedding, yarn, not truncated", [5, 12], one(
        "RotaryEmbedding", rope_type="yarn", scaling_factor=4, original_max_position_embeddings=300, beta_fast=16.5,
        beta_slow=2, truncate=False)),
    layer_case("rotary embedding, another denominator", [5, 4], one("RotaryEmbedding", denominator_dim=8)),
    layer_case("token and position embedding", [4], one(
        "TokenAndPositionEmbedding", vocabulary_size=6, sequence_length=5, embedding_dim=3), draw=integers(6)),
    layer_case("token and position embedding, masked", [5], one(
        "TokenAndPositionEmbedding", vocabulary_size=4, sequence_length=5, embedding_dim=2, mask_zero=True) + lstm(
        units=2), batch=4, draw=integers(3)),
    layer_case("token and position embedding, not tied", [2, 3], one(
        "TokenAndPositionEmbedding", vocabulary_size=4, sequence_length=3, embedding_dim=2, tie_weights=False),
        draw=integers(4)),
]


def zeros_among(random, shape):
    """Normal numbers, with zeros for the last vector."""
    numbers = random.normal(0, 1, shape)
    numbers[-1, -1] = 0
    return numbers


NORMALIZATIONS = [
    layer_case("rms normalization", [3, 4], one("RMSNormalization")),
    layer_case("rms normalization, epsilon, two axes", [2, 3, 4], one(
        "RMSNormalization", axis=[-2, -1], epsilon=0.1)),
    layer_case("rms normalization of zeros", [3, 4], one("RMSNormalization", epsilon=0.01), draw=zeros_among),
    layer_case("unit normalization", [3, 4], one("UnitNormalization")),
    layer_case("unit normalization, another axis", [3, 4, 2], one("UnitNormalization", axis=1)),
    layer_case("unit normalization, two axes", [3, 4, 2], one("UnitNormalization", axis=[1, -1])),
    layer_case("group normalization", [3, 4, 6], one("GroupNormalization", groups=2), batch=3),
    layer_case("group normalization, one group", [5, 3], one("GroupNormalization", groups=1, epsilon=0.1)),
    layer_case("group normalization, a group each channel", [5, 3], one("GroupNormalization", groups=-1)),
    layer_case("group normalization, another axis", [4, 5, 2], one("GroupNormalization", groups=2, axis=1)),
    layer_case("group normalization, no scale", [4, 6], one("GroupNormalization", groups=3, scale=False)),
    layer_case("group normalization, no center, rows", [8], one("GroupNormalization", groups=2, center=False)),
]

ATTENTION_LAYERS = [
    layer_case("multi-head attention", None, heads({"x": [5, 4]}, inputs=["x", "x"])),
    layer_case("multi-head attention, causal, scores", None, heads(
        {"x": [5, 4]}, inputs=["x", "x"], use_causal_mask=True, return_attention_scores=True), outputs=SCORED),
    layer_case("multi-head attention, query, value and key", None, heads(
        {"q": [3, 4], "v": [5, 2], "k": [5, 3]}, inputs=["q", "v", "k"], value_dim=4, output_shape=5)),
    layer_case("multi-head attention, two axes of results, no bias", None, heads(
        {"x": [3, 4]}, inputs=["x", "x"], output_shape=[2, 3], use_bias=False)),
    layer_case("multi-head attention, masked value", None, heads({"x": [5, 2], "q": [5, 3]}, MASKED_X, {
        "type": "Dense", "units": 4, "inputs": ["m"], "name": "d"}, inputs=["q", "d"], sliding_window=3), batch=3,
        draw=padded_at_the_end),
    layer_case("multi-head attention over one of two axes", None, heads(
        {"x": [3, 4, 2]}, inputs=["x", "x"], attention_axes=2, return_attention_scores=True), outputs=SCORED),
    layer_case("multi-head attention over the first of two axes", None, heads(
        {"x": [3, 4, 2]}, inputs=["x", "x"], attention_axes=[1], return_attention_scores=True), outputs=SCORED),
    layer_case("multi-head attention over both axes", None, heads(
        {"x": [3, 2, 2], "y": [2, 4, 2]}, inputs=["x", "y"], return_attention_scores=True), outputs=SCORED),
    layer_case("multi-head attention, an attention mask", None, heads(
        {"x": [3, 4], "m": [3, 3]}, inputs=["x", "x", "x", "m"], use_causal_mask=True), draw=on_and_off),
    layer_case("multi-head attention, gate", None, heads({"x": [3, 4]}, inputs=["x", "x"], use_gate=True)),
    layer_case("multi-head attention, applied again", None, heads({"x": [3, 4]}, inputs=["x", "x"]) + [
        {"reuse": "attention", "name": "again", "inputs": ["x", "attention"]}]),
    layer_case("group query attention, causal, scores", None, shared_heads(
        {"x": [5, 3]}, inputs=["x", "x"], use_causal_mask=True, return_attention_scores=True), outputs=SCORED),
    layer_case("group query attention, masked value, gate", None, shared_heads(
        {"x": [5, 2], "q": [3, 2]}, MASKED_X, inputs=["q", "m"], use_gate=True), batch=3, draw=padded_at_the_end),
    layer_case("group query attention, key of its own, no bias", None, shared_heads(
        {"q": [3, 4], "v": [5, 4], "k": [5, 3]}, inputs=["q", "v", "k"], use_bias=False)),
    layer_case("attention, causal, scores", None, attending(
        "Attention", {"x": [4, 3]}, inputs=["x", "x"], use_causal_mask=True, return_attention_scores=True),
        outputs=SCORED),
    layer_case("attention, causal, masked", None, attending(
        "Attention", {"x": [5, 2]}, MASKED_X, inputs=["m", "m"], use_causal_mask=True, use_scale=True), batch=3,
        draw=padded_at_the_end),
    layer_case("additive attention, causal, scores", None, attending(
        "AdditiveAttention", {"q": [4, 3], "v": [5, 3]}, inputs=["q", "v"], use_causal_mask=True,
        return_attention_scores=True), outputs=SCORED),
]


MORE_LAYERS = [
    layer_case("conv1d", [7, 3], one("Conv1D", filters=4, kernel_size=3)),
    layer_case("conv1d same, strides", [8, 2], one("Conv1D", filters=3, kernel_size=4, strides=3, padding="same")),
    layer_case("conv1d causal, dilated", [7, 2], one("Conv1D", filters=3, kernel_size=3, dilation_rate=2,
                                                    padding="causal", activation="relu")),
    layer_case("conv1d causal, strides", [7, 2], one("Conv1D", filters=3, kernel_size=3, strides=2, padding="causal")),
    layer_case("conv1d of one step, batch of 1", [1, 2], one("Conv1D", filters=3, kernel_size=1), batch=1),
    layer_case("conv1d groups", [6, 4], one("Conv1D", filters=6, kernel_size=2, groups=2)),
    layer_case("conv2d dilated", [7, 8, 2], conv(filters=3, kernel_size=[3, 2], dilation_rate=[2, 3])),
    layer_case("conv2d dilated same", [5, 6, 2], conv(filters=3, kernel_size=3, dilation_rate=2, padding="same")),
    layer_case("conv2d groups", [5, 6, 6], conv(filters=3, kernel_size=3, groups=3)),
    layer_case("conv2d groups of one channel", [5, 6, 4], conv(filters=4, kernel_size=3, groups=4, padding="same")),
    layer_case("conv3d", [4, 5, 4, 2], one("Conv3D", filters=3, kernel_size=[2, 3, 2])),
    layer_case("conv3d same, strides", [5, 4, 5, 2], one("Conv3D", filters=2, kernel_size=3, strides=[2, 1, 2],
                                                       padding="same", activation="tanh")),
    layer_case("conv3d dilated", [5, 4, 5, 1], one("Conv3D", filters=2, kernel_size=2, dilation_rate=[2, 1, 2])),
    layer_case("depthwise conv2d", [5, 6, 3], one("DepthwiseConv2D", kernel_size=3)),
    layer_case("depthwise conv2d, two filters, strides", [5, 6, 3], one(
        "DepthwiseConv2D", kernel_size=2, depth_multiplier=2, strides=2, padding="same", activation="relu")),
    layer_case("separable conv2d", [5, 6, 3], one("SeparableConv2D", filters=4, kernel_size=3)),
    layer_case("separable conv2d, two filters", [5, 6, 2], one(
        "SeparableConv2D", filters=3, kernel_size=[2, 3], depth_multiplier=2, padding="same", use_bias=False)),
    layer_case("conv2d transpose", [3, 4, 2], one("Conv2DTranspose", filters=3, kernel_size=3)),
    layer_case("conv2d transpose, strides", [3, 4, 2], one("Conv2DTranspose", filters=3, kernel_size=[3, 2],
                                                         strides=2)),
    layer_case("conv2d transpose same, strides", [3, 4, 2], one(
        "Conv2DTranspose", filters=3, kernel_size=4, strides=2, padding="same", activation="tanh")),
    layer_case("conv2d transpose, strides beyond the window", [3, 2, 2], one(
        "Conv2DTranspose", filters=2, kernel_size=2, strides=3)),
    layer_case("max pooling of steps", [7, 2], one("MaxPooling1D", pool_size=3, strides=2)),
    layer_case("average pooling of steps, same", [7, 2], one("AveragePooling1D", pool_size=3, padding="same")),
    layer_case("max pooling of volumes", [5, 4, 6, 2], one("MaxPooling3D", pool_size=[2, 2, 3])),
    layer_case("average pooling of volumes, same", [5, 4, 5, 2], one("AveragePooling3D", pool_size=2, padding="same")),
    layer_case("global max pooling", [3, 4, 2], one("GlobalMaxPooling2D")),
    layer_case("global max pooling of steps", [5, 2], one("GlobalMaxPooling1D", keepdims=True)),
    layer_case("zero padding", [3, 2, 2], one("ZeroPadding2D", padding=[[1, 2], [0, 3]])),
    layer_case("zero padding, default", [3, 2, 2], one("ZeroPadding2D")),
    layer_case("cropping", [6, 7, 2], one("Cropping2D", cropping=[[1, 2], [0, 3]])),
    layer_case("upsampling", [3, 2, 2], one("UpSampling2D", size=[2, 3])),
    layer_case("upsampling, bilinear", [3, 4, 2], one("UpSampling2D", size=[2, 3], interpolation="bilinear")),
    layer_case("resizing", [5, 4, 2], one("Resizing", height=3, width=7)),
    layer_case("resizing, nearest", [5, 4, 2], one("Resizing", height=3, width=7, interpolation="nearest")),
    layer_case("normalization, learned", [3, 2], one("Normalization")),
    layer_case("normalization, learned, two axes", [3, 2], one("Normalization", axis=[1, 2])),
    layer_case("normalization, given", [3], one("Normalization", mean=[1, 2, 3], variance=[0.5, 1, 2])),
    layer_case("normalization, given for all, inverted", [3], one("Normalization", axis=None, mean=0.5, variance=2,
                                                                invert=True)),
    layer_case("layer normalization", [4, 3], one("LayerNormalization")),
    layer_case("layer normalization of another axis", [4, 3], one("LayerNormalization", axis=1)),
    layer_case("layer normalization of several axes", [2, 4, 3], one("LayerNormalization", axis=[1, 2])),
    layer_case("layer normalization of the last axes", [2, 4, 3], one("LayerNormalization", axis=[-1, -2], scale=False)),
    layer_case("layer normalization, bare", [5], one("LayerNormalization", epsilon=0.1, center=False, scale=False)),
    layer_case("reshape", [4, 3], one("Reshape", target_shape=[2, -1, 3])),
    layer_case("permute", [2, 3, 4], one("Permute", dims=[3, 1, 2])),
    layer_case("repeat vector", [3], one("RepeatVector", n=4)),
    layer_case("relu layer", [9], one("ReLU")),
    layer_case("relu layer, all arguments", [9], one("ReLU", max_value=1, negative_slope=0.2, threshold=0.3)),
    layer_case("leaky relu layer", [9], one("LeakyReLU")),
    layer_case("elu layer", [9], one("ELU", alpha=0.7)),
    layer_case("softmax layer", [2, 4], one("Softmax")),
    layer_case("dot of vectors", None, [
        {"type": "InputLayer", "shape": [4], "name": "x"}, {"type": "InputLayer", "shape": [4], "name": "y"},
        {"type": "Dot", "axes": 1, "inputs": ["x", "y"]}]),
    layer_case("dot of sequences", None, QUERY_AND_VALUE + one("Dot", axes=[2, 2], inputs=["q", "v"])),
    layer_case("dot of sequences, normalized", None, QUERY_AND_VALUE + one(
        "Dot", axes=-1, normalize=True, inputs=["q", "v"])),
    layer_case("attention", None, QUERY_AND_VALUE + one("Attention", inputs=["q", "v"])),
    layer_case("attention, scaled", None, QUERY_AND_VALUE + one("Attention", use_scale=True, inputs=["q", "v"])),
    layer_case("attention, concatenating", None, QUERY_AND_VALUE + one(
        "Attention", use_scale=True, score_mode="concat", inputs=["q", "v"])),
    layer_case("attention with a key", None, QUERY_AND_VALUE + [
        {"type": "InputLayer", "shape": [5, 4], "name": "k"}, {"type": "Attention", "inputs": ["q", "v", "k"]}]),
    layer_case("attention, masked", None, TWO_SEQUENCES + one("Attention", inputs=["mq", "mv"]), batch=4,
               draw=nearly_padded),
    layer_case("additive attention", None, QUERY_AND_VALUE + one("AdditiveAttention", inputs=["q", "v"])),
    layer_case("additive attention, masked", None, TWO_SEQUENCES + one(
        "AdditiveAttention", inputs=["mq", "mv"], use_scale=False), batch=4, draw=nearly_padded),
    layer_case("time distributed dense", [4, 3], one("TimeDistributed", layer={"type": "Dense", "units": 2})),
    layer_case("time distributed conv2d", [3, 4, 5, 2], one("TimeDistributed", layer={
        "type": "Conv2D", "filters": 2, "kernel_size": 2, "activation": "relu"})),
    layer_case("bidirectional lstm, states", [4, 2], bidirectional("LSTM", inner={"return_state": True}),
               outputs=[f"bidirectional:{number}" for number in range(5)]),
    layer_case("bidirectional gru masked", [5, 2], MASKING + bidirectional("GRU", inner={"return_sequences": True}),
               batch=4, draw=padded),
    layer_case("bidirectional lstm masked", [5, 2], MASKING + bidirectional("LSTM"), batch=4, draw=padded),
    layer_case("bidirectional of two layers", [4, 2], one(
        "Bidirectional", layer={"type": "GRU", "units": 2},
        backward_layer={"type": "GRU", "units": 3, "go_backwards": True})),
] + [
    layer_case(f"bidirectional, {merge}", [4, 2], bidirectional(
        "SimpleRNN", inner={"return_sequences": True}, merge_mode=merge))
    for merge in ["concat", "sum", "mul", "ave"]
] + [
    layer_case("bidirectional, both results", [4, 2], bidirectional("GRU", merge_mode=None),
               outputs=["bidirectional", "bidirectional:1"]),
]

LAYERS = [
    layer_case("conv2d valid", [6, 7, 3], conv(filters=4, kernel_size=[3, 2])),
    layer_case("conv2d same", [5, 6, 2], conv(filters=3, kernel_size=3, padding="same", activation="tanh")),
    layer_case("conv2d same, even kernel", [5, 7, 2], conv(filters=3, kernel_size=[4, 2], padding="same")),
    layer_case("conv2d strides", [7, 8, 2], conv(filters=3, kernel_size=[3, 2], strides=[2, 3], activation="relu")),
    layer_case("conv2d same, strides", [7, 8, 2], conv(filters=3, kernel_size=3, strides=[2, 3], padding="same")),
    layer_case("conv2d no bias, one pixel", [3, 4, 5], conv(filters=2, kernel_size=1, use_bias=False)),
    layer_case("conv2d batch of 1", [4, 5, 1], conv(filters=2, kernel_size=[4, 5]), batch=1),
    layer_case("max pooling", [6, 4, 3], pool("Max")),
    layer_case("max pooling, rest left over", [7, 5, 2], pool("Max", pool_size=[3, 2])),
    layer_case("max pooling, overlapping", [5, 6, 2], pool("Max", pool_size=3, strides=[1, 2])),
    layer_case("max pooling same", [5, 7, 2], pool("Max", pool_size=[2, 3], strides=2, padding="same")),
    layer_case("average pooling", [6, 4, 3], pool("Average", pool_size=2)),
    layer_case("average pooling, rest left over", [7, 5, 2], pool("Average", pool_size=[3, 2])),
    layer_case("average pooling, overlapping", [5, 6, 2], pool("Average", pool_size=3, strides=[1, 2])),
    layer_case("average pooling same", [5, 7, 2], pool("Average", pool_size=[2, 3], strides=2, padding="same")),
    layer_case("dense", [5], [{"type": "Dense", "units": 3, "activation": "sigmoid"}], batch=4),
    layer_case("dense on a sequence", [4, 3], [{"type": "Dense", "units": 2, "activation": "softmax"}]),
    layer_case("dense on an image, no bias", [2, 3, 4], [{"type": "Dense", "units": 5, "use_bias": False}]),
    layer_case("flatten", [2, 3, 4], [{"type": "Flatten"}]),
    layer_case("rescaling", [3, 2], [{"type": "Rescaling", "scale": 0.25, "offset": -1.5}]),
    layer_case("gru", [5, 3], gru(units=4)),
    layer_case("gru, sequences", [4, 2], gru(units=3, return_sequences=True)),
    layer_case("gru, reset before", [5, 3], gru(units=4, reset_after=False)),
    layer_case("gru, reset before, sequences", [4, 2], gru(units=3, reset_after=False, return_sequences=True)),
    layer_case("gru, no bias", [3, 2], gru(units=4, use_bias=False)),
    layer_case("gru, one step, batch of 1", [1, 2], gru(units=3, return_sequences=True), batch=1),
    layer_case("gru, other activations", [4, 3],
               gru(units=2, activation="softsign", recurrent_activation="hard_sigmoid", return_sequences=True)),
    layer_case("gru, other activations, reset before", [4, 3],
               gru(units=2, activation="elu", recurrent_activation="sigmoid", reset_after=False)),
    layer_case("two grus", [4, 2], gru(units=3, return_sequences=True) + gru(units=2)),
    layer_case("lstm", [5, 3], lstm(units=4)),
    layer_case("lstm, sequences", [4, 2], lstm(units=3, return_sequences=True)),
    layer_case("lstm, no bias", [3, 2], lstm(units=4, use_bias=False)),
    layer_case("lstm, one step, batch of 1", [1, 2], lstm(units=3, return_sequences=True), batch=1),
    layer_case("lstm, other activations", [4, 3], lstm(units=2, activation="relu", recurrent_activation="hard_sigmoid")),
    layer_case("simple rnn", [5, 3], rnn(units=4)),
    layer_case("simple rnn, sequences", [4, 2], rnn(units=3, return_sequences=True)),
    layer_case("simple rnn, relu, no bias", [4, 2], rnn(units=3, activation="relu", use_bias=False)),
] + [
    layer_case(f"{name}, {label}", [4, 2], [{"type": kind, "units": 3, **arguments}], outputs=outputs)
    for name, kind, outputs in [
        ("gru", "GRU", ["gru", "gru:1"]), ("lstm", "LSTM", ["lstm", "lstm:1", "lstm:2"]),
        ("simple rnn", "SimpleRNN", ["simple_rnn", "simple_rnn:1"]),
    ]
    for label, arguments in [
        ("states", {"return_state": True}),
        ("backwards, sequences and states",
         {"return_state": True, "return_sequences": True, "go_backwards": True}),
    ]
] + [
    layer_case(f"{kind} masked{label}", [5, 2], MASKING + [{"type": kind, "units": 3, **arguments}], batch=4,
               draw=padded)
    for kind in ["GRU", "LSTM", "SimpleRNN"]
    for label, arguments in [
        ("", {}), (", sequences", {"return_sequences": True}),
        (", backwards", {"return_sequences": True, "go_backwards": True}),
        (", zero output", {"return_sequences": True, "zero_output_for_mask": True}),
    ]
] + [
    layer_case("lstm masked, other activations, states", [5, 2], MASKING + lstm(
        units=3, activation="softsign", return_state=True), batch=4, draw=padded, outputs=["lstm", "lstm:1", "lstm:2"]),
    layer_case("two grus masked", [5, 2], MASKING + gru(units=3, return_sequences=True) + gru(units=2), batch=4,
               draw=padded),
    layer_case("lstm, initial state", None, [
        {"type": "InputLayer", "shape": [3, 2], "name": "steps"},
        {"type": "InputLayer", "shape": [4], "name": "h"},
        {"type": "InputLayer", "shape": [4], "name": "c"},
        {"type": "LSTM", "units": 4, "inputs": ["steps", "h", "c"], "return_sequences": True},
    ]),
    layer_case("gru, initial state, masked", None, [
        {"type": "InputLayer", "shape": [5, 2], "name": "steps"},
        {"type": "InputLayer", "shape": [4, 3], "name": "before"},
        {"type": "Masking", "inputs": ["steps"]},
        {"type": "GRU", "units": 3, "inputs": ["before"], "name": "encoder"},
        {"type": "GRU", "units": 3, "inputs": ["masking", "encoder"], "return_sequences": True, "return_state": True,
         "name": "decoder"},
    ], batch=4, draw=padded, outputs=["decoder", "decoder:1"]),
    layer_case("embedding", [4], [{"type": "Embedding", "input_dim": 6, "output_dim": 3}], draw=integers(6)),
    layer_case("embedding of a table", [2, 3], [{"type": "Embedding", "input_dim": 6, "output_dim": 2}],
               draw=integers(6)),
    layer_case("embedding, masked lstm", [6], EMBEDDING + lstm(units=2), batch=4, draw=integers(3)),
    layer_case("embedding, masked mean", [6], EMBEDDING + [{"type": "GlobalAveragePooling1D"}], batch=4,
               draw=integers(4)),
    layer_case("masking a value", [4, 2], [{"type": "Masking", "mask_value": 0.5}]),
    layer_case("global average pooling", [3, 4, 2], [{"type": "GlobalAveragePooling2D"}]),
    layer_case("global average pooling, kept", [3, 4, 2], [{"type": "GlobalAveragePooling2D", "keepdims": True}]),
    layer_case("global average pooling of steps", [5, 2], [{"type": "GlobalAveragePooling1D"}]),
    layer_case("batch normalization, answering", [3, 4, 2], [{"type": "BatchNormalization"}]),
    layer_case("batch normalization", [3, 4, 2], [{"type": "BatchNormalization", "momentum": 0.8}], training=True),
    layer_case("batch normalization of rows", [5], [{"type": "BatchNormalization", "epsilon": 0.1}], batch=7,
               training=True),
    layer_case("batch normalization, no scale", [4], [{"type": "BatchNormalization", "scale": False}], batch=5,
               training=True),
    layer_case("batch normalization, no center", [4], [{"type": "BatchNormalization", "center": False}], batch=5,
               training=True),
    layer_case("batch normalization, frozen", [4], [{"type": "BatchNormalization", "trainable": False}], batch=5,
               training=True),
    layer_case("batch normalization of another axis", [3, 4, 2], [{"type": "BatchNormalization", "axis": 1}], batch=3,
               training=True),
    layer_case("batch normalization of another axis, answering", [3, 4, 2], [
        {"type": "BatchNormalization", "axis": -2}]),
    layer_case("batch normalization of the steps, masked", [5, 2], MASKING + [{"type": "BatchNormalization", "axis": 1}],
               batch=4, draw=padded, training=True),
    layer_case("batch normalization, masked", [5, 2], MASKING + [{"type": "BatchNormalization"}], batch=4, draw=padded,
               training=True),
    layer_case("a residual block", [5, 4, 3], [
        {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same", "use_bias": False, "name": "first"},
        {"type": "BatchNormalization", "name": "first_norm"},
        {"type": "Activation", "activation": "relu", "name": "first_relu"},
        {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same", "use_bias": False, "name": "second"},
        {"type": "BatchNormalization", "name": "second_norm"},
        {"type": "Add", "inputs": ["second_norm", "first"]},
        {"type": "Activation", "activation": "relu"},
        {"type": "GlobalAveragePooling2D"},
    ], batch=3, training=True),
] + [
    layer_case(f"merging: {kind}", [4], branches({"type": kind, "inputs": ["a", "b"]}), batch=3)
    for kind in ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]
] + [
    layer_case("adding three", [4], branches(
        {"type": "Dense", "units": 3, "name": "c"}, {"type": "Add", "inputs": ["a", "c", "b"]})),
    layer_case("multiplying stretched inputs", None, [
        {"type": "InputLayer", "shape": [4, 3], "name": "x"}, {"type": "InputLayer", "shape": [1, 3], "name": "y"},
        {"type": "Multiply", "inputs": ["x", "y"]},
    ]),
    layer_case("concatenating steps", None, [
        {"type": "InputLayer", "shape": [4, 3], "name": "x"}, {"type": "InputLayer", "shape": [2, 3], "name": "y"},
        {"type": "Concatenate", "axis": 1, "inputs": ["x", "y"]},
    ]),
    layer_case("a shared layer", None, [
        {"type": "InputLayer", "shape": [4], "name": "x"}, {"type": "InputLayer", "shape": [4], "name": "y"},
        {"type": "Dense", "units": 3, "activation": "tanh", "name": "twin", "inputs": ["x"]},
        {"reuse": "twin", "name": "other", "inputs": ["y"]},
        {"type": "Subtract", "inputs": ["twin", "other"]},
    ], outputs=["subtract", "twin"]),
    layer_case("a small convolutional network", [8, 7, 1], [
        {"type": "Rescaling", "scale": 0.5},
        {"type": "Conv2D", "filters": 3, "kernel_size": 3, "padding": "same", "activation": "relu"},
        {"type": "MaxPooling2D"},
        {"type": "Conv2D", "filters": 4, "kernel_size": 2, "activation": "tanh"},
        {"type": "AveragePooling2D", "pool_size": [2, 1]},
        {"type": "Flatten"},
        {"type": "Dropout", "rate": 0.5},
        {"type": "Dense", "units": 5, "activation": "softmax"},
    ]),
] + [
    layer_case(f"activation {name}", [3, 4], [{"type": "Activation", "activation": name}]) for name in ACTIVATIONS
]

SOFTMAX = [{"type": "Dense", "units": 4, "activation": "softmax"}]
LINEAR = [{"type": "Dense", "units": 4}]
POSITIVE = [{"type": "Dense", "units": 4, "activation": "softplus"}]
SIGMOID = [{"type": "Dense", "units": 2, "activation": "sigmoid"}]
HARD = [{"type": "Dense", "units": 2, "activation": "sigmoid"}, {"type": "Rescaling", "scale": 0.9, "offset": 0.05}]


BINARY = "BinaryCrossentropy"
LOSSES = [
    loss_case("huber", [5], LINEAR, {"type": "Huber"}, numbers),
    loss_case("huber, delta", [5], LINEAR, {"type": "Huber", "delta": 0.4}, numbers),
    loss_case("log-cosh", [5], LINEAR, {"type": "LogCosh"}, numbers),
    loss_case("kl divergence", [5], SOFTMAX, {"type": "KLDivergence"}, distribution),
    loss_case("poisson", [5], POSITIVE, {"type": "Poisson"}, distribution),
    loss_case("hinge, labels 0 and 1", [5], LINEAR, {"type": "Hinge"}, bits),
    loss_case("hinge, labels -1 and 1", [5], LINEAR, {"type": "Hinge"}, signs),
    loss_case("squared hinge", [5], LINEAR, {"type": "SquaredHinge"}, bits),
    loss_case("categorical hinge", [5], LINEAR, {"type": "CategoricalHinge"}, one_hot),
    loss_case("cosine similarity", [5], LINEAR, {"type": "CosineSimilarity"}, numbers),
    loss_case("absolute percentage error", [5], LINEAR, {"type": "MeanAbsolutePercentageError"}, numbers),
    loss_case("squared logarithmic error", [5], POSITIVE, {"type": "MeanSquaredLogarithmicError"}, distribution),
    loss_case("sparse, softmax", [5], SOFTMAX, {"type": SPARSE}, labels),
    loss_case("sparse, from logits", [5], LINEAR, {"type": SPARSE, "from_logits": True}, labels),
    loss_case("sparse, other positive results", [5], POSITIVE, {"type": SPARSE}, labels),
    loss_case("sparse, on a sequence", [3, 5], SOFTMAX, {"type": SPARSE}, labels),
    loss_case("sparse, smoothed", [5], SOFTMAX, {"type": SPARSE, "label_smoothing": 0.2}, labels),
    loss_case("sparse, smoothed, from logits, on a sequence", [3, 5], LINEAR, {
        "type": SPARSE, "label_smoothing": 0.1, "from_logits": True}, labels),
    loss_case("sparse, smoothed, other positive results", [5], POSITIVE, {
        "type": SPARSE, "label_smoothing": 0.3}, labels),
    loss_case("categorical, softmax", [5], SOFTMAX, {"type": CATEGORICAL}, distribution),
    loss_case("categorical, from logits", [5], LINEAR, {"type": CATEGORICAL, "from_logits": True}, distribution),
    loss_case("categorical, smoothed", [5], SOFTMAX, {"type": CATEGORICAL, "label_smoothing": 0.2}, distribution),
    loss_case("binary, sigmoid", [5], SIGMOID, {"type": BINARY}, bits),
    loss_case("binary, from logits", [5], LINEAR, {"type": BINARY, "from_logits": True}, bits),
    loss_case("binary, other fractions", [5], HARD, {"type": BINARY}, bits),
    loss_case("binary, smoothed", [5], SIGMOID, {"type": BINARY, "label_smoothing": 0.1}, bits),
    loss_case("squared error", [5], LINEAR, {"type": "MeanSquaredError"}, numbers),
    loss_case("squared error, on a sequence", [3, 5], LINEAR, {"type": "MeanSquaredError"}, numbers),
    loss_case("absolute error", [5], LINEAR, {"type": "MeanAbsoluteError"}, numbers),
]


if __name__ == "__main__":
    write(sys.argv[1], "layers.json.gz", LAYERS + MORE_LAYERS + ATTENTION_LAYERS + NORMALIZATIONS + POSITIONS)
    write(sys.argv[1], "losses.json.gz", LOSSES)
