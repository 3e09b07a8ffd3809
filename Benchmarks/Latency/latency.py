#!/usr/bin/env python3
"""The latency of predictions while the server is busy: idle, beside a client with many rows, during backups, training,
and training with checkpoints.

    scripts/bench-latency [seconds per case and round] [rounds]

Each round measures all cases, and compares them with its own idle one; the medians over the rounds are what counts.
One client sends one prediction after another over a kept-alive connection. The model that trains has 1.3 million
weights, so a checkpoint with Adam's two slots is 16 MB, compressed and stored once a second.
"""

import http.client
import json
import os
import statistics
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
        self.data = data
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
        return sorted(milliseconds for milliseconds, _ in self.predictions(seconds))

    def predictions(self, seconds):
        """The milliseconds that each prediction took, and whether a checkpoint was being written meanwhile."""
        end, seen = time.perf_counter() + seconds, self.newest_write()
        while (start := time.perf_counter()) < end:
            self.ask("POST", "/predict", PREDICT)
            milliseconds = (time.perf_counter() - start) * 1000
            before, seen = seen, self.newest_write()
            yield milliseconds, seen != before

    def newest_write(self):
        """When a file of a checkpoint was written to last, in nanoseconds."""
        newest = 0
        for entry in os.scandir(self.data + "/checkpoints"):
            try:
                newest = max(newest, entry.stat().st_mtime_ns)
            except FileNotFoundError:
                pass
        return newest

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


def quantile(latencies, part):
    return latencies[min(int(len(latencies) * part), len(latencies) - 1)]


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


# Asks for 200,000 rows, 51 MB of JSON, over and over until it is ended; a process of its own for the same reason.
MANY_ROWS = """
import socket, sys
row = b"[" + b",".join([b"0.5"] * 64) + b"]"
body = b'{"model":"small","instances":[' + b",".join([row] * 200_000) + b"]}"
head = b"POST /predict HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n"
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
while True:
    connection.sendall(head % len(body) + body)
    answer = b""
    while b"\\r\\n\\r\\n" not in answer:
        answer += connection.recv(1 << 20)
    head_bytes, _, begin = answer.partition(b"\\r\\n\\r\\n")
    fields = dict(line.lower().split(b": ", 1) for line in head_bytes.split(b"\\r\\n")[1:])
    left = int(fields[b"content-length"]) - len(begin)
    while left > 0:
        left -= len(connection.recv(1 << 20))
    print(head_bytes[9:12].decode(), flush=True)
"""


def beside_many_rows(server, seconds):
    """The latencies of single rows beside a client that asks for many at once, again and again."""
    many = subprocess.Popen([sys.executable, "-c", MANY_ROWS, str(server.client.port)], stdout=subprocess.PIPE, text=True)
    try:
        if (status := many.stdout.readline().strip()) != "200":
            sys.exit(f"many rows were answered with {status or 'nothing'}")
        return server.latencies(seconds)
    finally:
        many.kill()
        many.wait()


def measure_round(program, folder, seconds):
    """The latencies of each case, by its name."""
    found = {}
    server = Server(program, folder, 86400)
    server.latencies(1)
    found["idle"] = server.latencies(seconds)
    found["one client with 200,000 rows"] = beside_many_rows(server, seconds)

    stop = folder + "/stop"
    backups = subprocess.Popen(["sh", "-c", BACKUPS, "sh", program, folder, folder], stdout=subprocess.PIPE, text=True)
    found["backups, one after another"] = server.latencies(seconds)
    open(stop, "w").close()
    made = int(backups.communicate()[0])
    os.remove(stop)

    job = server.train()
    found["training"] = server.latencies(seconds)
    server.stop(job)

    server = Server(program, folder, 1)
    job = server.train()
    predictions = list(server.predictions(seconds))
    found["training, with checkpoints"] = sorted(milliseconds for milliseconds, _ in predictions)
    found["  of these, while one is written"] = sorted(milliseconds for milliseconds, writes in predictions if writes)
    server.stop(job)
    return found, made


def main():
    program = sys.argv[1]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 5
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    p50, p99, ratios, backups = {}, {}, {}, 0
    with tempfile.TemporaryDirectory() as folder:
        server = Server(program, folder, 86400)
        store_data(server)
        server.stop()
        for _ in range(rounds):
            found, made = measure_round(program, folder, seconds)
            backups += made
            for name, latencies in found.items():
                p50.setdefault(name, []).append(quantile(latencies, 0.5))
                p99.setdefault(name, []).append(quantile(latencies, 0.99))
                ratios.setdefault(name, []).append(p99[name][-1] / p99["idle"][-1])
    print(f"median of {rounds} rounds of {seconds:g} s; {backups} backups")
    print(f"{'':<32} {'p50, ms':>8} {'p99, ms':>8} {'of idle':>8}  in the rounds")
    for name in p50:
        middle = [statistics.median(values[name]) for values in (p50, p99, ratios)]
        each = " ".join(f"{ratio:.2f}" for ratio in sorted(ratios[name]))
        print(f"{name:<32} {middle[0]:8.3f} {middle[1]:8.3f} {middle[2]:8.2f}  {each}")


main()
