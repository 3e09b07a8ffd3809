"""The two sides of a comparison: a Trainyard server, and other programs that measure when they are told to."""
import io
import json
import math
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import numpy

HERE = pathlib.Path(__file__).parent


def request(base, method, path, body=None, content_type="application/json"):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    asked = urllib.request.Request(base + path, data=data, method=method, headers={"Content-Type": content_type})
    try:
        with urllib.request.urlopen(asked, timeout=300) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {path}: {error.read().decode()}")


class Server:
    """A Trainyard server on a free port with a data folder of its own."""

    def __init__(self, binary, threads):
        self.folder = tempfile.TemporaryDirectory()
        self.command = [binary, "serve", "--port", "0", "--data", self.folder.name, "--workers", "1",
                        "--threads", str(threads), "--max-body", str(1 << 30)]
        self.launch()

    def launch(self):
        self.started = time.perf_counter()
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.base = self.process.stdout.readline().strip().removeprefix("trainyard listening on ")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(120)
        self.process.stdout.close()

    def peak_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.folder.cleanup()


class Trainer(Server):
    """A server that trains one workload through POST /train."""

    # An epoch is made of so many batches, or of so many as these bytes hold.
    BATCHES, BYTES = 256, 32 << 20

    def __init__(self, binary, workload, threads, precision="float32"):
        super().__init__(binary, threads)
        self.precision = precision
        batch_bytes = 4 * workload["batch"] * math.prod(workload["model"]["input_shape"])
        self.workload = workload
        self.rows = workload["batch"] * max(16, min(self.BATCHES, self.BYTES // batch_bytes))
        self.upload()
        request(self.base, "POST", "/models", dict(workload["model"], name="network"))
        self.rate = None
        self.rate = self.job(1)["samples_per_second"]

    def upload(self):
        generator = numpy.random.default_rng(1)
        shape = self.workload["model"]["input_shape"]
        classes, tokens = self.workload["classes"], self.workload.get("tokens")
        x = generator.random((self.rows, *shape), dtype=numpy.float32)
        if tokens:
            x = numpy.floor(x * tokens)
        y = generator.random((self.rows, 1), dtype=numpy.float32)
        if classes:
            y = (numpy.arange(self.rows) % classes).astype(numpy.int32)
        body = b""
        for name, array in (("x", x), ("y", y)):
            file = io.BytesIO()
            numpy.save(file, array)
            body += f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.npy"\r\n\r\n'.encode()
            body += file.getvalue() + b"\r\n"
        path = f"/datasets/data?test_split=0&shape={','.join(map(str, shape))}"
        request(self.base, "PUT", path, body + b"--cut--\r\n", "multipart/form-data; boundary=cut")

    def job(self, epochs):
        body = {"model": "network", "dataset": "data", "epochs": epochs, "batch_size": self.workload["batch"],
                "optimizer": "adam", "precision": self.precision,
                "loss": "sparse_categorical_crossentropy" if self.workload["classes"] else "mse"}
        start = time.perf_counter()
        made = request(self.base, "POST", "/train", body)
        # Whoever asks takes time from the threads that train: nobody does until the end is near.
        if self.rate:
            time.sleep(0.9 * self.rows * epochs / self.rate)
        while True:
            state = request(self.base, "GET", f"/jobs/{made['id']}")
            if state["state"] not in ("queued", "running"):
                break
            time.sleep(0.02)
        wall = time.perf_counter() - start
        if state["state"] != "succeeded":
            sys.exit(f"{self.workload['name']}: {state}")
        return {"samples_per_second": state["progress"]["samples_per_second"],
                "wall_samples_per_second": self.rows * epochs / wall}

    def measure(self, seconds):
        """Samples a second by the job's own timing and by the clock around it, and the peak memory so far."""
        result = self.job(max(1, round(seconds * self.rate / self.rows)))
        return dict(result, peak_bytes=self.peak_bytes())


class Peer:
    """A program that gets warm and then measures for each line that it is given."""

    def __init__(self, script, *arguments, threads):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))
        self.what = f"{script} {' '.join(map(str, arguments))}"
        self.complaints = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([sys.executable, HERE / script, *map(str, arguments)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints,
                                        env=environment)
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.complaints.seek(0)
            sys.exit(f"{self.what}:\n{self.complaints.read()}")
        return json.loads(line)

    def measure(self, seconds):
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return self.answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # It has said all that it was asked for; its own way out can take long.
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.complaints.close()


def run_json(command):
    """The JSON lines that a program prints."""
    output = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if output.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {output.stderr}")
    return [json.loads(line) for line in output.stdout.splitlines() if line.startswith("{")]
