#!/usr/bin/env python3
"""How many jobs a second a server accepts, each on the disk before its 202, from one client and from many at once.

    scripts/bench-durability [SECONDS [ROUNDS [CLIENTS [MILLISECONDS…]]]]

Beside the disk that is there it measures with others whose every sync takes so many milliseconds longer (a preloaded
library, Tests/PowerCut): 2, 5 and 10 unless told otherwise.

Each client posts a job, waits for the 202, and posts the next, over a connection that stays open; one thread serves all
clients. A round measures one client and then many, on one server whose only worker is kept busy by a long job that takes a
core only while nobody else wants it, so that those accepted stay in the queue. The medians over the rounds are what counts.
Below them: what the same disk gives a program that does nothing but write 4 KiB and wait for them.
"""

import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time

MODEL = {"name": "small", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}
ROWS = {"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]}
JOB = {"model": "small", "dataset": "rows", "epochs": 1, "loss": "mse"}
LARGE = {"name": "large", "input_shape": [8, 8, 1],
         "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 512, "activation": "relu"},
                    {"type": "Dense", "units": 10, "activation": "softmax"}]}
LONG = {"model": "large", "dataset": "digits", "epochs": 1000000, "batch_size": 256, "priority": 1000,
        "loss": "sparse_categorical_crossentropy"}


def request(method, path, body):
    body = json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Client:
    """One connection with at most one request under way."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def send(self, message):
        self.sent = time.perf_counter()
        self.socket.sendall(message)

    def answer(self):
        """The status of the answer if it is whole, else None."""
        self.received += self.socket.recv(65536)
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        if len(body) < length:
            return None
        self.received = b""
        return int(head[9:12])

    def ask(self, message):
        self.send(message)
        while (status := self.answer()) is None:
            pass
        return status


def measure(port, count, seconds):
    """Jobs accepted a second, and the milliseconds that each took, in order."""
    job = request("POST", "/train", JOB)
    clients = [Client(port) for _ in range(count)]
    waiting = selectors.DefaultSelector()
    for client in clients:
        waiting.register(client.socket, selectors.EVENT_READ, client)
        client.send(job)
    milliseconds = []
    start = time.perf_counter()
    under_way = count
    while under_way:
        for key, _ in waiting.select():
            client = key.data
            status = client.answer()
            if status is None:
                continue
            now = time.perf_counter()
            if status != 202:
                sys.exit(f"a job was answered with {status}")
            milliseconds.append((now - client.sent) * 1000)
            if now - start < seconds:
                client.send(job)
            else:
                under_way -= 1
    rate = len(milliseconds) / (time.perf_counter() - start)
    for client in clients:
        client.socket.close()
    return rate, sorted(milliseconds)


def disk(folder, count=200):
    """The milliseconds that the disk takes for 4 KiB at the end of a file, in order."""
    taken = []
    with open(os.path.join(folder, "probe"), "wb", buffering=0) as file:
        for _ in range(count):
            file.write(b"x" * 4096)
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def leave_cores(process):
    """Has the thread that trains take a core only while nobody else wants it: it is there to keep the worker busy."""
    for task in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{task}/comm") as file:
            if file.read().startswith("train-"):
                os.sched_setscheduler(int(task), os.SCHED_IDLE, os.sched_param(0))


def run(program, folder, counts, seconds, delay):
    """The rates and latencies of one round, with a disk that takes `delay` milliseconds longer."""
    command = [program, "serve", "--port", "0", "--data", os.path.join(folder, "data"), "--threads", "1",
               "--queue-limit", "1000000"]
    environment = dict(os.environ)
    if delay:
        environment |= {"LD_PRELOAD": sys.argv[2], "POWERCUT_MICROSECONDS": f"{delay * 1000:.0f}"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as server:
        try:
            port = int(server.stdout.readline().rsplit(":", 1)[1])
            client = Client(port)
            for message, expected in (
                (request("POST", "/models", MODEL), 201), (request("POST", "/models", LARGE), 201),
                (request("PUT", "/datasets/rows", ROWS), 201), (request("POST", "/train", LONG), 202),
            ):
                if (status := client.ask(message)) != expected:
                    sys.exit(f"{message[:40]} was answered with {status}")
            leave_cores(server.pid)
            # Warms up what a first request makes.
            measure(port, max(counts), 0.2)
            return [measure(port, count, seconds) for count in counts]
        finally:
            server.kill()


def main():
    program = sys.argv[1]
    seconds = float(sys.argv[3])
    rounds = int(sys.argv[4])
    counts = [1, int(sys.argv[5])]
    delays = [0.0] + [float(delay) for delay in sys.argv[6:]]
    place = os.environ.get("TMPDIR", "/tmp")
    found = {delay: [[] for _ in counts] for delay in delays}
    for _ in range(rounds):
        for delay in delays:
            with tempfile.TemporaryDirectory(dir=place) as folder:
                for results, result in zip(found[delay], run(program, folder, counts, seconds, delay)):
                    results.append(result)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        times = disk(folder)
    own = times[len(times) // 2]
    print(f"{'sync, ms':>8} {'clients':>7} {'jobs/s':>8} {'p50, ms':>8} {'p99, ms':>8}")
    for delay in delays:
        rates = []
        for count, results in zip(counts, found[delay]):
            rates.append(statistics.median(rate for rate, _ in results))
            p50, p99 = (
                statistics.median(times[int(len(times) * share)] for _, times in results) for share in (0.5, 0.99)
            )
            print(f"{own + delay:>8.2f} {count:>7} {rates[-1]:>8.0f} {p50:>8.2f} {p99:>8.2f}")
        print(f"  {counts[-1]} clients get {rates[-1] / rates[0]:.1f} times what one gets "
              f"(rounds: {', '.join(f'{b / a:.1f}' for (a, _), (b, _) in zip(*found[delay]))})")
    print(f"the disk alone: {own:.2f} ms for 4 KiB (p99 {times[int(len(times) * 0.99)]:.2f})")


main()
