"""Writes derivatives, activations, gates and attention that Keras and PyTorch come to, for the views inside a network.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_view_fixtures.py Tests/NNTests/Fixtures

A case of views.json.gz holds a model, a row, weights, what every layer gives, for some numbers of the model their
gradients by the row, by a layer and by the weights, and for a picture's convolution its Grad-CAM. A case with a
recurrent layer holds its gates, computed step by step by Keras's formulas in double precision.
"""

import gzip
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import torch

SOURCE = f"keras {keras.__version__} (torch {torch.__version__})"
random = np.random.Generator(np.random.PCG64(23))


def tensor(array):
    array = np.asarray(array.detach().numpy() if torch.is_tensor(array) else array, "float32")
    return {"shape": list(array.shape), "values": [float(x) for x in array.ravel()]}


def made(entry):
    arguments = {k: v for k, v in entry.items() if k != "type"}
    return getattr(keras.layers, entry["type"])(**arguments)


def named(parameters):
    return [{"name": name, **tensor(value)} for name, value in parameters]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru(x, weights, reset_after):
    kernel, recurrent, bias = [np.asarray(w, "float64") for w in weights]
    units = recurrent.shape[0]
    b, c = (bias[0], bias[1]) if reset_after else (bias, np.zeros(3 * units))
    cut = lambda a, gate: a[..., gate * units : (gate + 1) * units]
    h = np.zeros(units)
    found = {"z": [], "r": [], "candidate": [], "h": []}
    for step in np.asarray(x, "float64"):
        own = step @ kernel + b
        z = sigmoid(cut(own, 0) + h @ cut(recurrent, 0) + cut(c, 0))
        r = sigmoid(cut(own, 1) + h @ cut(recurrent, 1) + cut(c, 1))
        inner = r * (h @ cut(recurrent, 2) + cut(c, 2)) if reset_after else (r * h) @ cut(recurrent, 2)
        candidate = np.tanh(cut(own, 2) + inner)
        h = z * h + (1 - z) * candidate
        for name, value in (("z", z), ("r", r), ("candidate", candidate), ("h", h)):
            found[name].append(value)
    return found


def lstm(x, weights):
    kernel, recurrent, bias = [np.asarray(w, "float64") for w in weights]
    units = recurrent.shape[0]
    cut = lambda a, gate: a[..., gate * units : (gate + 1) * units]
    h, c = np.zeros(units), np.zeros(units)
    found = {name: [] for name in ("i", "f", "candidate", "o", "h", "c")}
    for step in np.asarray(x, "float64"):
        own = step @ kernel + bias + h @ recurrent
        i, f, o = sigmoid(cut(own, 0)), sigmoid(cut(own, 1)), sigmoid(cut(own, 3))
        candidate = np.tanh(cut(own, 2))
        c = f * c + i * candidate
        h = o * np.tanh(c)
        for name, value in (("i", i), ("f", f), ("candidate", candidate), ("o", o), ("h", h), ("c", c)):
            found[name].append(value)
    return found


def case(name, shape, layers, numbers, by=None, conv=None):
    """A stack of layers; numbers are (kind, index), by is a layer whose gradient is taken too."""
    model = keras.Sequential([keras.Input(tuple(shape))] + [made(layer) for layer in layers])
    weights = []
    for place, layer in enumerate(model.layers):
        values = [random.normal(0, 0.4, w.shape) + (1 if "variance" in w.path else 0) for w in layer.weights]
        values = [np.abs(v) if "variance" in w.path else v for v, w in zip(values, layer.weights)]
        layer.set_weights(values)
        weights += [(f"{layers[place]['name']}/{w.name}", v) for w, v in zip(layer.weights, values)]
    row = random.normal(0, 1, [1] + shape).astype("float32")
    x = torch.tensor(row, requires_grad=True)

    def run(x):
        given, values = x, []
        for place, layer in enumerate(model.layers):
            if place == len(model.layers) - 1 and getattr(layer, "activation", None) is not None:
                logits = keras.ops.matmul(given, layer.kernel) + layer.bias
                given = layer.activation(logits)
            else:
                given, logits = layer(given), None
            given.retain_grad()
            values.append(given)
        return values, logits

    activations = [tensor(value[0]) for value in run(x)[0]]
    gradients = []
    trainable = [w for layer in model.layers for w in layer.trainable_weights]
    names = [f"{layers[p]['name']}/{w.name}" for p, layer in enumerate(model.layers) for w in layer.trainable_weights]
    for kind, index in numbers:
        values, logits = run(x)
        number = (logits if kind == "logit" else values[-1])[0, index]
        asked = [x] + [w.value for w in trainable] + ([values[by]] if by is not None else [])
        found = torch.autograd.grad(number, asked, allow_unused=True)
        entry = {
            "value": kind, "index": index, "number": float(number.detach()), "input": tensor(found[0][0]),
            "weights": named(zip(names, found[1 : 1 + len(trainable)])),
        }
        if by is not None:
            entry |= {"layer": layers[by]["name"], "by_layer": tensor(found[-1][0])}
        if conv is not None:
            gradient = torch.autograd.grad(
                (lambda v, l: (l if kind == "logit" else v[-1])[0, index])(*(again := run(x))), [again[0][conv]]
            )[0][0]
            alpha = gradient.mean(dim=(0, 1))
            cam = torch.relu((again[0][conv][0] * alpha).sum(-1))
            resized = torch.nn.functional.interpolate(
                cam[None, None], size=shape[:2], mode="bilinear", align_corners=False
            )[0, 0]
            entry["grad_cam"] = {"layer": layers[conv]["name"], "channel_weights": tensor(alpha), "map": tensor(cam),
                                 "map_on_input": tensor(resized)}
        gradients.append(entry)
    written = {
        "name": name,
        "source": SOURCE,
        "definition": {"name": name, "input_shape": shape, "layers": layers},
        "row": tensor(row[0]),
        "weights": named(weights),
        "activations": activations,
        "gradients": gradients,
    }
    for place, layer in enumerate(layers):
        given = row[0] if place == 0 else run(x)[0][place - 1][0].detach().numpy()
        if layer["type"] == "GRU":
            found = gru(given, model.layers[place].get_weights(), layer.get("reset_after", True))
        elif layer["type"] == "LSTM":
            found = lstm(given, model.layers[place].get_weights())
        else:
            continue
        written["gates"] = {"layer": layer["name"], **{name: tensor(value) for name, value in found.items()}}
    return written


def main(folder):
    cases = [
        case(
            "convolution", [7, 6, 2],
            [
                {"type": "Conv2D", "name": "conv", "filters": 3, "kernel_size": 3, "activation": "relu"},
                {"type": "BatchNormalization", "name": "norm"},
                {"type": "MaxPooling2D", "name": "pool"},
                {"type": "Flatten", "name": "flat"},
                {"type": "Dense", "name": "dense", "units": 4, "activation": "softmax"},
            ],
            [("logit", 0), ("logit", 3), ("output", 1)], by=0, conv=0,
        ),
        case(
            "gru", [9, 4],
            [
                {"type": "GRU", "name": "gru", "units": 5},
                {"type": "Dense", "name": "dense", "units": 1, "activation": "sigmoid"},
            ],
            [("logit", 0), ("output", 0)], by=0,
        ),
        case(
            "gru-before", [6, 3],
            [
                {"type": "GRU", "name": "gru", "units": 4, "reset_after": False},
                {"type": "Dense", "name": "dense", "units": 3, "activation": "softmax"},
            ],
            [("logit", 2)], by=0,
        ),
        case(
            "lstm", [8, 3],
            [
                {"type": "Dense", "name": "first", "units": 4},
                {"type": "LSTM", "name": "lstm", "units": 5},
                {"type": "Dense", "name": "dense", "units": 3, "activation": "softmax"},
            ],
            [("logit", 1), ("output", 1)], by=0,
        ),
    ]
    path = os.path.join(folder, "views.json.gz")
    with open(path, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
        packed.write(json.dumps(cases, separators=(",", ":")).encode())
    print(path, os.path.getsize(path))


if __name__ == "__main__":
    main(sys.argv[1])
