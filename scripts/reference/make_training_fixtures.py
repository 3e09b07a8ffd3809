"""Writes the numbers that training is tested against: whole runs of Keras on PyTorch, in double precision.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_training_fixtures.py Tests/NNTests/Fixtures

Every case of training.json.gz trains the same linear network on the same 13 rows, of which 4 are held back, for 7 epochs
of three steps, the last with a single row. It holds the options of the run as a request names them, the weights after
each epoch and at the end, and Keras's history.
"""

import gzip
import json
import os
import sys

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch

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
    {"type": "Adagrad"},
    {"type": "Adagrad", "learning_rate": 0.1, "initial_accumulator_value": 0.5, "epsilon": 0.01},
    {"type": "Adadelta"},
    {"type": "Adadelta", "learning_rate": 1.0, "rho": 0.8, "epsilon": 0.001},
    {"type": "AdamW"},
    {"type": "AdamW", "learning_rate": 0.02, "weight_decay": 0.1, "amsgrad": True},
    {"type": "Adamax"},
    {"type": "Adamax", "learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.001},
    {"type": "Nadam"},
    {"type": "Nadam", "learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.001},
    {"type": "Lion"},
    {"type": "Lion", "learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.95},
    {"type": "Adafactor"},
    {"type": "Adafactor", "learning_rate": 0.1, "beta_2_decay": -0.5, "clip_threshold": 0.5, "weight_decay": 0.1},
    {"type": "Ftrl"},
    {"type": "Ftrl", "learning_rate": 0.1, "l1_regularization_strength": 0.05, "l2_regularization_strength": 0.1},
    {"type": "Ftrl", "learning_rate": 0.1, "learning_rate_power": -0.3, "initial_accumulator_value": 0.5,
     "l2_shrinkage_regularization_strength": 0.05, "beta": 0.2},
    {"type": "Lamb"},
    {"type": "Lamb", "learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.001, "weight_decay": 0.1},
    {"type": "Muon"},
    {"type": "Muon", "learning_rate": 0.02, "momentum": 0.8, "nesterov": False, "ns_steps": 3, "rms_rate": None,
     "adam_lr_ratio": 0.5, "adam_beta_1": 0.8, "adam_weight_decay": 0.1, "weight_decay": None},
    {"type": "Muon", "exclude_layers": ["dense"]},
    {"type": "ScheduleFreeAdamW"},
    {"type": "ScheduleFreeAdamW", "learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.9, "warmup_steps": 5,
     "weight_decay": 0.1},
    {"type": "SGD", "learning_rate": 0.1, "momentum": 0.5, "weight_decay": 0.2},
    {"type": "SGD", "learning_rate": 0.1, "clipvalue": 0.3},
    {"type": "SGD", "learning_rate": 0.1, "clipnorm": 0.7},
    {"type": "SGD", "learning_rate": 0.1, "global_clipnorm": 0.7},
    {"type": "Adam", "global_clipnorm": 0.5, "weight_decay": 0.1, "learning_rate": 0.05},
    {"type": "SGD", "learning_rate": 0.1, "use_ema": True},
    {"type": "Adam", "learning_rate": 0.05, "use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 5},
    {"type": "SGD", "learning_rate": 0.1, "momentum": 0.9, "gradient_accumulation_steps": 2},
    {"type": "Adam", "learning_rate": 0.05, "gradient_accumulation_steps": 4, "global_clipnorm": 0.5,
     "weight_decay": 0.1, "use_ema": True, "ema_momentum": 0.7, "ema_overwrite_frequency": 3},
    {"type": "Muon", "learning_rate": 0.02, "use_ema": True, "ema_momentum": 0.5},
    {"type": "SGD", "gradient_accumulation_steps": 3,
     "learning_rate": {"type": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5}},
] + [
    {"type": "SGD", "learning_rate": {"type": name, **arguments}}
    for name, arguments in [
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5}),
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5, "staircase": True}),
        ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5}),
        ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 2, "staircase": True}),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 15, "end_learning_rate": 0.01}),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 6, "power": 2.0, "cycle": True}),
        ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 15, "alpha": 0.1}),
        ("CosineDecay", {"initial_learning_rate": 0.0, "decay_steps": 12, "warmup_target": 0.1, "warmup_steps": 5}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5}),
        ("CosineDecayRestarts",
         {"initial_learning_rate": 0.1, "first_decay_steps": 6, "t_mul": 1.0, "m_mul": 0.8, "alpha": 0.1}),
        ("PiecewiseConstantDecay", {"boundaries": [3, 8], "values": [0.1, 0.05, 0.01]}),
    ]
]


class ScheduleFreeAdamW(keras.optimizers.ScheduleFreeAdamW):
    """As Keras does it on TensorFlow and JAX: on PyTorch what it keeps of the momentum before changes with the momentum."""

    def assign_sub(self, variable, value):
        variable._value = torch.nn.Parameter(variable.value - value, requires_grad=False)


def made(module, arguments):
    """The object of a Keras module that a request names by its type."""
    arguments = dict(arguments)
    name = arguments.pop("type")
    kind = ScheduleFreeAdamW if name == "ScheduleFreeAdamW" else getattr(module, name)
    if isinstance(arguments.get("learning_rate"), dict):
        arguments["learning_rate"] = made(keras.optimizers.schedules, arguments["learning_rate"])
    return kind(**arguments)


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
        model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])
        model.layers[0].set_weights([kernel.astype(np.float64), bias.astype(np.float64)])
        model.compile(made(keras.optimizers, optimizer), "mse", metrics=["mae"])
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
            "final": [single(w) for w in model.layers[0].get_weights()],
            "history": {name: single(values) for name, values in history.items()},
        })
    fixture = {
        "inputs": single(inputs),
        "targets": single(targets),
        "kernel": single(kernel),
        "bias": single(bias),
        "cases": cases,
    }
    packed = gzip.compress(json.dumps(fixture, separators=(",", ":")).encode(), mtime=0)
    with open(os.path.join(folder, "training.json.gz"), "wb") as file:
        file.write(packed)


main(sys.argv[1])
