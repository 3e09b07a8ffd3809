"""Writes runs of Keras on PyTorch, in double precision, that training is tested against.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_run_fixtures.py Tests/NNTests/Fixtures

A case of runs.json.gz holds a model, the options of the run as a request names them, the running loss after every
batch, Keras's history and, for small models, the weights at the end. First weights and data are drawn on both sides by
the same linear congruential sequence (`TestNumbers` in the tests), so they needn't be stored.
"""

import gzip
import json
import os
import sys

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

keras.backend.set_floatx("float64")

MASK = (1 << 64) - 1


class Numbers:
    """The sequence of `TestNumbers`."""

    def __init__(self, seed):
        self.state = (seed * 0x9E3779B97F4A7C15 & MASK) | 1

    def draw(self, shape, low, high):
        low, high = np.float32(low), np.float32(high)
        values = np.empty(int(np.prod(shape)), np.float32)
        for place in range(values.size):
            self.state = (self.state * 6364136223846793005 + 1442695040888963407) & MASK
            values[place] = low + np.float32((self.state >> 40) * 2.0**-24) * (high - low)
        return values.reshape(shape)


def first_weight(numbers, variable):
    name, shape = variable.path.split("/")[-1], variable.shape
    if name in ("gamma", "moving_variance"):
        return numbers.draw(shape, 0.5, 1.5)
    limit = np.float32(1) / np.sqrt(np.float32(max(int(np.prod(shape[:-1])), 1)))
    return numbers.draw(shape, -limit, limit)


def make_data(numbers, case):
    rows = case["rows"]
    inputs = numbers.draw([rows, *case["input_shape"]], -1, 1)
    if case.get("padded"):
        steps = case["input_shape"][0]
        for row in range(rows):
            inputs[row, 1 + row % steps:] = 0
    target, shape = case["target"], case["target_shape"]
    if target == "values":
        return inputs, numbers.draw([rows, *shape], -1, 1)
    labels = np.floor(numbers.draw([rows], 0, case["classes"]))
    if target == "one_hot":
        return inputs, np.eye(case["classes"])[labels.astype(int)]
    return inputs, labels.reshape([rows, *shape])


def make_layer(entry):
    arguments = {key: value for key, value in entry.items() if key not in ("type", "inputs")}
    if isinstance(arguments.get("layer"), dict):
        arguments["layer"] = make_layer(arguments["layer"])
    for key, module in [("regularizer", keras.regularizers), ("constraint", keras.constraints)]:
        for name, value in arguments.items():
            if name.endswith(key) and isinstance(value, dict):
                arguments[name] = getattr(module, value["type"])(**{k: v for k, v in value.items() if k != "type"})
    return getattr(keras.layers, entry["type"])(**arguments)


def make_model(case):
    value = start = keras.layers.Input(case["input_shape"])
    results = {}
    for entry in case["layers"]:
        layer = make_layer(entry)
        value = layer([results[name] for name in entry["inputs"]] if "inputs" in entry else value)
        results[entry.get("name")] = value
    return keras.Model(start, value)


METRICS = {"auc": keras.metrics.AUC, "precision": keras.metrics.Precision, "recall": keras.metrics.Recall,
           "r2_score": keras.metrics.R2Score, "rmse": keras.metrics.RootMeanSquaredError,
           "sparse_top_k_categorical_accuracy": keras.metrics.SparseTopKCategoricalAccuracy,
           "top_k_categorical_accuracy": keras.metrics.TopKCategoricalAccuracy}


def metric(name):
    if name == "f1_score":
        return keras.metrics.F1Score(average="macro", name=name)
    return METRICS[name](name=name) if name in METRICS else name


def run(case):
    numbers = Numbers(case["seed"])
    model = make_model(case)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            continue
        for variable in layer.weights:
            variable.assign(first_weight(numbers, variable).astype(np.float64))
    inputs, targets = (array.astype(np.float64) for array in make_data(numbers, case))
    options = case["options"]
    split = options.get("validation_split", 0)
    kept = int(len(inputs) * (1 - split))
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.adapt(inputs[:kept])
    optimizer = {**options["optimizer"]}
    kind = getattr(keras.optimizers, optimizer.pop("type"))
    model.compile(kind(**optimizer), options["loss"], metrics=[metric(name) for name in options.get("metrics", [])])
    losses = []
    callbacks = [keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: losses.append(logs["loss"]))]
    if "reduce_lr_on_plateau" in options:
        callbacks.append(keras.callbacks.ReduceLROnPlateau(**options["reduce_lr_on_plateau"]))
    if "early_stopping" in options:
        callbacks.append(keras.callbacks.EarlyStopping(**options["early_stopping"]))
    weights = options.get("class_weight")
    history = model.fit(
        inputs, targets, epochs=options["epochs"], batch_size=options["batch_size"], validation_split=split,
        shuffle=False, verbose=0, callbacks=callbacks,
        class_weight=weights and {int(index): weight for index, weight in weights.items()},
    ).history
    final = []
    for layer in model.layers:
        final += layer.weights[:2] if isinstance(layer, keras.layers.Normalization) else layer.weights
    small = sum(int(np.prod(variable.shape)) for variable in final) < 400
    digits = lambda values: [float("%.9g" % value) for value in np.asarray(values, dtype=np.float64).ravel()]
    options = {**options, "shuffle": False}
    return {
        **{key: value for key, value in case.items() if key not in ("input_shape", "layers", "options")},
        "definition": {"name": "m", "input_shape": case["input_shape"], "layers": case["layers"]},
        "options": options,
        "losses": digits(losses),
        "history": {name: digits(values) for name, values in history.items() if name != "learning_rate"},
        "weights": [digits(variable.numpy()) for variable in final] if small else None,
    }


def case(name, input_shape, layers, options, rows, target="values", target_shape=(), classes=None, **others):
    return {"name": name, "input_shape": input_shape, "layers": layers, "options": options, "rows": rows, "seed": 11,
            "target": target, "target_shape": list(target_shape), "classes": classes, **others}


def dense(units, activation=None, **others):
    return {"type": "Dense", "units": units, "activation": activation or "linear", **others}


SGD = {"type": "SGD", "learning_rate": 0.1}
ADAM = {"type": "Adam", "learning_rate": 0.01}
SPARSE = "sparse_categorical_crossentropy"


def options(loss, epochs=6, batch_size=4, optimizer=ADAM, **others):
    return {"loss": loss, "epochs": epochs, "batch_size": batch_size, "optimizer": optimizer, **others}


MLP = [dense(6, "tanh"), dense(3, "softmax")]

SMALL = [
    # A bias before a batch normalization has no effect, so its gradient is rounding, from which Adam makes whole steps.
    case("batch normalization", [4], [dense(5, use_bias=False), {"type": "BatchNormalization", "momentum": 0.8}, dense(2)],
         options("mse", validation_split=0.3), 20, target_shape=[2]),
    case("batch normalization of an image", [5, 4, 2],
         [{"type": "Conv2D", "filters": 3, "kernel_size": 3, "use_bias": False}, {"type": "BatchNormalization"},
          {"type": "Activation", "activation": "relu"}, {"type": "Flatten"}, dense(3, "softmax")],
         options(SPARSE, metrics=["accuracy"], validation_split=0.3), 20, "labels", classes=3),
    case("frozen batch normalization", [4], [dense(5), {"type": "BatchNormalization", "trainable": False}, dense(2)],
         options("mse"), 12, target_shape=[2]),
    case("normalization", [4], [{"type": "Normalization"}, dense(2)], options("mse", validation_split=0.3), 20,
         target_shape=[2]),
    case("regularizers", [4],
         [dense(5, "tanh", kernel_regularizer={"type": "L1L2", "l1": 0.02, "l2": 0.1},
                bias_regularizer={"type": "L2", "l2": 0.05}), dense(2)],
         options("mse", validation_split=0.3), 20, target_shape=[2]),
    case("constraints", [4],
         [dense(5, "tanh", kernel_constraint={"type": "MaxNorm", "max_value": 0.6}),
          dense(2, kernel_constraint={"type": "NonNeg"}, bias_constraint={"type": "UnitNorm"})],
         options("mse", optimizer=SGD), 14, target_shape=[2]),
    case("early stopping", [4], MLP,
         options(SPARSE, 40, optimizer={"type": "Adam", "learning_rate": 0.1}, validation_split=0.4,
                 early_stopping={"patience": 3, "restore_best_weights": True}), 30, "labels", classes=3),
    case("early stopping by accuracy", [4], MLP,
         options(SPARSE, 40, optimizer=SGD, metrics=["accuracy"],
                 early_stopping={"monitor": "accuracy", "min_delta": 0.05, "patience": 2, "start_from_epoch": 3}),
         30, "labels", classes=3),
    case("early stopping that never comes", [4], MLP,
         options(SPARSE, 5, optimizer={"type": "SGD", "learning_rate": 2.0},
                 early_stopping={"monitor": "loss", "patience": 9, "restore_best_weights": True}),
         30, "labels", classes=3),
    case("reduction on a plateau", [4], MLP,
         options(SPARSE, 30, optimizer={"type": "SGD", "learning_rate": 1.0}, validation_split=0.4,
                 reduce_lr_on_plateau={"factor": 0.3, "patience": 2, "cooldown": 1, "min_lr": 0.01}),
         30, "labels", classes=3),
    case("class weights", [4], MLP,
         options(SPARSE, metrics=["accuracy"], validation_split=0.3, class_weight={"0": 0.2, "2": 4.0}), 30, "labels",
         classes=3),
    case("class weights of vectors", [4], MLP,
         options("categorical_crossentropy", class_weight={"1": 3.0}), 30, "one_hot", [3], classes=3),
    case("binary metrics", [4], [dense(6, "tanh"), dense(1, "sigmoid")],
         options("binary_crossentropy", metrics=["accuracy", "precision", "recall", "auc"], class_weight={"1": 2.0},
                 validation_split=0.4), 50, "labels", [1], classes=2),
    case("class metrics", [4], [dense(6, "tanh"), dense(8, "softmax")],
         options("categorical_crossentropy",
                 metrics=["accuracy", "top_k_categorical_accuracy", "precision", "recall", "f1_score"],
                 optimizer={"type": "Adam", "learning_rate": 0.1}, validation_split=0.4),
         40, "one_hot", [8], classes=8),
    case("index metrics", [4], [dense(6, "tanh"), dense(8, "softmax")],
         options(SPARSE, metrics=["accuracy", "sparse_top_k_categorical_accuracy"], validation_split=0.4), 40, "labels",
         classes=8),
    case("error metrics", [4], [dense(6, "tanh"), dense(2)],
         options("mse", metrics=["mae", "mse", "rmse", "mape", "r2_score"], validation_split=0.4), 40,
         target_shape=[2]),
]

LENET = [
    {"type": "Conv2D", "filters": 6, "kernel_size": 5, "padding": "same", "activation": "tanh"},
    {"type": "AveragePooling2D", "pool_size": 2},
    {"type": "Conv2D", "filters": 16, "kernel_size": 5, "activation": "tanh"},
    {"type": "AveragePooling2D", "pool_size": 2},
    {"type": "Flatten"}, dense(120, "tanh"), dense(84, "tanh"), dense(10, "softmax"),
]
BLOCK = [
    {"type": "Conv2D", "filters": 8, "kernel_size": 3, "padding": "same", "use_bias": False},
    {"type": "BatchNormalization"}, {"type": "Activation", "activation": "relu", "name": "start"},
    {"type": "Conv2D", "filters": 8, "kernel_size": 3, "padding": "same", "use_bias": False},
    {"type": "BatchNormalization"}, {"type": "Activation", "activation": "relu"},
    {"type": "Conv2D", "filters": 8, "kernel_size": 3, "padding": "same", "use_bias": False},
    {"type": "BatchNormalization", "name": "end"},
    {"type": "Add", "inputs": ["end", "start"]}, {"type": "Activation", "activation": "relu"},
    {"type": "GlobalAveragePooling2D"}, dense(5, "softmax"),
]
FIFTY = {"epochs": 10, "optimizer": {"type": "Adam", "learning_rate": 0.002}}

TRAJECTORIES = [
    case("LeNet-5", [28, 28, 1], LENET, options(SPARSE, batch_size=16, **FIFTY), 80, "labels", classes=10),
    case("residual block", [12, 12, 3], BLOCK, options(SPARSE, batch_size=64, **FIFTY), 320, "labels", classes=5),
    case("bidirectional masked LSTM", [9, 3],
         [{"type": "Masking"}, {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 12}}, dense(4, "softmax")],
         options(SPARSE, batch_size=16, **FIFTY), 80, "labels", classes=4, padded=True),
    case("GRU", [10, 4], [{"type": "GRU", "units": 16}, dense(3)], options("mse", batch_size=16, **FIFTY), 80,
         target_shape=[3]),
    case("GRU, reset before", [10, 4], [{"type": "GRU", "units": 16, "reset_after": False}, dense(3)],
         options("mse", batch_size=16, **FIFTY), 80, target_shape=[3]),
]


def main(folder):
    path = os.path.join(folder, "runs.json.gz")
    lines = ",\n".join(json.dumps(run(case), separators=(",", ":")) for case in SMALL + TRAJECTORIES)
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(f"[\n{lines}\n]\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
