"""What the checks of the pages Inside and Learn need beside the samples of all pages."""

import io
import struct
import zipfile
import zlib

from samples import DIGITS_TRAINING, HOSTILE

READER = {
    "name": "reader",
    "layers": [
        {"type": "InputLayer", "name": "text", "shape": [], "dtype": "string"},
        {"type": "TextVectorization", "name": "words", "max_tokens": 60, "output_sequence_length": 10},
        {"type": "Embedding", "name": "embed", "input_dim": 60, "output_dim": 8},
        {"type": "Attention", "name": "look", "inputs": ["embed", "embed"]},
        {"type": "GRU", "name": "gru", "units": 6},
        {"type": "Dense", "units": 2, "activation": "softmax", "name": "label"},
    ],
}

# A sequence as long as its bound, through as many units as a page is asked to bear.
WIDE = {"name": "wide", "input_shape": [256, 16], "layers": [{"type": "GRU", "name": "gru", "units": 128}, {"type": "Dense", "units": 4}]}

TEXT = [
    {"type": "InputLayer", "name": "text", "shape": [], "dtype": "string"},
    {"type": "TextVectorization", "name": "words", "max_tokens": 60, "output_sequence_length": 10},
    {"type": "Embedding", "name": "embed", "input_dim": 60, "output_dim": 8},
]
LABEL = {"type": "Dense", "units": 2, "activation": "softmax", "name": "label"}

BOTH_WAYS = {"name": "both-ways", "layers": [
    *TEXT, {"type": "Bidirectional", "name": "turn", "layer": {"type": "LSTM", "units": 4, "return_sequences": True}},
    {"type": "Bidirectional", "name": "again", "layer": {"type": "GRU", "units": 3}}, LABEL,
]}

HEADS = {"name": "heads", "layers": [
    *TEXT, {"type": "MultiHeadAttention", "name": "look", "num_heads": 3, "key_dim": 4, "inputs": ["embed", "embed"]},
    {"type": "GlobalAveragePooling1D", "name": "mean"}, LABEL,
]}

PAIR = {
    "name": "pair", "layers": [
        {"type": "InputLayer", "name": "a", "shape": [1]}, {"type": "InputLayer", "name": "b", "shape": [1]},
        {"type": "Concatenate", "name": "both", "inputs": ["a", "b"]}, {"type": "Dense", "name": "hidden", "units": 6, "activation": "tanh", "inputs": ["both"]},
        {"type": "Dense", "name": "side", "units": 2, "activation": "softmax", "inputs": ["hidden"]}, {"type": "Dense", "name": "size", "units": 1, "inputs": ["hidden"]},
    ],
    "outputs": ["side", "size"],
}

SERIES = {"name": "cells", "input_shape": [24, 1], "layers": [{"type": "LSTM", "name": "lstm", "units": 6}, {"type": "Dense", "units": 1}]}


def couples():
    """Two numbers, which of them is greater, and their sum."""
    return "a,b,side,size\n" + "".join(f"{at % 7},{at % 5},{'left' if at % 7 < at % 5 else 'right'},{at % 7 + at % 5}\n" for at in range(70))


def reviews():
    """Texts with two labels, one of which looks like markup."""
    rows = ["text,label"]
    for index in range(60):
        words, label = ("good fine great", "pos") if index % 2 else ("bad awful poor", HOSTILE.replace('"', '""'))
        rows.append(f'{words} movie number {index} it was {"good" if index % 2 else "bad"},"{label}"')
    return "\n".join(rows) + "\n"


def colours():
    """A file of small pictures in two folders: a broad red stroke that stands, a blue one that lies."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for index in range(16):
            archive.writestr(f"{'red' if index % 2 else 'blue'}/{index}.png", png(24, 24, stroke(index)))
    return file.getvalue()


def stroke(index):
    """The colour at each place of a picture, in a ground that is never twice the same."""
    is_red = index % 2
    return lambda x, y: (200 if is_red and abs(x - 12) < 6 else 20, (x * 7 + y * 13 + index * 5) % 60, 200 if not is_red and abs(y - 12) < 6 else 20)


def png(width, height, color):
    """A picture of 8 bits (W3C PNG, 5)."""
    rows = b"".join(b"\0" + bytes(part for x in range(width) for part in color(x, y)) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def fill(server):
    """Models with gates and attention, and a job whose epochs were kept."""
    server.must("PUT", "/datasets/reviews", reviews().encode(), "text/csv")
    server.must("POST", "/models", READER)
    server.train(
        model="reader", dataset="reviews", inputs={"text": "text"}, targets={"label": "label"}, epochs=3, loss="sparse_categorical_crossentropy"
    )
    server.must("POST", "/models", SERIES)
    server.train(model="cells", dataset="sunspots", epochs=2, loss="mse")
    server.must("POST", "/models", WIDE)
    server.must("PUT", "/datasets/colours", colours(), "application/zip")
    server.must("POST", "/models", {"name": "eye", "preset": "image", "dataset": "colours", "target": "label"})
    server.train(model="eye", dataset="colours", epochs=2, loss="sparse_categorical_crossentropy")
    for model in (BOTH_WAYS, HEADS):
        server.must("POST", "/models", model)
        server.train(model=model["name"], dataset="reviews", inputs={"text": "text"}, targets={"label": "label"}, epochs=3, loss="sparse_categorical_crossentropy")
    server.must("PUT", "/datasets/couples", couples(), "text/csv")
    server.must("POST", "/models", PAIR)
    server.train(
        model="pair", dataset="couples", inputs={"a": "a", "b": "b"}, targets={"side": "side", "size": "size"}, epochs=3,
        loss={"side": "sparse_categorical_crossentropy", "size": "mse"},
    )
    server.must("POST", "/models", {"name": "ear", "preset": "sound", "dataset": "sounds", "target": "label"})
    server.train(model="ear", dataset="sounds", epochs=2, loss="sparse_categorical_crossentropy")
    server.must("POST", "/models", {**digits("kept-cnn")})
    server.kept = server.train(**(DIGITS_TRAINING | {"model": "kept-cnn", "epochs": 3, "keep_epochs": "all"}))


def digits(name):
    """A network of the digits whose convolutions keep the size, with a step and with more than one channel to look at."""
    return {
        "name": name, "input_shape": [8, 8, 1],
        "layers": [
            {"type": "Rescaling", "scale": 0.0625},
            {"type": "Conv2D", "name": "first", "filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"},
            {"type": "Conv2D", "name": "second", "filters": 6, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu"},
            {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"},
        ],
    }
