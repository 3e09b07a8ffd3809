"""Seconds of a PyTorch training step and the peak memory of the process: pytorch_train.py WORKLOAD THREADS MODE SECONDS"""
import json
import pathlib
import resource
import sys
import time

import torch
from torch import nn

from networks import Network, sample

name, threads, mode, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
torch.set_num_threads(threads)
torch.manual_seed(7)
workloads = json.loads((pathlib.Path(__file__).parent.parent / "workloads.json").read_text())["workloads"]
workload = next(w for w in workloads if w["name"] == name)
network = Network(workload["model"])
if mode == "compile":
    network = torch.compile(network)
batch, classes = workload["batch"], workload["classes"]
inputs = [sample(workload["model"], batch, seed) for seed in range(4)]
targets = [torch.arange(batch) % classes if classes else torch.rand(batch, 1) for _ in inputs]
loss = nn.CrossEntropyLoss() if classes else nn.MSELoss()
optimizer = torch.optim.Adam(network.parameters())


def step(number):
    optimizer.zero_grad(set_to_none=True)
    value = loss(network(inputs[number % 4]), targets[number % 4])
    value.backward()
    optimizer.step()


for number in range(5):
    step(number)
steps, start = 0, time.perf_counter()
while time.perf_counter() - start < seconds:
    step(steps)
    steps += 1
rate = steps * batch / (time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"samples_per_second": rate, "peak_bytes": peak}))
