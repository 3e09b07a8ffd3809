"""Data as people have it beside pandas, torchvision and Keras's layers: tables, pictures, recordings, and single rows."""
import base64
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import wave
import zipfile

import numpy

from answers import wrk
from report import median, spread
from sides import HERE, Peer, Server, request

# The goals for one row a request at 16 connections, on two cores.
GOALS = {"table row": 15_000, "text of 100 words": 10_000, "JPEG of 64×64": 8_000}


def write_table(path, megabytes):
    """A CSV file of 50 columns: numbers with holes, whole numbers, words, dates and truths."""
    generator = numpy.random.default_rng(1)
    words = numpy.array(["red", "green", "blue", "north", "south", "unknown place", '"a,b"', '"x""y"'], dtype=object)
    with open(path, "w") as file:
        names = [f"{kind}{i}" for kind, count in (("n", 30), ("i", 10), ("w", 6), ("d", 2), ("b", 2)) for i in range(count)]
        file.write(",".join(names) + "\n")
        while file.tell() < megabytes * 1e6:
            rows = 10_000
            columns = []
            for i in range(30):
                values = generator.normal(0, 10 ** (i % 5), rows)
                holes = generator.random(rows) < 0.02
                columns.append(["" if hole else f"{value:.6g}" for value, hole in zip(values, holes)])
            columns += [generator.integers(0, 10 ** (1 + i % 7), rows).astype(str) for i in range(10)]
            columns += [words[generator.integers(0, len(words), rows)] for _ in range(6)]
            for _ in range(2):
                days = numpy.datetime64("2000-01-01") + generator.integers(0, 9000, rows)
                columns.append(days.astype(str))
            columns += [numpy.where(generator.random(rows) < 0.5, "true", "false") for _ in range(2)]
            file.write("\n".join(map(",".join, zip(*columns))) + "\n")


def put(server, path, file, content_type):
    """Uploads a file, and returns the seconds that it took."""
    start = time.perf_counter()
    answer = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-T", file, "-H",
                             f"Content-Type: {content_type}", server.base + path], capture_output=True, text=True)
    if answer.stdout not in ("200", "201"):
        sys.exit(f"PUT {path}: {answer.stdout} {answer.stderr}")
    return time.perf_counter() - start


def bench_table(report, arguments, folder):
    """The upload of a table, typed and stored, on one core; pandas only reads it, with its C reader."""
    path = folder / "table.csv"
    write_table(path, 100 if arguments.quick else 1000)
    size = path.stat().st_size / 1e6
    ours, theirs = [], []
    for _ in range(arguments.rounds):
        with Server(arguments.binary, 1) as server:
            os.sched_setaffinity(server.process.pid, {0})
            rehearsed = put(server, "/datasets/table?dry_run=true", path, "text/csv")
            peak = server.peak_bytes()
            stored = put(server, "/datasets/table", path, "text/csv")
            ours.append({"read": size / rehearsed, "stored": size / stored, "peak": max(peak, server.peak_bytes()) / 2**20})
        answer = subprocess.run([sys.executable, HERE / "pandas_read.py", path], capture_output=True, text=True, check=True)
        seconds, peak = json.loads(answer.stdout)
        theirs.append({"read": size / seconds, "peak": peak / 2**20})
    for what, key in (("typed, not stored", "read"), ("typed and stored", "stored")):
        report.row(f"table of {size:.0f} MB", "data", 1, median(ours, key), median(theirs, "read"), "pandas' C reader",
                   f"MB/s, {what}", spreads=(spread(ours, key), spread(theirs, "read")))
    report.row(f"table of {size:.0f} MB", "memory", 1, median(ours, "peak"), median(theirs, "peak"), "pandas", "MiB",
               smaller_is_better=True)


def epochs_seconds(server, model, dataset, loss):
    """Seconds of the first epoch and of each later one."""
    def seconds(epochs):
        start = time.perf_counter()
        job = request(server.base, "POST", "/train", {"model": model, "dataset": dataset, "epochs": epochs, "loss": loss,
                                                      "batch_size": 32, "seed": 1})
        while job["state"] in ("queued", "running"):
            time.sleep(0.02)
            job = request(server.base, "GET", f"/jobs/{job['id']}")
        if job["state"] != "succeeded":
            sys.exit(f"{model}: {job['error']}")
        return time.perf_counter() - start
    first = seconds(1)
    return first, max((seconds(5) - first) / 4, 1e-9)


def write_pictures(folder, count):
    """A zip of folders of JPEG pictures, and the same folders as files."""
    from PIL import Image
    generator = numpy.random.default_rng(2)
    with zipfile.ZipFile(folder / "pictures.zip", "w") as archive:
        for number in range(count):
            coarse = Image.fromarray(generator.integers(0, 255, (16, 16, 3), dtype=numpy.uint8))
            name = f"pictures/{number % 4}/{number}.jpg"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            coarse.resize((320, 256), Image.BICUBIC).save(folder / name, quality=90)
            archive.write(folder / name, name.removeprefix("pictures/"))


def bench_pictures(report, arguments, folder):
    """Epochs over a folder of JPEG pictures brought to 224×224, on one thread."""
    count = 400 if arguments.quick else 2000
    write_pictures(folder, count)
    network = [{"type": "Conv2D", "filters": 8, "kernel_size": 3, "strides": 2, "activation": "relu"},
               {"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 4, "activation": "softmax"}]
    model = {"layers": [{"type": "InputLayer", "shape": [None, None, 3], "dtype": "image"},
                        {"type": "Resizing", "height": 224, "width": 224}, {"type": "Rescaling", "scale": 1 / 255},
                        *network]}
    ours, theirs, arrays = [], [], []
    for _ in range(arguments.rounds):
        with Server(arguments.binary, 1) as server:
            put(server, "/datasets/pictures?test_split=0", folder / "pictures.zip", "application/zip")
            request(server.base, "POST", "/models", dict(model, name="network"))
            first, later = epochs_seconds(server, "network", "pictures", "sparse_categorical_crossentropy")
            ours.append({"first": count / first, "later": count / later, "peak": server.peak_bytes() / 2**20})
        with Server(arguments.binary, 1) as server:
            rows = min(count, 400)
            generator = numpy.random.default_rng(3)
            body = b""
            for name, array in (("x", generator.random((rows, 224, 224, 3), dtype=numpy.float32)),
                                ("y", (numpy.arange(rows) % 4).astype(numpy.int32))):
                file = io.BytesIO()
                numpy.save(file, array)
                body += f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.npy"\r\n\r\n'.encode()
                body += file.getvalue() + b"\r\n"
            request(server.base, "PUT", "/datasets/arrays?test_split=0", body + b"--cut--\r\n",
                    "multipart/form-data; boundary=cut")
            request(server.base, "POST", "/models", {"name": "network", "input_shape": [224, 224, 3], "layers": network})
            arrays.append({"later": rows / epochs_seconds(server, "network", "arrays", "sparse_categorical_crossentropy")[1]})
        with Peer("torchvision_loader.py", folder / "pictures", threads=1) as peer:
            theirs.append(peer.measure(0))
    report.row("JPEG folder", "data", 1, median(ours, "first"), median(theirs, "rate"),
               "torchvision's loader, 1 worker", "pictures/s, first epoch with training",
               spreads=(spread(ours, "first"), spread(theirs, "rate")))
    report.row("JPEG folder", "data", 1, median(ours, "later"), median(arrays, "later"), "the same from arrays",
               "pictures/s, later epochs", spreads=(spread(ours, "later"), spread(arrays, "later")))
    report.row("JPEG folder", "memory", 1, median(ours, "peak"), 500, "goal", "MiB", smaller_is_better=True)


def bench_sound(report, arguments, folder):
    """Mel spectrograms of recordings of a second at 16 kHz: an epoch's preparation beside Keras's layer on PyTorch."""
    count = 500 if arguments.quick else 2000
    generator = numpy.random.default_rng(4)
    with zipfile.ZipFile(folder / "sounds.zip", "w") as archive:
        for number in range(count):
            file = io.BytesIO()
            with wave.open(file, "wb") as recording:
                recording.setnchannels(1)
                recording.setsampwidth(2)
                recording.setframerate(16_000)
                recording.writeframes((generator.normal(0, 3000, 16_000)).astype("<i2").tobytes())
            archive.writestr(f"{number % 4}/{number}.wav", file.getvalue())
    model = {"name": "network", "layers": [
        {"type": "InputLayer", "shape": [16_000], "dtype": "audio", "sample_rate": 16_000},
        {"type": "MelSpectrogram", "fft_length": 512, "sequence_stride": 160, "num_mel_bins": 64},
        {"type": "GlobalAveragePooling1D"}, {"type": "Dense", "units": 4, "activation": "softmax"}]}
    ours, theirs = [], []
    for _ in range(arguments.rounds):
        with Server(arguments.binary, 1) as server:
            put(server, "/datasets/sounds?test_split=0", folder / "sounds.zip", "application/zip")
            request(server.base, "POST", "/models", model)
            first, _ = epochs_seconds(server, "network", "sounds", "sparse_categorical_crossentropy")
            ours.append({"first": count / first})
        with Peer("keras_sound.py", folder / "sounds.zip", threads=1) as peer:
            theirs.append(peer.measure(0))
    report.row("recordings", "data", 1, median(ours, "first"), median(theirs, "rate"), "Keras's MelSpectrogram",
               "recordings/s, first epoch with training", spreads=(spread(ours, "first"), spread(theirs, "rate")))


def bench_rows(report, arguments):
    """One row a request over 16 kept connections, server and load on the same cores."""
    from PIL import Image
    picture = io.BytesIO()
    coarse = numpy.random.default_rng(5).integers(0, 255, (8, 8, 3), dtype=numpy.uint8)
    Image.fromarray(coarse).resize((64, 64), Image.BICUBIC).save(picture, "JPEG", quality=85)
    words = [f"word{index % 60}" for index in range(100)]
    names = ["Pclass", "Age", "SibSp", "Parch", "Fare"]
    table = [dict({name: index % 7 + place for place, name in enumerate(names)}, Sex=["male", "female"][index % 2],
                  Embarked=["S", "C", "Q"][index % 3], label=index % 2) for index in range(64)]
    texts = [{"text": " ".join(words[index % 7:]), "label": index % 2} for index in range(64)]
    softmax = {"type": "Dense", "units": 2, "activation": "softmax"}
    models = [
        {"name": "table", "features": dict({name: "float_normalized" for name in names}, Sex="string_categorical",
                                           Embarked="string_categorical"),
         "layers": [{"type": "Dense", "units": 64, "activation": "relu"}, softmax]},
        {"name": "text", "layers": [{"type": "InputLayer", "name": "text", "shape": [], "dtype": "string"},
                                    {"type": "TextVectorization", "max_tokens": 1000, "output_sequence_length": 100},
                                    {"type": "Embedding", "input_dim": 1000, "output_dim": 16},
                                    {"type": "GlobalAveragePooling1D"}, softmax]},
        {"name": "picture", "layers": [{"type": "InputLayer", "shape": [64, 64, 3], "dtype": "image"},
                                       {"type": "Rescaling", "scale": 1 / 255},
                                       {"type": "Conv2D", "filters": 8, "kernel_size": 3, "strides": 2,
                                        "activation": "relu"}, {"type": "GlobalAveragePooling2D"}, softmax]}]
    row = {name: value for name, value in table[1].items() if name != "label"}
    bodies = {"table row": {"model": "table", "instances": [row]},
              "text of 100 words": {"model": "text", "instances": [" ".join(words)]},
              "JPEG of 64×64": {"model": "picture",
                                "instances": [{"b64": base64.b64encode(picture.getvalue()).decode()}]}}
    with Server(arguments.binary, 1) as server:
        for model in models:
            request(server.base, "POST", "/models", model)
        for name, rows in (("table", table), ("text", texts)):
            body = "\n".join(map(json.dumps, rows)).encode()
            request(server.base, "PUT", f"/datasets/{name}", body, "application/x-ndjson")
            epochs_seconds(server, name, name, "sparse_categorical_crossentropy")
        for what, body in bodies.items():
            results = [wrk(server.base, 16, arguments.seconds, json.dumps(body)) for _ in range(arguments.rounds)]
            report.row(what, "data", 2, median(results, "rate"), GOALS[what], "goal", "predictions/s at 16 connections",
                       spreads=(spread(results, "rate"), None))


def bench_data(report, arguments, _):
    """All of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bench_table(report, arguments, folder)
        bench_pictures(report, arguments, folder)
        bench_sound(report, arguments, folder)
    bench_rows(report, arguments)
