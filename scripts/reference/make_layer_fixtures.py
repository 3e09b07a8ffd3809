"""Writes the numbers that layers and losses are tested against: Keras on PyTorch, in double precision.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_layer_fixtures.py Tests/NNTests/Fixtures

A case of layers.json holds layers as a definition names them, weights, a batch of inputs and a cotangent; from Keras
come the output and the gradients of the sum of output times cotangent. A case of losses.json holds layers, a batch of
inputs and targets; from Keras come the loss of each sample and the gradients of their sum. Inputs and weights are
32-bit numbers, so that both sides start from the same.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch

keras.backend.set_floatx("float64")
torch.set_num_threads(1)


def single(array):
    return np.asarray(array, dtype=np.float32)


def tensor(array):
    array = np.asarray(array)
    digits = "%.9g"
    return {"shape": list(array.shape), "values": [float(digits % value) for value in array.ravel()]}


class InsideAveragePooling2D(keras.layers.AveragePooling2D):
    """Average pooling with the padding "same" as Keras does it on TensorFlow and JAX: over what lies inside the image.

    On PyTorch Keras repeats the edge instead, which gives other numbers.
    """

    def call(self, inputs):
        if self.padding != "same":
            return super().call(inputs)
        sides = []
        for extent, size, stride in reversed(list(zip(inputs.shape[1:3], self.pool_size, self.strides))):
            total = max((-(-extent // stride) - 1) * stride + size - extent, 0)
            sides += [total // 2, total - total // 2]
        image = torch.nn.functional.pad(inputs.permute(0, 3, 1, 2), sides)
        inside = torch.nn.functional.pad(torch.ones_like(inputs).permute(0, 3, 1, 2), sides)
        pool = torch.nn.AvgPool2d(self.pool_size, self.strides)
        return (pool(image) / pool(inside)).permute(0, 2, 3, 1)


KERAS_LAYERS = {**vars(keras.layers), "AveragePooling2D": InsideAveragePooling2D}


def build(layers, input_shape):
    names = {}
    model = [keras.layers.InputLayer(shape=input_shape)]
    for layer in layers:
        arguments = {key: value for key, value in layer.items() if key != "type"}
        snake = keras.src.utils.naming.to_snake_case(layer["type"])
        count = names.get(snake, 0)
        names[snake] = count + 1
        arguments.setdefault("name", snake if count == 0 else f"{snake}_{count}")
        model.append(KERAS_LAYERS[layer["type"]](**arguments))
    return keras.Sequential(model)


def draw_weights(model, random):
    """Draws every weight, biases too, so that no term is zero; gives names and variables."""
    named = {}
    for layer in model.layers:
        for variable in layer.trainable_variables:
            variable.assign(single(random.normal(0, 0.4, variable.shape)).astype(np.float64))
            named[f"{layer.name}/{variable.name}"] = variable
    return named


def gradients(total, x, named):
    values = [x] + [variable.value for variable in named.values()]
    found = torch.autograd.grad(total, values, allow_unused=True)
    names = ["input"] + list(named)
    return {
        name: tensor(np.zeros(value.shape) if gradient is None else gradient.numpy())
        for name, value, gradient in zip(names, values, found)
    }


def prepare(name, input_shape, layers, batch, deviation=1.0):
    random = np.random.default_rng(sum(name.encode()) * 7919)
    model = build(layers, input_shape)
    named = draw_weights(model, random)
    x = single(random.normal(0, deviation, [batch] + input_shape))
    case = {
        "name": name,
        "definition": {"name": "reference", "input_shape": input_shape, "layers": layers},
        "weights": {key: tensor(value.value.detach().numpy()) for key, value in named.items()},
        "input": tensor(x),
    }
    return random, model, named, torch.tensor(x.astype(np.float64), requires_grad=True), case


def layer_case(name, input_shape, layers, batch=2):
    random, model, named, x, case = prepare(name, input_shape, layers, batch)
    output = model(x, training=False)
    cotangent = single(random.normal(0, 1, tuple(output.shape)))
    total = (output * torch.tensor(cotangent.astype(np.float64))).sum()
    case["output"] = tensor(output.detach().numpy())
    case["cotangent"] = tensor(cotangent)
    case["gradients"] = gradients(total, x, named)
    return case


def loss_case(name, input_shape, layers, loss, target_of, batch=3):
    random, model, named, x, case = prepare(name, input_shape, layers, batch)
    output = model(x, training=False)
    target = single(target_of(random, tuple(output.shape)))
    arguments = {key: value for key, value in loss.items() if key != "type"}
    function = getattr(keras.losses, loss["type"])(reduction=None, **arguments)
    values = function(torch.tensor(target.astype(np.float64)), output)
    values = values.reshape(batch, -1).mean(dim=1)
    case["loss"] = loss
    case["target"] = tensor(target)
    case["losses"] = tensor(values.detach().numpy())
    case["gradients"] = gradients(values.sum(), x, named)
    return case


def conv(**arguments):
    return [{"type": "Conv2D", **arguments}]


def pool(kind, **arguments):
    return [{"type": f"{kind}Pooling2D", **arguments}]


def gru(**arguments):
    return [{"type": "GRU", **arguments}]


ACTIVATIONS = [
    "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "sigmoid", "hard_sigmoid", "silu", "tanh", "softplus",
    "softsign", "exponential", "softmax", "log_softmax",
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


def labels(random, shape):
    return random.integers(0, shape[-1], shape[:-1])


def distribution(random, shape):
    return random.dirichlet(np.ones(shape[-1]), shape[:-1])


def bits(random, shape):
    return random.integers(0, 2, shape)


def numbers(random, shape):
    return random.normal(0, 1, shape)


SPARSE = "SparseCategoricalCrossentropy"
CATEGORICAL = "CategoricalCrossentropy"
BINARY = "BinaryCrossentropy"
LOSSES = [
    loss_case("sparse, softmax", [5], SOFTMAX, {"type": SPARSE}, labels),
    loss_case("sparse, from logits", [5], LINEAR, {"type": SPARSE, "from_logits": True}, labels),
    loss_case("sparse, other positive results", [5], POSITIVE, {"type": SPARSE}, labels),
    loss_case("sparse, on a sequence", [3, 5], SOFTMAX, {"type": SPARSE}, labels),
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


def write(folder, name, cases):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write("[\n")
        file.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
        file.write("\n]\n")
    print(f"{path}: {len(cases)} cases, {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    write(sys.argv[1], "layers.json", LAYERS)
    write(sys.argv[1], "losses.json", LOSSES)
