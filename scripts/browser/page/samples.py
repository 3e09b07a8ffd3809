"""What the servers of the page's checks hold."""

import io
import math
import struct
import zipfile

HOSTILE = "<img src=x onerror=alert(1)>\u202edlrow\u202c javascript:alert(1)"

DIGITS = {
    "name": "digits-cnn", "input_shape": [8, 8, 1],
    "layers": [
        {"type": "Rescaling", "scale": 0.0625},
        {"type": "Conv2D", "filters": 16, "kernel_size": 3, "activation": "relu"}, {"type": "MaxPooling2D"},
        {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
}

DIGITS_TRAINING = {
    "model": "digits-cnn", "dataset": "digits", "epochs": 6, "loss": "sparse_categorical_crossentropy",
    "optimizer": {"type": "Adam", "learning_rate": 0.005}, "metrics": ["accuracy", "confusion_matrix"], "validation_split": 0.1,
}

LINE = {"name": "line", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}

POEM = "the cat sat on the mat and the dog sat on the log and so it goes on and on\n" * 40


def passengers():
    """A table with words, holes and numbers."""
    rows = ["age,sex,fare,survived"]
    for index in range(120):
        age = "" if index % 7 == 0 else str(index % 70 + 1)
        sex = "female" if index % 3 else "male"
        rows.append(f"{age},{sex},{index * 1.25:.2f},{'yes' if index % 3 else 'no'}")
    return "\n".join(rows) + "\n"


def hostile_table():
    """A table whose header, words and labels are what a page must not run."""
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    rows = [f"x,{quoted},label"]
    for index in range(40):
        rows.append(f"{index},{quoted if index % 2 else 'plain'},{quoted if index % 3 else 'other'}")
    return "\n".join(rows) + "\n"


def sounds():
    """A zip of two folders of short recordings: 8,000 samples a second of a sine, louder and louder."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        for index in range(8):
            tone = (440, 660)[index % 2]
            samples = [round(3000 * (index + 1) * math.sin(2 * math.pi * tone * at / 8000)) for at in range(2400)]
            data = struct.pack(f"<{len(samples)}h", *samples)
            head = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
            files.writestr(f"{('low', 'high')[index % 2]}/{index}.wav", head + b"data" + struct.pack("<I", len(data)) + data)
    return archive.getvalue()


def waves():
    """A series of two columns and a third to predict."""
    return "a,b,y\n" + "".join(f"{math.sin(at / 5):.4f},{math.cos(at / 3) + 3:.4f},{at % 7}\n" for at in range(90))


HUNDRED = {"name": "hundred", "input_shape": [1], "layers": [{"type": "Dense", "units": 100, "activation": "softmax"}]}


def hundred_classes():
    """Numbers that are their own class, of a hundred."""
    return "x,y\n" + "".join(f"{row / 100},c{row % 100:02}\n" for row in range(400))


def deep(layers=2000):
    """A model of as many layers as there may be."""
    kinds = [{"type": "Dense", "units": 4}, {"type": "BatchNormalization"}, {"type": "Activation", "activation": "relu"}]
    return {"name": "deep", "input_shape": [4], "layers": [kinds[index % 3] for index in range(layers)]}


SEARCH = {
    "name": "search", "base": {"model": "digits-cnn", "dataset": "digits", "training": {
        "loss": "sparse_categorical_crossentropy", "optimizer": {"type": "Adam"}, "metrics": ["accuracy"], "epochs": 1, "validation_split": 0.2}},
    "space": {"/training/optimizer/learning_rate": {"choice": [0.0001, 0.001, 0.01]}, "/training/batch_size": {"choice": [32, 64]}},
    "search": "grid", "metric": "val_accuracy", "seed": 1,
}


def fill(server):
    """Models, data and jobs of every kind and in every state that a page can show."""
    server.must("POST", "/models", DIGITS)
    server.digits = server.train(**DIGITS_TRAINING)
    server.second = server.train(**(DIGITS_TRAINING | {"seed": 1, "epochs": 4}))
    server.normed = server.train(**(DIGITS_TRAINING | {"seed": 2, "diagnostics": True}))
    server.must("PUT", "/models/digits-cnn/aliases/stable", {"version": 1})
    server.must("POST", "/experiments", SEARCH)
    server.must("PUT", "/datasets/sounds", sounds(), "application/zip")
    server.must("PUT", "/datasets/waves?window=12&target=y&columns=a,b,y", waves(), "text/csv")
    server.must("PUT", "/datasets/boat", passengers(), "text/csv")
    server.must("POST", "/models", {"name": "boat-model", "preset": "table", "dataset": "boat", "target": "survived"})
    server.train(model="boat-model", dataset="boat", epochs=4)
    server.must("PUT", "/datasets/poem", POEM, "text/plain")
    server.must("POST", "/models", {"name": "poet", "preset": "generator", "dataset": "poem"})
    server.train(model="poet", dataset="poem", epochs=2)
    server.must("POST", "/models", LINE)
    server.must("PUT", "/datasets/table", "a,y\n1,2\n3,4\n", "text/csv")
    server.must("PUT", "/datasets/hostile", hostile_table().encode(), "text/csv")
    server.must("POST", "/models", {"name": "hostile-model", "preset": "table", "dataset": "hostile", "target": "label"})
    server.hostile = server.train(model="hostile-model", dataset="hostile", epochs=2, diagnostics=True)
    # Steps so large that its numbers leave what 32 bits hold.
    server.diverged = server.train(
        None, model="line", dataset="table", loss="mse", epochs=400, optimizer={"type": "SGD", "learning_rate": 1000.0}
    )
    server.paused = server.train("running", model="line", dataset="table", loss="mse", epochs=10**6)
    server.must("POST", f"/jobs/{server.paused}/pause")
    server.wait(lambda: server.must("GET", f"/jobs/{server.paused}?history=false")["state"] == "paused")
    server.wait(lambda: server.must("GET", "/experiments/search")["state"] == "succeeded", 60)
