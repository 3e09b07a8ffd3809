"""The servers of the checks: the one under test, and one with the pages of another site."""

import atexit
import http.client
import http.server
import json
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import time

SITE = pathlib.Path(__file__).parent / "site"


class Program:
    """A trainyard on a free port of all loopback addresses, with nothing but what comes with it."""

    def __init__(self, program, *flags):
        self.folder = tempfile.TemporaryDirectory()
        self.program, self.flags, self.port, self.token = program, flags, 0, None
        self.log = open(self.folder.name + "/log", "w")
        self.start()

    def start(self):
        """Starts it; again on the port that it had, where it was stopped."""
        command = [
            self.program, "serve", "--port", str(self.port), "--host", "127.0.0.1,::1", "--data", self.folder.name + "/data",
            *self.flags,
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        atexit.register(self.process.kill)
        line = self.process.stdout.readline()
        if "listening on" not in line:
            raise SystemExit("the server did not start: " + open(self.folder.name + "/log").read())
        self.port = int(line.rsplit(":", 1)[1])

    def origin(self, host="localhost"):
        return f"http://{host}:{self.port}"

    def call(self, method, path, body=None, kind="application/json"):
        """Asks as a program does; gives status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        fields = {"Content-Type": kind} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        connection.request(method, path, json.dumps(body) if isinstance(body, dict) else body, fields)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def must(self, method, path, body=None, kind="application/json"):
        status, text = self.call(method, path, body, kind)
        if status >= 300:
            raise AssertionError(f"{method} {path}: {status} {text}")
        return json.loads(text)

    def train(self, until="succeeded", **request):
        """Has a job run until it has that state; gives its id."""
        job = self.must("POST", "/train", request)["id"]
        if until:
            self.wait(lambda: self.must("GET", f"/jobs/{job}?history=false")["state"] == until, 300)
        return job

    def contents(self):
        """All that a page could have changed: models with their aliases, datasets, jobs and their states."""
        jobs = [(job["id"], job["state"]) for job in self.must("GET", "/jobs")["jobs"]]
        return {"jobs": jobs} | {path: self.must("GET", path) for path in ("/models", "/datasets", "/models/line/aliases")}

    def refusals(self, status):
        """How many requests have got that status so far."""
        counts = re.findall(rf'^http_requests_total{{.*status="{status}"}} (\d+)', self.call("GET", "/metrics")[1], re.M)
        return sum(map(int, counts))

    def wait(self, holds, seconds=15):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s")
            time.sleep(0.02)

    def kill(self):
        """Ends it without a warning; what it has stays."""
        self.process.kill()
        self.process.wait(20)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(20)
        self.folder.cleanup()
        return status


class Server(Program):
    """One with a model, a dataset and a job that is paused."""

    def __init__(self, program, *flags):
        super().__init__(program, *flags)
        model = {"name": "line", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}
        self.must("POST", "/models", model)
        self.must("PUT", "/datasets/table", "a,y\n1,2\n3,4\n", "text/csv")
        training = {"model": "line", "dataset": "table", "loss": "mse", "epochs": 10**6}
        self.job = self.must("POST", "/train", training)["id"]
        for state in ("running", "paused"):
            self.wait(lambda: self.must("GET", f"/jobs/{self.job}")["state"] == state)
            if state == "running":
                self.must("POST", f"/jobs/{self.job}/pause")


class Site:
    """Another site: static pages on a port of its own, under every name that leads here."""

    def __init__(self):
        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=SITE)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def origin(self, host="127.0.0.1"):
        return f"http://{host}:{self.http.server_port}"
