"""Writes the numbers that training is tested against: whole runs of Keras on PyTorch, in double precision.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_training_fixtures.py Tests/NNTests/Fixtures

Every case of training.json trains the same linear network on the same 13 rows, of which 4 are held back, for 7 epochs
of three steps, the last with a single row. It holds the options of the run as a request names them, the weights after
each epoch and Keras's history.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

keras.backend.set_floatx("float64")

OPTIMIZERS = [
    {"type": "SGD"},
    {"type": "SGD", "learning_rate": 0.1, "momentum": 0.9},
    {"type": "SGD", "learning_rate": 0.05, "momentum": 0.8, "nesterov": True},
    {"type": "Adam"},
    {"type": "Adam", "learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.001},
    {"type": "Adam", "learning_rate": 0.05, "beta_2": 0.7, "amsgrad": True},
    {"type": "RMSprop"},
    {"type": "RMSprop", "learning_rate": 0.02, "rho": 0.8, "momentum": 0.5, "centered": True, "epsilon": 0.001},
]


def single(array):
    """Nine digits, which give a 32-bit number exactly."""
    return [float("%.9g" % value) for value in np.asarray(array).ravel()]


def main(folder):
    random = np.random.default_rng(5)
    inputs = np.float32(random.normal(size=(13, 4)))
    targets = np.float32(random.normal(size=(13, 3)))
    kernel = np.float32(random.normal(size=(4, 3)))
    bias = np.float32(random.normal(size=3))
    cases = []
    for optimizer in OPTIMIZERS:
        arguments = {key: value for key, value in optimizer.items() if key != "type"}
        model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])
        model.layers[0].set_weights([kernel.astype(np.float64), bias.astype(np.float64)])
        model.compile(getattr(keras.optimizers, optimizer["type"])(**arguments), "mse", metrics=["mae"])
        options = {"epochs": 7, "batch_size": 4, "validation_split": 0.25, "shuffle": False}
        weights = []
        keep = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: weights.append([single(w) for w in model.layers[0].get_weights()])
        )
        history = model.fit(
            inputs.astype(np.float64), targets.astype(np.float64), verbose=0, callbacks=[keep], **options
        ).history
        cases.append({
            "options": {**options, "loss": "mse", "metrics": ["mae"], "optimizer": optimizer},
            "weights": weights,
            "history": {name: single(values) for name, values in history.items()},
        })
    fixture = {
        "inputs": single(inputs),
        "targets": single(targets),
        "kernel": single(kernel),
        "bias": single(bias),
        "cases": cases,
    }
    with open(os.path.join(folder, "training.json"), "w") as file:
        json.dump(fixture, file, separators=(",", ":"))
        file.write("\n")


main(sys.argv[1])
