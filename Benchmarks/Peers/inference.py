"""Seconds of an answer of PyTorch and onnxruntime, one and 32 rows: inference.py WORKLOAD THREADS SECONDS"""
import json
import pathlib
import sys
import tempfile
import time

import onnxruntime
import torch

from networks import Network, sample

name, threads, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
torch.set_num_threads(threads)
workloads = json.loads((pathlib.Path(__file__).parent.parent / "workloads.json").read_text())["workloads"]
model = next(w for w in workloads if w["name"] == name)["model"]
network = Network(model).eval()


def median_seconds(answer):
    times = []
    for _ in range(5):
        answer()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        answer()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
options.inter_op_num_threads = 1
result = {}
for rows in (1, 32):
    x = sample(model, rows)
    with torch.inference_mode():
        result[f"pytorch_{rows}"] = median_seconds(lambda: network(x))
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/model.onnx"
        torch.onnx.export(network, (x,), path, dynamo=False, input_names=["x"])
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    array = x.numpy()
    result[f"onnxruntime_{rows}"] = median_seconds(lambda: session.run(None, {"x": array}))
print(json.dumps(result))
