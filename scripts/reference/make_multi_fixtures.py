"""Writes runs of Keras models with several inputs and outputs, and with sample weights, that training is tested against.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_multi_fixtures.py Tests/NNTests/Fixtures

A case of multi.json.gz holds a model, the options of the run as a request names them, the running loss after every batch,
Keras's history and the weights at the end. First weights, inputs, targets and sample weights are drawn on both sides by
the same sequence, in the order of the definition.
"""

import gzip
import json
import os
import sys

from make_run_fixtures import ADAM, SPARSE, Numbers, dense, first_weight, make_layer

import keras
import numpy as np


def make_model(case):
    results, layers, given = {}, {}, []
    for entry in case["layers"]:
        name = entry["name"]
        if entry.get("type") == "InputLayer":
            results[name] = keras.Input(entry["shape"], name=name)
            given.append(results[name])
            continue
        if "reuse" in entry:
            layer = layers[entry["reuse"]]
        else:
            layer = layers[name] = make_layer(entry)
        taken = [results[other] for other in entry["inputs"]]
        results[name] = layer(taken if len(taken) > 1 else taken[0])
    return keras.Model(given, [results[name] for name in case["outputs"]]), layers


def run(case):
    numbers = Numbers(7)
    model, layers = make_model(case)
    for layer in layers.values():
        for variable in layer.weights:
            variable.assign(first_weight(numbers, variable).astype(np.float64))
    rows, inputs, targets = case["rows"], {}, {}
    for entry in case["layers"]:
        if entry.get("type") == "InputLayer":
            array = numbers.draw([rows, *entry["shape"]], -1, 1)
            if entry["name"] == case["padded"]:
                for row in range(rows):
                    array[row, 1 + row % entry["shape"][0]:] = 0
            inputs[entry["name"]] = array.astype(np.float64)
    for name, shape, classes in case["targets"]:
        if classes is None:
            targets[name] = numbers.draw([rows, *shape], -1, 1).astype(np.float64)
        else:
            targets[name] = np.floor(numbers.draw([rows, *shape], 0, classes)).astype(np.float64)
    weights = numbers.draw([rows], 0, 2).astype(np.float64) if case["weighted"] else None
    if weights is not None and len(case["outputs"]) == 1:
        # A sequence's weight for each of its steps: Keras takes none for the whole where steps are masked.
        weights = np.repeat(weights[:, None], case["targets"][0][1][0], axis=1)
    options = case["options"]
    optimizer = {**options["optimizer"]}
    kind = getattr(keras.optimizers, optimizer.pop("type"))
    model.compile(
        kind(**optimizer), options["loss"], loss_weights=options.get("loss_weights"), metrics=options.get("metrics")
    )
    losses = []
    history = model.fit(
        inputs, [targets[name] for name in case["outputs"]] if len(targets) > 1 else targets[case["outputs"][0]], epochs=options["epochs"],
        batch_size=options["batch_size"], validation_split=options.get("validation_split", 0), shuffle=False, verbose=0,
        sample_weight=weights,
        callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: losses.append(logs["loss"]))],
    ).history
    digits = lambda values: [float("%.9g" % value) for value in np.asarray(values, dtype=np.float64).ravel()]
    return {
        **{key: value for key, value in case.items() if key not in ("layers", "outputs", "options")},
        "definition": {"name": "m", "layers": case["layers"], "outputs": case["outputs"]},
        "options": {**options, "shuffle": False},
        "losses": digits(losses),
        "history": {name: digits(values) for name, values in history.items()},
        "weights": [digits(variable.numpy()) for layer in layers.values() for variable in layer.weights],
    }


def case(name, layers, outputs, targets, rows=18, padded=None, weighted=False, **options):
    options = {"epochs": 4, "batch_size": 4, "optimizer": ADAM, **options}
    return {"name": name, "layers": layers, "outputs": outputs, "targets": targets, "rows": rows, "padded": padded,
            "weighted": weighted, "options": options}


def given(name, *shape):
    return {"type": "InputLayer", "name": name, "shape": list(shape)}


def named(name, layer, *inputs):
    return {**layer, "name": name, "inputs": list(inputs)}


TWO_AND_TWO = [
    given("a", 5), given("b", 4, 3),
    named("da", dense(4, "tanh"), "a"), named("masked", {"type": "Masking"}, "b"),
    named("lb", {"type": "LSTM", "units": 4}, "masked"),
    named("both", {"type": "Concatenate"}, "da", "lb"),
    named("digit", dense(3, "softmax"), "both"), named("value", dense(2), "both"),
]
TARGETS = [["digit", [], 3], ["value", [2], None]]

CASES = [
    case("two inputs, two outputs", TWO_AND_TWO, ["digit", "value"], TARGETS, padded="b", validation_split=0.25,
         loss={"digit": SPARSE, "value": "mse"}, loss_weights={"digit": 0.5, "value": 2.0},
         metrics={"digit": ["accuracy"], "value": ["mae", "mse"]}),
    case("sample weights of two outputs", TWO_AND_TWO, ["digit", "value"], TARGETS, padded="b", weighted=True,
         loss=[SPARSE, "mae"], metrics=["accuracy", "mae"]),
    case("two outputs of a shared layer", [
        given("left", 3), given("right", 3),
        named("shared", dense(4, "tanh"), "left"), {"reuse": "shared", "name": "again", "inputs": ["right"]},
        named("apart", {"type": "Subtract"}, "shared", "again"), named("first", dense(2), "apart"),
        named("second", dense(1), "again"),
    ], ["first", "second"], [["first", [2], None], ["second", [1], None]], loss=["mse", "mse"], loss_weights=[1.0, 0.25]),
    case("sample weights under a mask", [
        given("steps", 5, 2), named("masked", {"type": "Masking"}, "steps"),
        named("gru", {"type": "GRU", "units": 3, "return_sequences": True}, "masked"), named("result", dense(2), "gru"),
    ], ["result"], [["result", [5, 2], None]], padded="steps", weighted=True, loss="mse", validation_split=0.25),
    case("weighted loss of one output", [given("x", 4), named("y", dense(2), "x")], ["y"], [["y", [2], None]],
         loss="mse", loss_weights=0.25, metrics=["mae"]),
]


def main(folder):
    path = os.path.join(folder, "multi.json.gz")
    lines = ",\n".join(json.dumps(run(case), separators=(",", ":")) for case in CASES)
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(f"[\n{lines}\n]\n".encode())
    print(f"{path}: {len(CASES)} cases, {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
