"""Writes what scikit-learn makes of answers and targets, which the figures of an evaluation are tested against.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements.txt
    venv/bin/python scripts/reference/make_evaluation_fixtures.py Tests/NNTests/Fixtures

A case of evaluation.json.gz holds a model's last function, the loss, the answers (or logits), the targets, and what
scikit-learn and NumPy came to. Curves are whole, with every threshold. A figure that scikit-learn warns of as undefined
is null.
"""

import gzip
import json
import os
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics

SOURCE = f"scikit-learn {sklearn.__version__}"
random = np.random.Generator(np.random.PCG64(17))
LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]
KEYS = ("precision", "recall", "f1")


def floats(array):
    return [float(x) for x in np.asarray(array, "float64").ravel()]


def tensor(array):
    array = np.asarray(array, "float32")
    return {"shape": list(array.shape), "values": floats(array)}


def curves(own, score):
    """The areas and curves of one class against the rest."""
    found = {"roc_auc": None, "average_precision": None, "roc": None, "precision_recall": None}
    if own.any() and not own.all():
        fpr, tpr, threshold = metrics.roc_curve(own, score, drop_intermediate=False)
        found["roc_auc"] = float(metrics.roc_auc_score(own, score))
        found["roc"] = {"threshold": floats(threshold[1:]), "fpr": floats(fpr), "tpr": floats(tpr)}
    if own.any():
        precision, recall, threshold = metrics.precision_recall_curve(own, score)
        found["average_precision"] = float(metrics.average_precision_score(own, score))
        found["precision_recall"] = {
            "threshold": floats(threshold), "precision": floats(precision), "recall": floats(recall),
        }
    return found


def averages(targets, predictions, **more):
    return {
        average: dict(zip(KEYS, map(float, metrics.precision_recall_fscore_support(
            targets, predictions, average=average, zero_division=0, **more)[:3])))
        for average in ("macro", "weighted")
    }


def calibration(confidence, right):
    bins = []
    error = 0.0
    for number in range(10):
        low, high = np.float32(number / 10), np.float32((number + 1) / 10)
        inside = (confidence > low) & (confidence <= high) if number else confidence <= high
        count = int(inside.sum())
        mean = float(confidence[inside].astype("float64").mean()) if count else None
        share = float(right[inside].mean()) if count else None
        bins.append({"from": number / 10, "to": (number + 1) / 10, "count": count, "confidence": mean, "accuracy": share})
        if count:
            error += count / len(right) * abs(share - mean)
    return {"bins": bins, "expected_calibration_error": error}


def exclusive(name, loss, activation, answers, targets, probabilities, classes):
    """One of several classes; `probabilities` is a column a class."""
    if answers.shape[-1] == 1:
        predictions = (probabilities[:, 1] > 0.5).astype(int)
    else:
        predictions = probabilities.argmax(axis=1)
    figures = metrics.precision_recall_fscore_support(
        targets, predictions, labels=range(classes), zero_division=0)
    confidence = probabilities[np.arange(len(targets)), predictions].astype("float32")
    return {
        "name": name, "source": SOURCE, "loss": loss, "activation": activation, "answers": tensor(answers),
        "targets": tensor(targets), "labels": classes if answers.shape[-1] > 1 else None,
        "accuracy": float(metrics.accuracy_score(targets, predictions)),
        "classes": [
            dict(zip(KEYS, (float(figures[k][c]) for k in range(3))), support=int(figures[3][c]),
                 **curves(targets == c, probabilities[:, c]))
            for c in range(classes)
        ],
        "averages": averages(targets, predictions),
        "confusion_matrix": metrics.confusion_matrix(targets, predictions, labels=range(classes)).tolist(),
        "calibration": calibration(confidence, targets == predictions),
    }


def binary(name, rows, digits=None, from_logits=False):
    targets = random.integers(0, 2, rows)
    logits = (random.normal(size=rows) + 1.2 * (targets - 0.4)).astype("float32")
    one = (1 / (1 + np.exp(-logits.astype("float64")))).astype("float32")
    if digits:
        one = np.round(one, digits).astype("float32")
    answers = logits if from_logits else one
    loss = {"type": "binary_crossentropy", "from_logits": True} if from_logits else "binary_crossentropy"
    columns = np.stack([1 - one.astype("float64"), one.astype("float64")], axis=1)
    return exclusive(name, loss, "linear", answers[:, None], targets, columns, 2)


def several(name, rows, classes, targets, digits=None, from_logits=False, shift=1.5):
    logits = random.normal(size=(rows, classes))
    logits[np.arange(rows), targets] += shift
    logits[:, -1] -= 8  # The last class is never predicted.
    logits = logits.astype("float32")
    powers = np.exp(logits.astype("float64"))
    answers = (powers / powers.sum(axis=1, keepdims=True)).astype("float32")
    if digits:
        answers = np.round(answers, digits).astype("float32")
    loss = "sparse_categorical_crossentropy"
    if from_logits:
        loss = {"type": loss, "from_logits": True}
    return exclusive(name, loss, "linear", logits if from_logits else answers, targets, answers, classes)


def multilabel(name, rows, classes):
    targets = (random.random((rows, classes)) < 0.3).astype(int)
    answers = np.clip(0.35 * targets + random.random((rows, classes)) * 0.65, 0, 1).astype("float32")
    predictions = (answers > 0.5).astype(int)
    figures = metrics.precision_recall_fscore_support(targets, predictions, zero_division=0)
    return {
        "name": name, "source": SOURCE, "loss": "binary_crossentropy", "activation": "linear",
        "answers": tensor(answers), "targets": tensor(targets), "labels": None,
        "accuracy": float(metrics.accuracy_score(targets, predictions)),
        "classes": [
            dict(zip(KEYS, (float(figures[k][c]) for k in range(3))), support=int(figures[3][c]),
                 **curves(targets[:, c] == 1, answers[:, c].astype("float64")))
            for c in range(classes)
        ],
        "averages": averages(targets, predictions), "confusion_matrix": None, "calibration": None,
    }


def regression(name, rows, width, constant=False):
    targets = random.normal(2, 3, (rows, width)).astype("float32")
    if constant:
        targets[:, 0] = 4
    answers = (targets * 0.8 + random.normal(0.1, 1, (rows, width))).astype("float32")
    wide, own = targets.astype("float64"), answers.astype("float64")
    residuals = (wide - own).ravel()
    return {
        "name": name, "source": SOURCE, "loss": "mse", "activation": "linear", "answers": tensor(answers),
        "targets": tensor(targets), "labels": None,
        "metrics": {
            "mse": float(metrics.mean_squared_error(wide, own)), "mae": float(metrics.mean_absolute_error(wide, own)),
            "rmse": float(metrics.root_mean_squared_error(wide, own)), "r2": float(metrics.r2_score(wide, own)),
        },
        "residuals": {
            "mean": float(residuals.mean()), "std": float(residuals.std()), "quantiles": floats(np.quantile(residuals, LEVELS)),
        },
    }


def main(folder):
    warnings.filterwarnings("error")
    cases = [
        binary("binary", 400),
        binary("binary with ties", 300, digits=1),
        binary("binary from logits", 250, from_logits=True),
        several("a class that no row has", 300, 5, random.choice([0, 1, 3], 300)),
        several("several classes with ties", 240, 4, random.integers(0, 3, 240), digits=1),
        several("several classes from logits", 200, 4, random.integers(0, 3, 200), from_logits=True),
        several("rows of one class alone", 60, 3, np.ones(60, int)),
        multilabel("any of several classes", 150, 4),
        regression("regression", 333, 1),
        regression("regression of three columns", 200, 3, constant=True),
        regression("regression of two rows", 2, 1),
    ]
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    path = os.path.join(folder, "evaluation.json.gz")
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(f"[\n{lines}\n]\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
