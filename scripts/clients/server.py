"""The server under test, and the counting of checks."""

import os
import signal
import subprocess
import tempfile

LINE = {"name": "line", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}
DIGITS = {
    "name": "cnn", "input_shape": [8, 8, 1],
    "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}],
}
# The model of tritonclient's examples: a sum and a difference.
SIMPLE = {
    "name": "simple",
    "layers": [
        {"type": "InputLayer", "name": "INPUT0", "shape": [16]}, {"type": "InputLayer", "name": "INPUT1", "shape": [16]},
        {"type": "Add", "name": "OUTPUT0", "inputs": ["INPUT0", "INPUT1"]},
        {"type": "Subtract", "name": "OUTPUT1", "inputs": ["INPUT0", "INPUT1"]},
    ],
    "outputs": ["OUTPUT0", "OUTPUT1"],
}
TRAIN = {"model": "cnn", "dataset": "digits", "epochs": 3, "loss": "sparse_categorical_crossentropy"}
TOKEN = "reader-token-0123456789"


class Server:
    """A server on a free port and a Unix domain socket, with a data folder of its own."""

    def __init__(self, program, *flags):
        self.folder = tempfile.TemporaryDirectory()
        self.path = self.folder.name
        self.socket = self.path + "/socket"
        command = [program, "serve", "--port", "0", "--data", self.path + "/data", "--unix-socket", self.socket, *flags]
        self.log = open(self.path + "/log", "w")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if "listening on" not in line:
            raise SystemExit("the server did not start: " + open(self.path + "/log").read())
        self.url = line.split()[-1]
        self.port = int(self.url.rsplit(":", 1)[1])

    def descriptors(self):
        """Counts what the server has open, but for the connections of its database: a pool of them grows up to its bound."""
        folder = f"/proc/{self.process.pid}/fd"
        count = 0
        for name in os.listdir(folder):
            try:
                count += ".sqlite" not in os.readlink(f"{folder}/{name}")
            except FileNotFoundError:
                continue
        return count

    def stop(self):
        """Stops it as an operator would; gives its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(20)
        self.folder.cleanup()
        return status


class Checks:
    """Runs checks, each a function that raises where something is wrong."""

    def __init__(self):
        self.passed = self.failed = 0

    def run(self, client, module, server):
        for name, check in list(vars(module).items()):
            if name.startswith("check_"):
                self.one(f"{client}: {name.removeprefix('check_').replace('_', ' ')}", lambda check=check: check(server))

    def one(self, title, check):
        try:
            check()
        except Exception as error:
            self.failed += 1
            print(f"FAILED {title}: {type(error).__name__}: {error}", flush=True)
        else:
            self.passed += 1
            print(f"ok     {title}", flush=True)


def rows(summary):
    """All rows of a dataset, those that are set aside included."""
    return summary["rows"] + summary["test_rows"]


def same(found, expected):
    """Raises unless both are equal."""
    if found != expected:
        raise AssertionError(f"expected {expected!r}, found {found!r}")
