#!/usr/bin/env python3
"""What onnxruntime takes for a row of LeNet-5, in a process of its own, without HTTP.

    .build/onnx-venv/bin/python Benchmarks/Tensors/onnxruntime_rows.py PROGRAM       scripts/test-onnx makes that environment

The network is that of tensors.py, as the program writes it. Told are microseconds of processor a row, on one thread.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import numpy as np
import onnxruntime

WORKLOADS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "workloads.json")


def written(program):
    """LeNet-5 as the program writes it."""
    with open(WORKLOADS) as file:
        work = next(w for w in json.load(file)["workloads"] if w["name"] == "lenet-32")
    model = json.dumps(dict(work["model"], name="lenet")).encode()
    with tempfile.TemporaryDirectory() as data:
        process = subprocess.Popen([program, "serve", "--port", "0", "--data", data], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        try:
            base = process.stdout.readline().split()[-1]
            made = urllib.request.Request(base + "/models", model, {"Content-Type": "application/json"})
            urllib.request.urlopen(made, timeout=60).read()
            return urllib.request.urlopen(base + "/models/lenet/export?format=onnx", timeout=60).read()
        finally:
            process.terminate()
            process.wait(30)


def main():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(written(sys.argv[1]), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    print("| rows | µs of processor a row |")
    print("|---|---|")
    for rows in (1, 8, 32):
        images = np.random.default_rng(1).random((rows, 28, 28, 1), dtype=np.float32)
        count = max(20, 2000 // rows)
        taken = []
        for _ in range(5):
            start = time.process_time()
            for _ in range(count):
                session.run(None, {name: images})
            taken.append((time.process_time() - start) / count / rows * 1e6)
        print(f"| {rows} | {statistics.median(taken):.0f} |")


main()
