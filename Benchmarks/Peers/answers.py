"""Answers beside onnxruntime and PyTorch: in process, over HTTP beside FastAPI, and the first one after the start."""
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from report import median, spread
from sides import HERE, Peer, Server, request, run_json

PEERS = {"onnxruntime": "onnxruntime", "pytorch": "PyTorch"}
FIRST = json.dumps({"model": "lenet", "instances": [[0.5] * 784]}).encode()


def bench_inference(report, arguments, workloads):
    """Latency of one row and throughput of 32, in process on one thread."""
    for workload in workloads:
        name, seconds = workload["name"], arguments.seconds / 6
        ours, theirs = [], []
        with Peer("inference.py", name, 1, threads=1) as peer:
            for _ in range(arguments.rounds):
                ours += run_json([arguments.engine, "--infer", "--seconds", seconds, name])
                theirs.append(peer.measure(seconds))
        for peer, peer_name in PEERS.items():
            one, other = median(ours, "seconds_1"), median(theirs, f"{peer}_1")
            report.row(name, "infer", 1, one * 1e6, other * 1e6, peer_name, "µs at batch 1", smaller_is_better=True,
                       spreads=(spread(ours, "seconds_1"), spread(theirs, f"{peer}_1")))
            many, other = median(ours, "seconds_32"), median(theirs, f"{peer}_32")
            report.row(name, "infer", 1, 32 / many, 32 / other, peer_name, "answers/s at batch 32",
                       spreads=(spread(ours, "seconds_32"), spread(theirs, f"{peer}_32")))


LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[%s]==]
"""
LENET = json.dumps({"model": "lenet", "instances": [[round(i * 7 % 255 / 255, 4) for i in range(1, 785)]]})


def wrk(base, connections, seconds, body=LENET):
    """Predictions a second and milliseconds of latency, as one thread of wrk finds them."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % body)
        script.flush()
        output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}", "--latency", "-s",
                                 script.name, base + "/predict"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(output)
    unit = {"us": 1e-3, "ms": 1, "s": 1e3}
    percentile = lambda p: (lambda m: float(m[1]) * unit[m[2]])(re.search(rf"{p}%\s+([\d.]+)(us|ms|s)", output))
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), "p50": percentile(50),
            "p99": percentile(99)}


class FastAPI:
    """LeNet-5 behind FastAPI on a free port."""

    def __init__(self, kind, port):
        self.base, self.kind = f"http://127.0.0.1:{port}", kind
        begun = time.perf_counter()
        self.process = subprocess.Popen([sys.executable, HERE / "fastapi_server.py", kind, str(port)],
                                        env=dict(os.environ, OMP_NUM_THREADS="1", PYTHONWARNINGS="ignore"))
        first_answer(self.base)
        self.start = (time.perf_counter() - begun) * 1e3

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def first_answer(base):
    """Returns once a prediction has been answered."""
    for _ in range(12000):
        try:
            asked = urllib.request.Request(base + "/predict", data=FIRST, headers={"Content-Type": "application/json"})
            return urllib.request.urlopen(asked, timeout=60).read()
        except urllib.error.URLError as error:
            if isinstance(error, urllib.error.HTTPError):
                sys.exit(f"{base}: {error.read()}")
            time.sleep(0.005)
    sys.exit(f"{base} did not start")


def start_milliseconds(arguments, lenet):
    """From the start of the process on a data folder that has the model to the answer of its first prediction."""
    times = []
    with Server(arguments.binary, 1) as server:
        request(server.base, "POST", "/models", lenet)
        for _ in range(5):
            server.stop()
            server.launch()
            first_answer(server.base)
            times.append({"ms": (time.perf_counter() - server.started) * 1e3})
    return times


def bench_http(report, arguments, workloads):
    """One prediction a request over kept connections, server and load on the same cores; and the first answer."""
    work = next((w for w in workloads if w["name"] == "lenet-32"), None)
    if work is None:
        return
    lenet = dict(work["model"], name="lenet")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(arguments.binary, 1))
        request(server.base, "POST", "/models", lenet)
        peers = [stack.enter_context(FastAPI(kind, port)) for kind, port in (("pytorch", 18080), ("onnxruntime", 18081))]
        wrk(server.base, 16, 1)
        for connections in (1, 16, 64):
            ours, theirs = [], [[] for _ in peers]
            for _ in range(arguments.rounds):
                ours.append(wrk(server.base, connections, arguments.seconds))
                for peer, results in zip(peers, theirs):
                    results.append(wrk(peer.base, connections, arguments.seconds))
            for peer, results in zip(peers, theirs):
                name = f"FastAPI on {PEERS[peer.kind]}"
                place = f"{connections} connection{'s' if connections > 1 else ''}"
                report.row("lenet-5", "http", 2, median(ours, "rate"), median(results, "rate"), name,
                           f"predictions/s at {place}", spreads=(spread(ours, "rate"), spread(results, "rate")))
                for p in ("p50", "p99"):
                    report.row("lenet-5", "http", 2, median(ours, p), median(results, p), name, f"ms {p} at {place}",
                               smaller_is_better=True, spreads=(spread(ours, p), spread(results, p)))
        starts = {peer.kind: peer.start for peer in peers}
    ours = start_milliseconds(arguments, lenet)
    for kind, milliseconds in starts.items():
        report.row("lenet-5", "start", 2, median(ours, "ms"), milliseconds, f"FastAPI on {PEERS[kind]}",
                   "ms to the first answer", smaller_is_better=True, spreads=(spread(ours, "ms"), None))
