#!/usr/bin/env python3
"""The latency of predictions while the store is busy: idle, training, training with checkpoints, and during backups.

    scripts/bench-latency [seconds per case]

One client sends one prediction after another over a kept-alive connection. The model that trains has 1.3 million
weights, so a checkpoint with Adam's two slots is 16 MB, compressed and stored once a second.
"""

import http.client
import json
import os
import struct
import subprocess
import sys
import tempfile
import time

SMALL = {
    "name": "small", "input_shape": [64], "seed": 1,
    "layers": [{"type": "Dense", "units": 128, "activation": "relu"}, {"type": "Dense", "units": 10}],
}
LARGE = {
    "name": "large", "input_shape": [8, 8, 1], "seed": 1,
    "layers": [
        {"type": "Flatten"}, {"type": "Dense", "units": 1024, "activation": "relu"},
        {"type": "Dense", "units": 1200, "activation": "relu"}, {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
}
TRAIN = {"model": "large", "dataset": "digits", "epochs": 100000, "batch_size": 32,
         "optimizer": {"type": "Adam"}, "loss": "sparse_categorical_crossentropy"}
PREDICT = json.dumps({"model": "small", "instances": [[0.5] * 64]})


class Server:
    """A server on a free port, with a data folder of its own."""

    def __init__(self, program, data, interval):
        command = [program, "serve", "--port", "0", "--data", data, "--threads", "1",
                   "--checkpoint-interval", str(interval)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.client = http.client.HTTPConnection("127.0.0.1", int(line.rsplit(":", 1)[1]))
        # Models that are there already answer 409.
        for model in (SMALL, LARGE):
            self.ask("POST", "/models", json.dumps(model))

    def ask(self, method, path, body=None, kind="application/json"):
        self.client.request(method, path, body, {"Content-Type": kind})
        return json.loads(self.client.getresponse().read() or b"{}")

    def latencies(self, seconds):
        """The milliseconds that each prediction took, in order."""
        found, end = [], time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            self.ask("POST", "/predict", PREDICT)
            found.append((time.perf_counter() - start) * 1000)
        return sorted(found)

    def train(self):
        job = self.ask("POST", "/train", json.dumps(TRAIN))["id"]
        while self.ask("GET", f"/jobs/{job}")["progress"]["step"] == 0:
            time.sleep(0.05)
        return job

    def stop(self, job=None):
        if job:
            self.ask("POST", f"/jobs/{job}/cancel")
        self.process.terminate()
        self.process.wait()


def report(name, latencies, idle=None):
    def quantile(part):
        return latencies[min(int(len(latencies) * part), len(latencies) - 1)]

    note = "" if idle is None else f"  p99 {quantile(0.99) / idle:.2f} x idle"
    print(f"{name:<28} n {len(latencies):>6}  p50 {quantile(0.5):6.3f} ms  p99 {quantile(0.99):6.3f} ms{note}", flush=True)
    return quantile(0.99)


def store_data(server):
    """Gives a backup something to do: a dataset of 50,000 rows of 1,000 numbers, 200 MB in the store."""
    rows, columns = 50_000, 1_000
    body = b""
    for name, shape, values in (("x", (rows, columns), os.urandom(rows * columns)), ("y", (rows,), bytes(rows))):
        header = struct.pack(f">4B{len(shape)}I", 0, 0, 8, len(shape), *shape)
        body += f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'.encode()
        body += header + values + b"\r\n"
    server.ask("PUT", "/datasets/large", body + b"--cut--\r\n", "multipart/form-data; boundary=cut")


# Makes one backup after another until there is a file called stop; a process of its own, since one that measures
# would stand still whenever it starts another.
BACKUPS = """
number=0
while [ ! -e "$3/stop" ]; do
    "$1" backup "$3/backup.tar" --data "$2" >/dev/null && rm "$3/backup.tar" || exit 1
    number=$((number + 1))
done
echo $number
"""


def main():
    program = sys.argv[1]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.TemporaryDirectory() as folder:
        data = folder + "/data"
        server = Server(program, data, 86400)
        store_data(server)
        server.latencies(2)
        idle = report("idle", server.latencies(seconds))

        backups = subprocess.Popen(["sh", "-c", BACKUPS, "sh", program, data, folder], stdout=subprocess.PIPE, text=True)
        report("backups one after another", server.latencies(seconds), idle)
        open(folder + "/stop", "w").close()
        print(f"{'':<28} {backups.communicate()[0].strip()} backups", flush=True)

        job = server.train()
        training = report("training", server.latencies(seconds), idle)
        server.stop(job)

        server = Server(program, data, 1)
        job = server.train()
        report("training, with checkpoints", server.latencies(seconds), training)
        print(f"{'':<28} (the factor above is against training)")
        server.stop(job)


main()
