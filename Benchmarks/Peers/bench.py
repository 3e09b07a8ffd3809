"""Trainyard beside PyTorch, onnxruntime and FastAPI on this machine, in turns; called by scripts/bench."""
import argparse
import io
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import numpy

HERE = pathlib.Path(__file__).parent
WORKLOADS = json.loads((HERE.parent / "workloads.json").read_text())["workloads"]


def request(base, method, path, body=None, content_type="application/json"):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    asked = urllib.request.Request(base + path, data=data, method=method, headers={"Content-Type": content_type})
    with urllib.request.urlopen(asked, timeout=300) as answer:
        return json.loads(answer.read())


class Server:
    """A Trainyard server on a free port with a data folder of its own."""

    def __init__(self, binary, threads):
        self.folder = tempfile.TemporaryDirectory()
        command = [binary, "serve", "--port", "0", "--data", self.folder.name, "--workers", "1",
                   "--threads", str(threads), "--max-body", str(1 << 30)]
        self.started = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.base = self.process.stdout.readline().strip().removeprefix("trainyard listening on ")

    def peak_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.folder.cleanup()


def npy(array):
    file = io.BytesIO()
    numpy.save(file, array)
    return file.getvalue()


def upload(base, workload, rows):
    generator = numpy.random.default_rng(1)
    shape = workload["model"]["input_shape"]
    classes = workload["classes"]
    x = generator.random((rows, *shape), dtype=numpy.float32)
    y = (numpy.arange(rows) % classes).astype(numpy.int32) if classes else generator.random((rows, 1), dtype=numpy.float32)
    body = b""
    for name, array in (("x", x), ("y", y)):
        body += f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.npy"\r\n\r\n'.encode()
        body += npy(array) + b"\r\n"
    path = f"/datasets/data?test_split=0&shape={','.join(map(str, shape))}"
    request(base, "PUT", path, body + b"--cut--\r\n", "multipart/form-data; boundary=cut")


def train_ours(binary, workload, threads, seconds):
    """Samples a second by the job's own timing and by the clock around it, and the server's peak memory."""
    with Server(binary, threads) as server:
        rows = workload["batch"] * 32
        upload(server.base, workload, rows)
        model = dict(workload["model"], name="network")
        request(server.base, "POST", "/models", model)

        def job(epochs):
            body = {"model": "network", "dataset": "data", "epochs": epochs, "batch_size": workload["batch"],
                    "optimizer": "adam",
                    "loss": "sparse_categorical_crossentropy" if workload["classes"] else "mse"}
            start = time.perf_counter()
            made = request(server.base, "POST", "/train", body)
            while True:
                state = request(server.base, "GET", f"/jobs/{made['id']}")
                if state["state"] not in ("queued", "running"):
                    break
                time.sleep(0.01)
            if state["state"] != "succeeded":
                sys.exit(f"{workload['name']}: {state}")
            return state["progress"]["samples_per_second"], time.perf_counter() - start

        rate, _ = job(1)
        epochs = max(1, round(seconds * rate / rows))
        rate, wall = job(epochs)
        return {"samples_per_second": rate, "wall_samples_per_second": rows * epochs / wall,
                "peak_bytes": server.peak_bytes()}


def run_json(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))
    output = subprocess.run(command, capture_output=True, text=True, env=environment)
    if output.returncode != 0:
        sys.exit(output.stderr)
    return json.loads(output.stdout.strip().splitlines()[-1])


def median(results, key):
    return statistics.median(r[key] for r in results)


def spread(results, key):
    values = [r[key] for r in results]
    return (max(values) - min(values)) / statistics.median(values)


class Table:
    def __init__(self, as_json):
        self.as_json = as_json
        if not as_json:
            print(f"{'workload':20} {'metric':28} {'threads':>7} {'ours':>12} {'peer':>12} {'ratio':>7}  unit, peer")

    def row(self, workload, metric, threads, ours, peer, peer_name, unit, smaller_is_better=False):
        ratio = peer / ours if smaller_is_better else ours / peer
        if self.as_json:
            print(json.dumps({"workload": workload, "metric": metric, "threads": threads, "ours": ours, "peer": peer,
                              "peer_name": peer_name, "ratio": ratio, "unit": unit}), flush=True)
        else:
            print(f"{workload:20} {metric:28} {threads:7} {ours:12.5g} {peer:12.5g} {ratio:7.2f}  {unit}, {peer_name}",
                  flush=True)


def bench_training(table, arguments, workload, threads):
    modes = ["eager", "compile"] if arguments.compile else ["eager"]
    ours, peers = [], {mode: [] for mode in modes}
    for _ in range(arguments.rounds):
        ours.append(train_ours(arguments.binary, workload, threads, arguments.seconds))
        for mode in modes:
            peers[mode].append(run_json([sys.executable, HERE / "pytorch_train.py", workload["name"], str(threads),
                                         mode, str(arguments.seconds)], threads))
    for mode in modes:
        name = f"PyTorch {mode} (±{spread(peers[mode], 'samples_per_second') / 2:.0%}, ours ±{spread(ours, 'samples_per_second') / 2:.0%})"
        peer = median(peers[mode], "samples_per_second")
        table.row(workload["name"], "train", threads, median(ours, "samples_per_second"), peer, name, "samples/s")
        table.row(workload["name"], "train", threads, median(ours, "wall_samples_per_second"), peer,
                  f"PyTorch {mode}, our whole job by the clock", "samples/s")
    table.row(workload["name"], "memory", threads, median(ours, "peak_bytes") / 2**20,
              median(peers["eager"], "peak_bytes") / 2**20, "PyTorch eager", "MiB", smaller_is_better=True)


def bench_inference(table, arguments, workload, threads):
    rounds = [(run_json([arguments.engine, "--infer", "--seconds", str(arguments.seconds / 4), workload["name"]], threads),
               run_json([sys.executable, HERE / "inference.py", workload["name"], str(threads),
                         str(arguments.seconds / 4)], threads)) for _ in range(arguments.rounds)]
    for rows in (1, 32):
        ours = statistics.median(r[0][f"seconds_{rows}"] for r in rounds)
        for peer in ("onnxruntime", "pytorch"):
            theirs = statistics.median(r[1][f"{peer}_{rows}"] for r in rounds)
            table.row(workload["name"], "infer", threads, ours * 1e6, theirs * 1e6, f"{peer}, batch {rows}", "µs",
                      smaller_is_better=True)


LUA = """
local numbers = {}
for i = 1, 784 do numbers[i] = string.format("%.4f", (i * 7 % 255) / 255) end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"lenet","instances":[[' .. table.concat(numbers, ",") .. ']]}'
"""


def wrk(base, connections, seconds):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA)
        script.flush()
        output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}", "--latency", "-s",
                                 script.name, base + "/predict"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output:
        sys.exit(output)
    unit = {"us": 1e-3, "ms": 1, "s": 1e3}
    percentile = lambda p: (lambda m: float(m[1]) * unit[m[2]])(re.search(rf"{p}%\s+([\d.]+)(us|ms|s)", output))
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), "p50": percentile(50), "p99": percentile(99)}


def wait_for(base):
    for _ in range(600):
        try:
            urllib.request.urlopen(base + "/openapi.json", timeout=1).read()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"{base} did not start")


def bench_http(table, arguments):
    lenet = dict(next(w for w in WORKLOADS if w["name"] == "lenet-32")["model"], name="lenet")
    ours, start = {}, []
    for _ in range(3):
        with Server(arguments.binary, 1) as server:
            request(server.base, "GET", "/health/live")
            start.append((time.perf_counter() - server.started) * 1e3)
    with Server(arguments.binary, 1) as server:
        request(server.base, "POST", "/models", lenet)
        for connections in (1, 16, 64):
            wrk(server.base, connections, 1)
            ours[connections] = wrk(server.base, connections, arguments.seconds)
    peer_start = {}
    for kind in ("pytorch", "onnxruntime"):
        port = 18080
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, HERE / "fastapi_server.py", kind, str(port)],
                                   env=dict(os.environ, OMP_NUM_THREADS="1"))
        try:
            wait_for(f"http://127.0.0.1:{port}")
            peer_start[kind] = (time.perf_counter() - begun) * 1e3
            for connections in (1, 16, 64):
                peer = wrk(f"http://127.0.0.1:{port}", connections, arguments.seconds)
                name = f"FastAPI on {kind}, {connections} connections"
                table.row("lenet-5", "http", 2, ours[connections]["rate"], peer["rate"], name, "requests/s")
                for p in ("p50", "p99"):
                    table.row("lenet-5", "http", 2, ours[connections][p], peer[p], f"{p}, {name}", "ms",
                              smaller_is_better=True)
        finally:
            process.terminate()
            process.wait()
    table.row("lenet-5", "start", 2, statistics.median(start), peer_start["pytorch"], "FastAPI on pytorch", "ms",
              smaller_is_better=True)


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--binary", required=True, help="the server")
parser.add_argument("--engine", required=True, help="the engine's benchmark")
parser.add_argument("--json", action="store_true", help="one object a line")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--seconds", type=float, default=3, help="how long each measurement runs")
parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
parser.add_argument("--compile", action="store_true", help="also torch.compile, which needs a C++ compiler")
parser.add_argument("--only", choices=["train", "infer", "http"], nargs="+", default=["train", "infer", "http"])
parser.add_argument("workloads", nargs="*", help="all where none is named")
arguments = parser.parse_args()
table = Table(arguments.json)
chosen = [w for w in WORKLOADS if not arguments.workloads or w["name"] in arguments.workloads]
if "train" in arguments.only:
    for threads in arguments.threads:
        for workload in chosen:
            bench_training(table, arguments, workload, threads)
if "infer" in arguments.only:
    for workload in chosen:
        bench_inference(table, arguments, workload, 1)
if "http" in arguments.only:
    bench_http(table, arguments)
