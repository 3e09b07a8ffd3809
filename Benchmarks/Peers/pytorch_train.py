"""Trains a workload in PyTorch: pytorch_train.py WORKLOAD THREADS eager|compile[-bfloat16] [LIST]

With bfloat16 the forward pass and the loss are under torch.autocast.
Says {"ready": true} once it is warm. For each line with a number of seconds it trains for that long and answers with
samples a second and the peak memory of the process so far.
"""
import json
import resource
import sys
import time

import torch
from torch import nn

from networks import Network, sample, workload

name, threads, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)
torch.manual_seed(7)
work = workload(name, sys.argv[4] if len(sys.argv) > 4 else None)
network = Network(work["model"])
if mode.startswith("compile"):
    network = torch.compile(network)
batch, classes = work["batch"], work["classes"]
inputs = [sample(work, batch, seed) for seed in range(4)]
targets = [torch.arange(batch) % classes if classes else torch.rand(batch, 1) for _ in inputs]
loss = nn.CrossEntropyLoss() if classes else nn.MSELoss()
optimizer = torch.optim.Adam(network.parameters())


def step(number):
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=mode.endswith("bfloat16")):
        value = loss(network(inputs[number % 4]), targets[number % 4])
    value.backward()
    optimizer.step()


for number in range(5):
    step(number)
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    seconds = float(line)
    steps, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds or steps == 0:
        step(steps)
        steps += 1
    rate = steps * batch / (time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"samples_per_second": rate, "peak_bytes": peak}), flush=True)
