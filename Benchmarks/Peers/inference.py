"""Answers a workload with PyTorch and onnxruntime: inference.py WORKLOAD THREADS

Says {"ready": true} once it is warm. For each line with a number of seconds it answers one and 32 rows for that long
with each, and tells the median seconds of an answer.
"""
import json
import sys
import tempfile
import time

import onnxruntime
import torch

from networks import Network, sample, workload

name, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
work = workload(name)
network = Network(work["model"]).eval()


def median_seconds(answer, seconds):
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        answer()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def with_pytorch(x):
    def answer():
        with torch.inference_mode():
            network(x)
    return answer


def with_onnxruntime(x):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/model.onnx"
        torch.onnx.export(network, (x,), path, dynamo=False, input_names=["x"])
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    array = x.numpy()
    return lambda: session.run(None, {"x": array})


answers = {}
for rows in (1, 32):
    x = sample(work, rows)
    answers[f"pytorch_{rows}"], answers[f"onnxruntime_{rows}"] = with_pytorch(x), with_onnxruntime(x)
for answer in answers.values():
    for _ in range(5):
        answer()
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    print(json.dumps({kind: median_seconds(answer, float(line)) for kind, answer in answers.items()}), flush=True)
