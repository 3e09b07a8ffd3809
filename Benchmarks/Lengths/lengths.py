"""Training on sequences of unequal length, beside PyTorch's pack_padded_sequence, in turns on the same rows.

Usage: lengths.py BINARY ROUNDS; run by the Python of an environment with PyTorch.

Rows are of 8 to 100 steps of 16 numbers, lengths evenly spread, 2,048 of them, 32 a batch, Adam, a GRU or LSTM of 64 and
a softmax over 10. PyTorch is given batches of random rows, as a shuffling DataLoader does, and rows sorted by length, as
those who want it fast do.
"""
import json
import http.client
import random
import subprocess
import sys
import tempfile
import time

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

ROWS, BATCH, WIDTH, UNITS, CLASSES = 2048, 32, 16, 64, 10
EPOCHS = 4


def rows():
    draw = random.Random(1)
    lengths = [draw.randint(8, 100) for _ in range(ROWS)]
    inputs = [[[round(draw.uniform(-1, 1), 3) for _ in range(WIDTH)] for _ in range(length)] for length in lengths]
    return inputs, [draw.randrange(CLASSES) for _ in range(ROWS)]


class Peer(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.cell = getattr(nn, kind)(WIDTH, UNITS, batch_first=True)
        self.head = nn.Linear(UNITS, CLASSES)

    def forward(self, padded, lengths):
        _, state = self.cell(pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False))
        return self.head((state[0] if isinstance(state, tuple) else state)[-1])


def peer(kind, inputs, labels, is_sorted):
    torch.manual_seed(1)
    torch.set_num_threads(2)
    data = [torch.tensor(row) for row in inputs]
    network = Peer(kind)
    loss, optimizer = nn.CrossEntropyLoss(), torch.optim.Adam(network.parameters())
    order = list(range(ROWS))

    def epoch():
        random.shuffle(order)
        if is_sorted:
            order.sort(key=lambda row: len(inputs[row]))
        batches = [order[begin : begin + BATCH] for begin in range(0, ROWS, BATCH)]
        random.shuffle(batches)
        for batch in batches:
            lengths = torch.tensor([len(inputs[row]) for row in batch])
            padded = pad_sequence([data[row] for row in batch], batch_first=True)
            optimizer.zero_grad(set_to_none=True)
            loss(network(padded, lengths), torch.tensor([labels[row] for row in batch])).backward()
            optimizer.step()

    epoch()
    begin = time.perf_counter()
    for _ in range(EPOCHS):
        epoch()
    return EPOCHS * ROWS / (time.perf_counter() - begin)


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request(method, path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status < 300, text[:500]
    return json.loads(text)


def own(port, kind, data):
    """The rows a second that the job tells of its last steps, once its plans are compiled."""
    name = kind.lower()
    options = {"loss": "sparse_categorical_crossentropy", "optimizer": "adam", "batch_size": BATCH, "epochs": 12}
    job = ask(port, "POST", "/train", json.dumps({"model": name, "data": data, **options}))
    while job["state"] in ("queued", "running"):
        time.sleep(0.1)
        job = ask(port, "GET", f"/jobs/{job['id']}?history=false")
    assert job["state"] == "succeeded", job
    return job["progress"]["samples_per_second"]


def main():
    binary, rounds = sys.argv[1], int(sys.argv[2])
    inputs, labels = rows()
    data = {"x": inputs, "y": labels}
    with tempfile.TemporaryDirectory() as folder:
        command = [binary, "serve", "--data", folder + "/data", "--port", "0", "--workers", "1"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            port = int(server.stdout.readline().rstrip().rsplit(":", 1)[1])
            for kind in ("GRU", "LSTM"):
                layers = [{"type": kind, "units": UNITS}, {"type": "Dense", "units": CLASSES, "activation": "softmax"}]
                model = {"name": kind.lower(), "input_shape": [None, WIDTH], "layers": layers}
                ask(port, "POST", "/models", json.dumps(model))
                ratios = {"random": [], "sorted": []}
                for _ in range(rounds):
                    rate = own(port, kind, data)
                    for name in ratios:
                        other = peer(kind, inputs, labels, name == "sorted")
                        ratios[name].append(rate / other)
                        print(f"{kind}: {rate:,.0f} rows/s, PyTorch {other:,.0f} ({name})", flush=True)
                for name, found in ratios.items():
                    found.sort()
                    middle = found[len(found) // 2]
                    print(f"{kind} over PyTorch, {name} batches: {middle:.2f} ({found[0]:.2f} to {found[-1]:.2f})")
        finally:
            server.terminate()
            server.wait()


main()
