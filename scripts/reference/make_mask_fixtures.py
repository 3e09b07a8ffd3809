"""Writes one epoch of Keras for models with masks, regularizers and frozen layers, that the engine is tested against.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_mask_fixtures.py Tests/NNTests/Fixtures

A case of masks.json.gz holds a model, the options of the run as a request names them, data, first weights, and what
Keras came to: predictions, evaluation, the history of one epoch of plain gradient descent, and the last weights. Where
Keras 3.15 has no such thing (a class weight for each step), the case holds what gives the same number in Keras, a
weight for each step.
"""

import gzip
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np

SOURCE = f"keras {keras.__version__} ({keras.backend.backend()} backend)"
random = np.random.Generator(np.random.PCG64(11))


def tensor(array):
    array = np.asarray(array, "float32")
    return {"shape": list(array.shape), "values": [float(x) for x in array.ravel()]}


def made(entry):
    """A layer from its short form."""
    arguments = {k: v for k, v in entry.items() if k not in ("type", "inputs", "reuse")}
    for key in ("layer", "backward_layer"):
        if isinstance(arguments.get(key), dict):
            arguments[key] = made(arguments[key])
    for key, value in arguments.items():
        if key.endswith("regularizer") and isinstance(value, dict):
            arguments[key] = getattr(keras.regularizers, value["type"])(**{k: v for k, v in value.items() if k != "type"})
    return getattr(keras.layers, entry["type"])(**arguments)


def model(definition):
    """A Keras model from a definition's short form, and its layers in the definition's order."""
    layers, order, results, inputs, last = {}, [], {}, [], None
    if "input_shape" in definition:
        last = keras.Input(definition["input_shape"])
        inputs.append(last)
    for entry in definition["layers"]:
        if entry["type"] == "InputLayer":
            last = keras.Input(entry["shape"], name=entry["name"])
            inputs.append(last)
            results[entry["name"]] = [last]
            continue
        taken = [results[n.split(":")[0]][int((n + ":0").split(":")[1])] for n in entry["inputs"]] if "inputs" in entry else [last]
        layer = layers[entry["reuse"]] if "reuse" in entry else made(entry)
        order.append(layer)
        if "name" in entry:
            layers[entry["name"]] = layer
        given = layer(taken if len(taken) > 1 else taken[0])
        given = list(given) if isinstance(given, (list, tuple)) else [given]
        results[entry.get("name", layer.name)], last = given, given[0]
    outputs = [results[n][0] for n in definition["outputs"]] if "outputs" in definition else last
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs), order


def own_order(layers):
    """The variables layer by layer as the definition has them, within a layer in the order of the engine's parameters."""
    found = []
    for layer in layers:
        weights = layer.weights
        if isinstance(layer, keras.layers.Bidirectional):
            weights = layer.forward_layer.weights + layer.backward_layer.weights
        found += [v for v in weights if "seed_generator" not in v.path and not any(v is w for w in found)]
    return found


cases = []


def case(name, definition, x, y, loss, metrics=(), batch=None, note=None, class_weight=None, weights_as=None, fits=True):
    """Adds a case.

    `weights_as` are weights of rows or steps for Keras; with `class_weight` they are what that comes to.
    """
    built, layers = model(definition)
    variables = own_order(layers)
    for variable in variables:
        value = random.normal(0, 0.5, variable.shape).round(3)
        if variable.path.endswith("variance"):
            value = np.abs(value) + 0.5
        variable.assign(value.astype("float32"))
    before = [tensor(v) for v in variables]
    xs, ys = (x if isinstance(x, list) else [x]), (y if isinstance(y, list) else [y])
    batch = batch or len(xs[0])
    built.compile(keras.optimizers.SGD(0.5), loss=loss, metrics=metrics or None, run_eagerly=True, jit_compile=False)
    weights = None if weights_as is None else np.asarray(weights_as, "float32")
    plain = weights if class_weight is None else None
    evaluated = built.evaluate(x, y, sample_weight=plain, batch_size=batch, verbose=0, return_dict=True)
    predicted = built.predict(x, batch_size=batch, verbose=0)
    predicted = predicted if isinstance(predicted, list) else [predicted]
    expected = {"evaluate": {k: float(v) for k, v in evaluated.items()}, "predictions": [tensor(p) for p in predicted]}
    if fits:
        history = built.fit(x, y, sample_weight=weights, batch_size=batch, shuffle=False, verbose=0).history
        expected["history"] = {k: float(v[0]) for k, v in history.items()}
        expected["weights"] = [tensor(v) for v in variables]
    numbers = list(expected["evaluate"].values()) + list(expected.get("history", {}).values())
    assert np.isfinite(numbers).all(), (name, numbers)
    options = {"loss": loss, "optimizer": {"type": "SGD", "learning_rate": 0.5}, "batch_size": batch, "shuffle": False}
    if len(metrics):
        options["metrics"] = metrics
    if class_weight is not None:
        options["class_weight"] = class_weight
    entry = {"name": name, "source": SOURCE, "definition": {"name": "m", **definition}, "options": options, "weights": before,
             "inputs": [tensor(a) for a in xs], "targets": [tensor(a) for a in ys], "expected": expected}
    if note:
        entry["note"] = note
    if plain is not None:
        entry["sample_weight"] = tensor(plain)
    cases.append(entry)


tokens = np.array([[3, 1, 2, 0, 0], [4, 0, 0, 0, 0], [1, 2, 3, 4, 1], [0, 2, 0, 1, 0]])
others = np.array([[1, 0, 2, 0, 3], [4, 4, 0, 0, 0], [0, 0, 0, 0, 1], [1, 2, 0, 0, 0]])
labels = random.integers(0, 3, (4, 5))
values = random.normal(0, 1, (4, 5, 2)).round(2)
bits = random.integers(0, 2, (4, 5, 1))
rows = random.normal(0, 1, (4, 1)).round(2)
sparse = "sparse_categorical_crossentropy"
words = {"type": "Embedding", "input_dim": 5, "output_dim": 3, "mask_zero": True}
softmax = {"type": "Dense", "units": 3, "activation": "softmax"}
accuracy = ["sparse_categorical_accuracy"]


def chain(*layers):
    return {"input_shape": [5], "layers": [words, *layers]}


# What ends a mask, though its result is its input number for number, and what passes it on.
for layer in ({"type": "Reshape", "target_shape": [5, 3]}, {"type": "Permute", "dims": [1, 2]},
              {"type": "MaxPooling1D", "pool_size": 1}, {"type": "Conv1D", "filters": 2, "kernel_size": 2, "padding": "same"},
              {"type": "LayerNormalization"}, {"type": "BatchNormalization"}, {"type": "Activation", "activation": "tanh"},
              {"type": "LeakyReLU"}, {"type": "ELU"}, {"type": "ReLU"}, {"type": "Rescaling", "scale": 2.0},
              {"type": "SimpleRNN", "units": 2, "return_sequences": True}, {"type": "GRU", "units": 2, "return_sequences": True},
              {"type": "LSTM", "units": 2, "return_sequences": True, "go_backwards": True},
              {"type": "LSTM", "units": 2, "return_sequences": True, "zero_output_for_mask": True},
              {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}},
              {"type": "Bidirectional", "layer": {"type": "GRU", "units": 2, "return_sequences": True}, "merge_mode": "sum"}):
    text = layer["type"] + ("" if layer["type"] != "LSTM" else f" {sorted(layer)[-1]}")
    case(f"labels a step behind {text}", chain(layer, softmax), tokens, labels, sparse, accuracy)
for layer in ({"type": "GlobalAveragePooling1D"}, {"type": "GlobalMaxPooling1D"}, {"type": "GRU", "units": 2},
              {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2}}, {"type": "Flatten"}):
    case(f"a value a row behind {layer['type']}", chain(layer, {"type": "Dense", "units": 1}), tokens, rows, "mse", ["mae"])
case("a mask with a batch of two and of one", chain({"type": "GRU", "units": 2, "return_sequences": True}, softmax),
     tokens[:3], labels[:3], sparse, accuracy, batch=2)

# Merges: a step counts where it does in any input.
two = [{"type": "InputLayer", "name": "a", "shape": [5]}, {"type": "InputLayer", "name": "b", "shape": [5]},
       {**words, "name": "one", "inputs": ["a"]}, {**words, "name": "two", "inputs": ["b"]}]
bare = two[:3] + [{**words, "mask_zero": False, "name": "two", "inputs": ["b"]}]
for kind in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
    case(f"{kind} of two masks", {"layers": two + [{"type": kind, "inputs": ["one", "two"]}, softmax]},
         [tokens, others], labels, sparse, accuracy)
    case(f"{kind} of a mask and none", {"layers": bare + [{"type": kind, "inputs": ["one", "two"]}, softmax]},
         [tokens, others], labels, sparse, accuracy)
for first in (two, bare):
    case(f"Concatenate along the steps, {'both' if first is two else 'one'} masked",
         {"layers": first + [{"type": "Concatenate", "axis": 1, "inputs": ["one", "two"]}, softmax]},
         [tokens, others], np.concatenate([labels, labels], 1), sparse, accuracy)
full = others.copy()
full[:, 0] = 1
for kind in ("Attention", "AdditiveAttention"):
    case(f"{kind} of two masks", {"layers": two + [{"type": kind, "inputs": ["one", "two"]}, softmax]},
         [tokens, full], labels, sparse, accuracy)
    case(f"{kind} of a mask and none", {"layers": bare + [{"type": kind, "inputs": ["two", "one"]}, softmax]},
         [full, tokens], labels, sparse, accuracy)
case("Dot ends a mask", {"layers": two + [{"type": "Dot", "axes": [2, 2], "inputs": ["one", "two"]}, softmax]},
     [tokens, others], labels, sparse, accuracy)

# Losses and metrics under a mask.
gru = {"type": "GRU", "units": 2, "return_sequences": True}
pair = {"type": "Dense", "units": 2}
for loss in ("mse", "mae", "huber", "log_cosh", "cosine_similarity", "mean_squared_logarithmic_error", "poisson"):
    end = {**pair, "activation": "softplus"} if loss in ("poisson", "mean_squared_logarithmic_error") else pair
    case(f"{loss} under a mask", chain(gru, end), tokens, np.abs(values) if end is not pair else values, loss, ["mae", "mse"])
sigmoid = {"type": "Dense", "units": 1, "activation": "sigmoid"}
case("binary_crossentropy under a mask", chain(gru, sigmoid), tokens, bits, "binary_crossentropy", ["accuracy", "mae"])
one_hot = np.eye(3)[labels]
case("categorical_crossentropy under a mask", chain(gru, softmax), tokens, one_hot, "categorical_crossentropy",
     ["categorical_accuracy", "mse"])
case("weights a row under a mask", chain(gru, softmax), tokens, labels, sparse, accuracy, weights_as=[[1], [0.5], [2], [0]])
steps = random.uniform(0, 2, (4, 5)).round(2)
case("weights a step under a mask", chain(gru, softmax), tokens, labels, sparse, accuracy, weights_as=steps)
case("weights a step without a mask", {"input_shape": [5, 2], "layers": [gru, softmax]}, values, labels, sparse, accuracy,
     weights_as=steps)
table = np.array([1, 3, 0.5])
named = {"1": 3, "2": 0.5}
case("class weights a step", {"input_shape": [5, 2], "layers": [gru, softmax]}, values, labels, sparse, accuracy,
     class_weight=named, weights_as=table[labels])
case("class weights a step under a mask", chain(gru, softmax), tokens, labels, sparse, accuracy, class_weight=named,
     weights_as=table[labels])
case("class weights of one-hot steps", chain(gru, softmax), tokens, one_hot, "categorical_crossentropy", class_weight=named,
     weights_as=table[labels])
case("class weights of bits under a mask", chain(gru, sigmoid), tokens, bits, "binary_crossentropy", class_weight={"1": 4},
     weights_as=np.array([1, 4])[bits[..., 0]])
case("two outputs, one of them masked", {
    "layers": [{"type": "InputLayer", "name": "a", "shape": [5]}, {**words, "name": "one"}, {**gru, "name": "memory"},
               {**softmax, "name": "tags", "inputs": ["memory"]}, {"type": "GRU", "units": 2, "name": "last", "inputs": ["memory"]},
               {"type": "Dense", "units": 1, "name": "size", "inputs": ["last"]}], "outputs": ["tags", "size"]},
     tokens, [labels, rows], [sparse, "mse"], [["sparse_categorical_accuracy"], ["mae"]])

# Masks of other ranks: rows, and sequences of sequences.
pages = random.integers(0, 5, (3, 4, 5))
pages[0, 1], pages[1, 2:] = 0, 0
case("a mask of rows", {"input_shape": [2], "layers": [{"type": "Masking"}, softmax]},
     np.array([[1, 2], [0, 0], [3, 1], [0, 0]]), labels[:, 0], sparse, accuracy)
case("a mask of steps of steps", {"input_shape": [4, 5], "layers": [words, {"type": "LayerNormalization"}, softmax]},
     pages, random.integers(0, 3, (3, 4, 5)), sparse, accuracy)
case("Masking of steps of steps", {"input_shape": [4, 5, 1], "layers": [{"type": "Masking"}, {"type": "SpatialDropout2D", "rate": 0.5}, softmax]},
     pages[..., None], random.integers(0, 3, (3, 4, 5)), sparse, accuracy, fits=False)
case("TimeDistributed over steps of steps", {
    "input_shape": [4, 5], "layers": [words, {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}}, softmax]},
     pages, random.integers(0, 3, (3, 4, 5)), sparse, accuracy)
case("TimeDistributed GRU sees its steps' masks", {
    "input_shape": [4, 5], "layers": [words, {"type": "TimeDistributed", "layer": {"type": "GRU", "units": 2}},
                                      {"type": "Reshape", "target_shape": [4, 2]}, softmax]},
     pages, random.integers(0, 3, (3, 4)), sparse, accuracy)

# Statistics of batches.
case("BatchNormalization of masked steps", chain({"type": "BatchNormalization", "momentum": 0.5}, gru, softmax), tokens, labels,
     sparse, accuracy)
case("TimeDistributed BatchNormalization", {
    "input_shape": [5, 2], "layers": [{"type": "TimeDistributed", "layer": {"type": "BatchNormalization", "momentum": 0.5}}, softmax]},
     values, labels, sparse)
case("TimeDistributed BatchNormalization of masked steps", chain(
    {"type": "TimeDistributed", "layer": {"type": "BatchNormalization", "momentum": 0.5}}, softmax), tokens, labels, sparse)
norm = {"type": "BatchNormalization", "momentum": 0.5, "name": "norm"}
case("a BatchNormalization that is applied twice", {
    "input_shape": [3], "layers": [{"type": "Dense", "units": 3, "name": "d"}, norm, {"type": "Dense", "units": 3, "name": "e"},
                                   {"type": "BatchNormalization", "reuse": "norm", "name": "again"}, {"type": "Dense", "units": 1}]},
     random.normal(0, 1, (6, 3)).round(2), random.normal(0, 1, (6, 1)).round(2), "mse")
frozen = {**norm, "trainable": False}
case("a frozen BatchNormalization that is applied twice", {
    "input_shape": [3], "layers": [{"type": "Dense", "units": 3, "name": "d"}, frozen, {"type": "Dense", "units": 3, "name": "e"},
                                   {"type": "BatchNormalization", "reuse": "norm", "name": "again"}, {"type": "Dense", "units": 1}]},
     random.normal(0, 1, (6, 3)).round(2), random.normal(0, 1, (6, 1)).round(2), "mse")
case("frozen layers in wrappers", {
    "input_shape": [5, 2], "layers": [
        {"type": "TimeDistributed", "layer": {"type": "BatchNormalization", "trainable": False}},
        {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2, "trainable": False}},
        {"type": "Bidirectional", "layer": {"type": "GRU", "units": 2, "return_sequences": True, "trainable": False}}, softmax]},
     values, labels, sparse)

# Penalties of results: divided by the rows of the batch, in training and in evaluation.
l2 = {"type": "L2", "l2": 0.1}
sample, goal = random.normal(0, 1, (7, 3)).round(2), random.normal(0, 1, (7, 1)).round(2)
case("an activity regularizer beside one of weights", {"input_shape": [3], "layers": [
    {"type": "Dense", "units": 4, "activation": "tanh", "activity_regularizer": l2, "kernel_regularizer": l2}, {"type": "Dense", "units": 1}]},
     sample, goal, "mse", ["mae"], batch=3)
case("an activity regularizer of masked steps", chain({**gru, "activity_regularizer": l2}, softmax), tokens, labels, sparse, batch=3)
case("an activity regularizer of a Bidirectional and of its layers", chain(
    {"type": "Bidirectional", "activity_regularizer": l2, "layer": {**gru, "activity_regularizer": {"type": "L1", "l1": 0.1}}}, softmax),
     tokens, labels, sparse, batch=3)
case("an activity regularizer in a TimeDistributed, which has none", chain(
    {"type": "TimeDistributed", "layer": {**pair, "activity_regularizer": l2}}, softmax), tokens, labels, sparse)
case("an activity regularizer of a TimeDistributed", chain(
    {"type": "TimeDistributed", "activity_regularizer": l2, "layer": pair}, softmax), tokens, labels, sparse)
case("an activity regularizer of a layer that is applied twice", {"input_shape": [3], "layers": [
    {"type": "Dense", "units": 3, "name": "d", "activity_regularizer": l2}, {"type": "Dense", "reuse": "d", "name": "again"},
    {"type": "Dense", "units": 1}]}, sample, goal, "mse", batch=4)
case("an activity regularizer of a frozen layer", {"input_shape": [3], "layers": [
    {"type": "Dense", "units": 3, "activity_regularizer": l2, "kernel_regularizer": l2, "trainable": False}, {"type": "Dense", "units": 1}]},
     sample, goal, "mse", batch=4)
case("an activity regularizer of results and states", {"input_shape": [5, 2], "layers": [
    {"type": "LSTM", "units": 2, "return_state": True, "activity_regularizer": l2, "name": "memory"}, {"type": "Dense", "units": 1}]},
     values, rows, "mse")

for entry in cases:
    for layer in entry["definition"]["layers"]:
        if "reuse" in layer:
            del layer["type"]
if __name__ == "__main__":
    with gzip.GzipFile(os.path.join(sys.argv[1], "masks.json.gz"), "wb", mtime=0) as file:
        file.write(json.dumps(cases, separators=(",", ":")).encode())
    print(len(cases), "cases")
