"""Writes the numbers of the rest of Keras's layers and losses, and Keras's own lists of what there is.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_vocabulary_fixtures.py Tests/NNTests/Fixtures

Cases of vocabulary_layers.json.gz and vocabulary_losses.json.gz are as those of make_layer_fixtures.py; a case of
vocabulary_metrics.json.gz holds a metric, predictions, targets and what Keras makes of them. keras_names.json.gz holds, with Keras's version, the names that keras.layers, keras.losses, keras.metrics and keras.optimizers export, those
that mean the same as one list.
"""

import inspect
import sys

import numpy as np

from reference_cases import (
    bits, distribution, integers, keras, labels, layer_case, loss_case, one, one_hot, padded, single, tensor,
    write,
)


def timed(kind, **arguments):
    """Masked vectors, each made an image of 2 by 3 with one channel or so, and what goes along them."""
    shapes = {1: [6, 1], 2: [2, 3, 1], 3: [1, 2, 3, 1]}
    return [
        {"type": "Masking"},
        {"type": "TimeDistributed", "layer": {"type": "Reshape", "target_shape": shapes[int(kind[8])]}},
        {"type": kind, "name": "conv", **arguments},
    ]


SIMPLE = [
    layer_case("prelu", [4, 3], one("PReLU")),
    layer_case("prelu, shared axes", [3, 4, 2], one("PReLU", shared_axes=[1, 2])),
    layer_case("prelu, one shared axis", [4, 3], one("PReLU", shared_axes=1)),
    layer_case("identity", [4, 3], one("Identity")),
    layer_case("activity regularization", [4], one("ActivityRegularization", l1=0.1, l2=0.2)),
    layer_case("softmax of another axis", [3, 4, 2], one("Softmax", axis=1)),
    layer_case("softmax of several axes", [3, 4, 2], one("Softmax", axis=[1, -1])),
    layer_case("softmax of the last axis by its number", [3, 4], one("Softmax", axis=2)),
    layer_case("cropping of steps", [6, 2], one("Cropping1D", cropping=[1, 2])),
    layer_case("cropping of steps, default", [6, 2], one("Cropping1D")),
    layer_case("cropping of volumes", [4, 5, 6, 2], one("Cropping3D", cropping=[[1, 0], [2, 1], [0, 3]])),
    layer_case("cropping of volumes, each axis", [4, 5, 7, 1], one("Cropping3D", cropping=[1, 2, 3])),
    layer_case("zero padding of steps", [3, 2], one("ZeroPadding1D", padding=[2, 1])),
    layer_case("zero padding of steps, default", [3, 2], one("ZeroPadding1D")),
    layer_case("zero padding of volumes", [2, 1, 2, 2], one("ZeroPadding3D", padding=[[1, 0], [2, 1], [0, 3]])),
    layer_case("zero padding of volumes, default", [1, 2, 1, 2], one("ZeroPadding3D")),
    layer_case("upsampling of steps", [3, 2], one("UpSampling1D", size=3)),
    layer_case("upsampling of volumes", [2, 1, 3, 2], one("UpSampling3D", size=[2, 3, 1])),
    layer_case("a max pooling by another name", [4, 4, 1], one("MaxPool2D")),
]

CONVOLUTIONS = [
    layer_case("conv1d transpose", [4, 2], one("Conv1DTranspose", filters=3, kernel_size=3)),
    layer_case("conv1d transpose, strides", [4, 2], one("Conv1DTranspose", filters=3, kernel_size=3, strides=2)),
    layer_case("conv1d transpose same, strides", [4, 2], one(
        "Conv1DTranspose", filters=2, kernel_size=4, strides=3, padding="same", activation="tanh", use_bias=False)),
    layer_case("conv1d transpose, strides beyond the window", [3, 2], one(
        "Conv1DTranspose", filters=2, kernel_size=2, strides=3)),
    layer_case("conv1d transpose, output padding", [4, 2], one(
        "Conv1DTranspose", filters=2, kernel_size=3, strides=2, output_padding=1)),
    layer_case("conv1d transpose, dilated", [4, 2], one(
        "Conv1DTranspose", filters=2, kernel_size=2, dilation_rate=2)),
    layer_case("conv3d transpose", [2, 3, 2, 2], one("Conv3DTranspose", filters=2, kernel_size=[2, 3, 2])),
    layer_case("conv3d transpose, strides", [2, 2, 3, 2], one(
        "Conv3DTranspose", filters=3, kernel_size=[3, 2, 2], strides=2)),
    layer_case("conv3d transpose same, strides", [2, 2, 3, 1], one(
        "Conv3DTranspose", filters=2, kernel_size=3, strides=[2, 1, 2], padding="same", activation="relu")),
    layer_case("conv3d transpose, strides beyond the window", [2, 2, 2, 1], one(
        "Conv3DTranspose", filters=2, kernel_size=[1, 2, 1], strides=[3, 2, 2])),
    layer_case("conv3d transpose, output padding, no bias", [2, 3, 2, 1], one(
        "Conv3DTranspose", filters=2, kernel_size=2, strides=2, output_padding=[1, 0, 1], use_bias=False)),
    layer_case("conv3d transpose, dilated", [3, 2, 2, 1], one(
        "Conv3DTranspose", filters=2, kernel_size=2, dilation_rate=[2, 1, 2])),
    layer_case("depthwise conv1d", [6, 3], one("DepthwiseConv1D", kernel_size=3)),
    layer_case("depthwise conv1d, two filters, strides", [7, 3], one(
        "DepthwiseConv1D", kernel_size=2, depth_multiplier=2, strides=2, padding="same", activation="relu")),
    layer_case("depthwise conv1d, dilated", [7, 2], one("DepthwiseConv1D", kernel_size=2, dilation_rate=3)),
    layer_case("separable conv1d", [6, 3], one("SeparableConv1D", filters=4, kernel_size=3)),
    layer_case("separable conv1d, two filters", [6, 2], one(
        "SeparableConv1D", filters=3, kernel_size=2, depth_multiplier=2, padding="same", use_bias=False)),
]

POOLINGS = [
    layer_case(f"{word} pooling to {text}", shape, one(f"Adaptive{kind}Pooling{rank}D", output_size=size))
    for kind, word in [("Average", "average"), ("Max", "max")]
    for rank, shape, size, text in [
        (1, [7, 2], 3, "three steps"), (1, [6, 2], 2, "half the steps"), (1, [3, 2], 5, "more steps"),
        (2, [5, 6, 2], [2, 3], "two by three"), (2, [4, 4, 1], 1, "one pixel"),
        (3, [3, 4, 5, 2], [2, 2, 3], "two by two by three"),
    ]
] + [
    layer_case("global average pooling of volumes", [2, 3, 2, 2], one("GlobalAveragePooling3D")),
    layer_case("global average pooling of volumes, kept", [2, 3, 2, 2], one("GlobalAveragePooling3D", keepdims=True)),
    layer_case("global max pooling of volumes", [2, 3, 2, 2], one("GlobalMaxPooling3D")),
    layer_case("global max pooling of volumes, kept", [2, 3, 2, 2], one("GlobalMaxPooling3D", keepdims=True)),
]

WORDS = {"type": "ReversibleEmbedding", "input_dim": 5, "output_dim": 3, "name": "words"}
BACK = {"reuse": "words", "name": "scores", "reverse": True}

COMPOSED = [
    layer_case("einsum dense", [4], one("EinsumDense", equation="ab,bc->ac", output_shape=3, bias_axes="c")),
    layer_case("einsum dense on a sequence", [4, 3], one(
        "EinsumDense", equation="abc,cd->abd", output_shape=[None, 2], bias_axes="d", activation="tanh")),
    layer_case("einsum dense, ellipsis", [2, 3, 4], one(
        "EinsumDense", equation="...x,xy->...y", output_shape=5, bias_axes="y")),
    layer_case("einsum dense, ellipsis on the right", [4, 2, 3], one(
        "EinsumDense", equation="ab...,bc->ac...", output_shape=2, bias_axes="c")),
    layer_case("einsum dense of heads", [3, 4], one(
        "EinsumDense", equation="abc,cde->abde", output_shape=[3, 2, 5], bias_axes="de")),
    layer_case("einsum dense back from heads, no bias", [3, 2, 4], one(
        "EinsumDense", equation="abcd,cde->abe", output_shape=[None, 3])),
    layer_case("einsum dense, a kernel each step", [3, 4], one(
        "EinsumDense", equation="abc,bcd->abd", output_shape=[3, 2], bias_axes="bd")),
    layer_case("einsum dense, turned", [3, 4], one("EinsumDense", equation="abc,dc->adb", output_shape=[2, None],
                                                   bias_axes="d")),
    layer_case("einsum dense, summed steps", [3, 4], one("EinsumDense", equation="abc,cd->ad", output_shape=2)),
    layer_case("spectral normalization, answering", [4], one("SpectralNormalization", layer={
        "type": "Dense", "units": 3})),
    layer_case("spectral normalization", [4], one("SpectralNormalization", layer={
        "type": "Dense", "units": 3, "activation": "tanh"}), training=True),
    layer_case("spectral normalization of a convolution", [4, 5, 2], one(
        "SpectralNormalization", layer={"type": "Conv2D", "filters": 3, "kernel_size": 2}, power_iterations=3),
        training=True),
    layer_case("spectral normalization of a table", [3], one("SpectralNormalization", layer={
        "type": "Embedding", "input_dim": 5, "output_dim": 3}), training=True, draw=integers(5)),
    layer_case("reversible embedding", [4], [WORDS], draw=integers(5)),
    layer_case("reversible embedding, there and back", [4], [WORDS, {"type": "Dense", "units": 3, "activation": "tanh"},
                                                             BACK], draw=integers(5)),
    layer_case("reversible embedding, not tied, capped", [4], [
        {**WORDS, "tie_weights": False, "logit_soft_cap": 0.5}, BACK], draw=integers(5)),
    layer_case("reversible embedding, masked", [6], [
        {**WORDS, "mask_zero": True}, {"type": "LSTM", "units": 2}], batch=4, draw=integers(3)),
]

CONV = {"filters": 2, "kernel_size": 2}
RECURRENT = [
    layer_case("conv lstm of steps", [3, 5, 2], one("ConvLSTM1D", **CONV)),
    layer_case("conv lstm of steps, same, sequences", [3, 4, 2], one(
        "ConvLSTM1D", filters=2, kernel_size=3, padding="same", return_sequences=True)),
    layer_case("conv lstm", [3, 4, 3, 1], one("ConvLSTM2D", **CONV)),
    layer_case("conv lstm, strides, sequences, backwards", [3, 5, 4, 2], one(
        "ConvLSTM2D", filters=2, kernel_size=[3, 2], strides=2, padding="same", return_sequences=True,
        go_backwards=True)),
    layer_case("conv lstm, dilated, no bias, other activations", [2, 5, 4, 1], one(
        "ConvLSTM2D", **CONV, dilation_rate=2, use_bias=False, activation="softsign",
        recurrent_activation="hard_sigmoid")),
    layer_case("conv lstm, states", [2, 3, 3, 1], one("ConvLSTM2D", **CONV, return_state=True, name="conv"),
               outputs=["conv", "conv:1", "conv:2"]),
    layer_case("conv lstm, initial states", None, [
        {"type": "InputLayer", "shape": [2, 3, 3, 1], "name": "x"}, {"type": "InputLayer", "shape": [3, 3, 2], "name": "h"},
        {"type": "InputLayer", "shape": [3, 3, 2], "name": "c"},
        {"type": "ConvLSTM2D", "filters": 2, "kernel_size": 2, "padding": "same", "inputs": ["x", "h", "c"]}]),
    layer_case("conv lstm masked", [4, 6], timed("ConvLSTM2D", **CONV), batch=4, draw=padded),
    layer_case("conv lstm masked, sequences", [4, 6], timed("ConvLSTM1D", **CONV, return_sequences=True), batch=4,
               draw=padded),
    layer_case("conv lstm masked, backwards, states", [4, 6], timed(
        "ConvLSTM2D", **CONV, return_sequences=True, return_state=True, go_backwards=True), batch=4, draw=padded,
        outputs=["conv", "conv:1", "conv:2"]),
    layer_case("conv lstm of volumes", [2, 2, 3, 2, 1], one("ConvLSTM3D", **CONV)),
    layer_case("conv lstm of volumes, same, sequences", [2, 2, 2, 3, 1], one(
        "ConvLSTM3D", filters=1, kernel_size=2, padding="same", return_sequences=True)),
]

SOFTMAX = [{"type": "Dense", "units": 4, "activation": "softmax"}]
LINEAR = [{"type": "Dense", "units": 4}]
POSITIVE = [{"type": "Dense", "units": 4, "activation": "softplus"}]
SIGMOID = [{"type": "Dense", "units": 3, "activation": "sigmoid"}]
HARD = [*SIGMOID, {"type": "Rescaling", "scale": 0.9, "offset": 0.05}]
UNIT = [{"type": "Dense", "units": 3}, {"type": "UnitNormalization"}]

FOCAL, BINARY_FOCAL = "CategoricalFocalCrossentropy", "BinaryFocalCrossentropy"
GENERALIZED = "CategoricalGeneralizedCrossEntropy"
LOSSES = [
    loss_case("binary focal", [5], SIGMOID, {"type": BINARY_FOCAL}, bits),
    loss_case("binary focal, other fractions", [5], HARD, {"type": BINARY_FOCAL, "gamma": 3.5}, bits),
    loss_case("binary focal, balanced, smoothed", [5], SIGMOID, {
        "type": BINARY_FOCAL, "apply_class_balancing": True, "alpha": 0.3, "label_smoothing": 0.2}, bits),
    loss_case("binary focal, from logits, on a sequence", [3, 5], LINEAR, {
        "type": BINARY_FOCAL, "from_logits": True}, bits),
    loss_case("categorical focal", [5], SOFTMAX, {"type": FOCAL}, one_hot),
    loss_case("categorical focal, from logits, smoothed", [5], LINEAR, {
        "type": FOCAL, "from_logits": True, "label_smoothing": 0.1, "gamma": 1.5}, one_hot),
    loss_case("categorical focal, a share a class", [3, 5], POSITIVE, {
        "type": FOCAL, "alpha": [0.1, 0.2, 0.3, 0.4]}, distribution),
    loss_case("categorical generalized", [5], SOFTMAX, {"type": GENERALIZED}, labels),
    loss_case("categorical generalized, q", [5], SOFTMAX, {"type": GENERALIZED, "q": 0.9}, labels),
]


def groups(count):
    return lambda random, shape: np.arange(shape[0]) % count


LOSSES += [
    loss_case("dice", [5], SIGMOID, {"type": "Dice"}, bits, whole=True),
    loss_case("dice of each row", [4, 5], SIGMOID, {"type": "Dice", "axis": [1, 2]}, bits),
    loss_case("dice of each channel", [4, 5], SIGMOID, {"type": "Dice", "axis": [0, 1]}, bits, whole=True),
    loss_case("tversky", [5], SIGMOID, {"type": "Tversky"}, bits, whole=True),
    loss_case("tversky, shares, of each row", [4, 5], SIGMOID, {
        "type": "Tversky", "alpha": 0.3, "beta": 0.8, "axis": [1, 2]}, bits),
]


def circle_case(name, count, **arguments):
    return loss_case(name, [4], UNIT, {"type": "Circle", **arguments}, groups(count), batch=5)


LOSSES += [
    circle_case("circle", 2),
    circle_case("circle, other arguments", 2, gamma=2, margin=0.1, remove_diagonal=False),
]


def probabilities(random, shape):
    return random.dirichlet(np.ones(shape[-1]), shape[:-1])


def fractions(random, shape):
    return random.uniform(0, 1, shape)


def normal(random, shape):
    return random.normal(0, 1, shape)


def metric_case(metric, target_of, prediction_of, shape=(12, 4), function=None, name=None):
    """A metric over two batches; that of a function of Keras's is the mean of what it gives."""
    kind = metric if isinstance(metric, str) else metric["type"]
    name = name or (kind if isinstance(metric, str) else ", ".join([kind] + [
        f"{key} {value}" for key, value in metric.items() if key != "type"]))
    random = np.random.default_rng(sum(name.encode()) * 7919)
    prediction, target = single(prediction_of(random, shape)), single(target_of(random, shape))
    arguments = {} if isinstance(metric, str) else {key: value for key, value in metric.items() if key != "type"}
    if function:
        given = getattr(keras.losses, function)(target.astype(float), prediction.astype(float), **arguments)
        value = float(np.mean(np.asarray(given)))
    else:
        classes = {} if "num_classes" in arguments or "IoU" not in kind or kind == "BinaryIoU" else {
            "num_classes": shape[-1]}
        if kind in ("IoU", "OneHotIoU") and "target_class_ids" not in arguments:
            classes["target_class_ids"] = list(range(shape[-1]))
        if kind in ("IoU", "MeanIoU"):
            classes["sparse_y_pred"] = False
        if kind in ("F1Score", "FBetaScore") and "average" not in arguments:
            classes["average"] = "macro"
        measure = getattr(keras.metrics, kind)(**arguments, **classes)
        for begin in (0, shape[0] // 2):
            part = slice(begin, begin + shape[0] // 2)
            measure.update_state(target[part], prediction[part])
        value = float(np.mean(np.asarray(measure.result())))
    return {"name": name, "metric": metric, "predictions": tensor(prediction), "targets": tensor(target), "value": value}


def one_class(random, shape):
    return random.integers(0, shape[-1], shape[:-1])


METRICS = [
    metric_case(kind, bits, fractions, shape)
    for kind in ["TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives", "Precision", "Recall", "AUC",
                 "BinaryAccuracy", "BinaryIoU", "BinaryCrossentropy"]
    for shape in [(40, 1)]
] + [
    metric_case({"type": kind, **arguments}, bits, fractions, (40, 3))
    for kind, arguments in [
        ("TruePositives", {"thresholds": 0.3}), ("FalseNegatives", {"thresholds": 0.7}),
        ("Precision", {"thresholds": 0.6, "class_id": 1}), ("Recall", {"thresholds": [0.2]}), ("Recall", {"class_id": 2}),
        ("SensitivityAtSpecificity", {"specificity": 0.6}), ("SpecificityAtSensitivity", {"sensitivity": 0.7}),
        ("SensitivityAtSpecificity", {"specificity": 0.5, "num_thresholds": 11, "class_id": 1}),
        ("PrecisionAtRecall", {"recall": 0.8}), ("RecallAtPrecision", {"precision": 0.55}),
        ("RecallAtPrecision", {"precision": 0.99}),
        ("AUC", {"num_thresholds": 30}), ("AUC", {"curve": "PR"}), ("AUC", {"curve": "PR", "summation_method": "minoring"}),
        ("AUC", {"summation_method": "majoring", "num_thresholds": 20}),
        ("AUC", {"multi_label": True}), ("AUC", {"multi_label": True, "curve": "PR", "num_labels": 3}),
        ("AUC", {"multi_label": True, "label_weights": [0.5, 2, 1], "num_thresholds": 40}),
        ("Precision", {"top_k": 2}), ("Recall", {"top_k": 1, "class_id": 2}), ("Recall", {"top_k": 2, "thresholds": 0.4}),
        ("BinaryIoU", {"threshold": 0.3, "target_class_ids": [0]}), ("BinaryIoU", {"target_class_ids": [1]}),
        ("BinaryAccuracy", {"threshold": 0.25}),
        ("BinaryCrossentropy", {"label_smoothing": 0.2}),
        ("FBetaScore", {"beta": 2.0, "threshold": 0.4}), ("FBetaScore", {"beta": 0.5, "average": "micro", "threshold": 0.5}),
        ("F1Score", {"threshold": 0.6, "average": "weighted"}),
    ]
] + [
    metric_case(kind, one_hot, probabilities)
    for kind in ["CategoricalCrossentropy", "KLDivergence", "CategoricalHinge", "OneHotIoU", "OneHotMeanIoU", "F1Score",
                 "FBetaScore", "CategoricalAccuracy"]
] + [
    metric_case("TopKCategoricalAccuracy", one_hot, probabilities, (12, 8)),
    metric_case("SparseTopKCategoricalAccuracy", one_class, probabilities, (12, 8)),
    metric_case({"type": "TopKCategoricalAccuracy", "k": 2}, one_hot, probabilities),
    metric_case({"type": "CategoricalCrossentropy", "from_logits": True, "label_smoothing": 0.1}, one_hot, normal),
    metric_case({"type": "OneHotIoU", "target_class_ids": [1, 2]}, one_hot, probabilities),
    metric_case({"type": "FBetaScore", "beta": 2.0, "average": "weighted"}, one_hot, probabilities),
    metric_case({"type": "FBetaScore", "average": "micro"}, one_hot, probabilities),
    metric_case({"type": "BinaryCrossentropy", "from_logits": True}, bits, normal),
] + [
    metric_case(kind, one_class, probabilities)
    for kind in ["SparseCategoricalCrossentropy", "IoU", "MeanIoU", "SparseCategoricalAccuracy"]
] + [
    metric_case({"type": "SparseTopKCategoricalAccuracy", "k": 3}, one_class, probabilities),
    metric_case({"type": "SparseCategoricalCrossentropy", "from_logits": True}, one_class, normal),
    metric_case({"type": "IoU", "target_class_ids": [0, 3]}, one_class, probabilities),
    metric_case({"type": "MeanIoU", "ignore_class": 1}, one_class, probabilities),
    metric_case("SparseCategoricalCrossentropy", one_class, probabilities, (6, 3, 4), name="on a sequence"),
] + [
    metric_case(kind, normal, normal)
    for kind in ["CosineSimilarity", "LogCoshError", "R2Score", "PearsonCorrelation", "ConcordanceCorrelation", "Hinge",
                 "SquaredHinge", "MeanAbsoluteError", "MeanSquaredError", "RootMeanSquaredError",
                 "MeanAbsolutePercentageError"]
] + [
    metric_case({"type": "R2Score", "class_aggregation": "variance_weighted_average"}, normal, normal),
    metric_case({"type": "R2Score", "num_regressors": 3}, normal, normal),
    metric_case("MeanSquaredLogarithmicError", fractions, fractions),
    metric_case("Poisson", fractions, fractions),
    metric_case("Hinge", bits, normal, name="hinge of zeros and ones"),
    metric_case("huber", normal, normal, function="huber"),
    metric_case({"type": "huber", "delta": 0.5}, normal, normal, function="huber"),
    metric_case("binary_focal_crossentropy", bits, fractions, function="binary_focal_crossentropy"),
    metric_case({"type": "binary_focal_crossentropy", "apply_class_balancing": True, "gamma": 1.5}, bits, fractions,
                function="binary_focal_crossentropy"),
    metric_case("categorical_focal_crossentropy", one_hot, probabilities, function="categorical_focal_crossentropy"),
]


def names_of(module):
    """The classes that a module exports, each with its other names."""
    classes = {}
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if inspect.isclass(value):
            classes.setdefault(value, []).append(name)
    # The class's own name first.
    return sorted(
        sorted(names, key=lambda name: (name != kind.__name__, name)) for kind, names in classes.items()
    )


def functions_of(module):
    return sorted(name for name in dir(module) if inspect.isfunction(getattr(module, name)) and name[0] != "_")


def names():
    return [{
        "keras": keras.__version__,
        "layers": names_of(keras.layers),
        "losses": names_of(keras.losses),
        "loss_functions": functions_of(keras.losses),
        "metrics": names_of(keras.metrics),
        "metric_functions": functions_of(keras.metrics),
        "optimizers": names_of(keras.optimizers),
    }]


if __name__ == "__main__":
    write(sys.argv[1], "vocabulary_layers.json.gz", SIMPLE + CONVOLUTIONS + POOLINGS + COMPOSED + RECURRENT)
    write(sys.argv[1], "vocabulary_losses.json.gz", LOSSES)
    write(sys.argv[1], "vocabulary_metrics.json.gz", METRICS)
    write(sys.argv[1], "keras_names.json.gz", names())
