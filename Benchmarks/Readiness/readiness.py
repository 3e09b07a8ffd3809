#!/usr/bin/env python3
"""One HTTP server with its event loops on epoll and on dispatch sources, in turns; called by scripts/bench-readiness.

For each number of connections: requests a second, the 99th percentile in milliseconds and processor microseconds of the
server for each request, of each program the median over the rounds; and of each but the first the median, least and
greatest of the rounds' ratios to the first.
"""

import argparse
import http.client
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

MODEL = {
    "name": "small", "input_shape": [64], "seed": 1,
    "layers": [{"type": "Dense", "units": 128, "activation": "relu"}, {"type": "Dense", "units": 10}],
}
PREDICT = """
local numbers = {}
for i = 1, 64 do numbers[i] = "0.5" end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"small","instances":[[' .. table.concat(numbers, ",") .. ']]}'
"""
UNIT = {"us": 1e-3, "ms": 1, "s": 1e3}
TICK = os.sysconf("SC_CLK_TCK")

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("programs", nargs="+", metavar="PROGRAM", help="hello-epoll and hello-dispatch, or with --serve "
                    "a trainyard on either; the first is what the others are compared with")
parser.add_argument("--serve", action="store_true", help="measure POST /predict of a trainyard server")
parser.add_argument("--path", default="/", help="what a hello-world is asked for: / or /async")
parser.add_argument("--connections", type=int, nargs="+", default=[1, 16, 64, 512])
parser.add_argument("--rounds", type=int, default=9)
parser.add_argument("--seconds", type=int, default=2)
parser.add_argument("--loops", type=int, help="with --serve: event loops of the server")
parser.add_argument("--idle", type=int, help="measure the memory of so many idle connections instead")
parser.add_argument("--no-pin", action="store_true", help="let the server and wrk share all processors")
arguments = parser.parse_args()

pin = os.cpu_count() > 1 and not arguments.no_pin
LOAD = ["taskset", "-c", str(os.cpu_count() - 1)] if pin else []
SERVE = ["taskset", "-c", f"0-{os.cpu_count() - 2}"] if pin else []


class Server:
    """A server on a free port."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        if arguments.serve:
            command = [program, "serve", "--port", "0", "--data", self.folder.name, "--workers", "1", "--threads", "1"]
            if arguments.loops:
                command += ["--http-threads", str(arguments.loops)]
        else:
            command = [program, "0"]
        # A pipe that nobody reads would fill up; what it prints first is the address.
        self.process = subprocess.Popen(SERVE + command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(re.search(r"listening on \S*:(\d+)", self.process.stdout.readline())[1])
        if arguments.serve:
            client = http.client.HTTPConnection("127.0.0.1", self.port)
            client.request("POST", "/models", json.dumps(MODEL), {"Content-Type": "application/json"})
            if client.getresponse().status != 201:
                sys.exit("the model was not taken")

    def spent(self):
        """Processor seconds so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def resident(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/smaps_rollup") as file:
            return int(re.search(r"Pss:\s+(\d+)", file.read())[1]) * 1024

    def load(self, connections, script):
        before = self.spent()
        command = LOAD + ["wrk", "-t1", f"-c{connections}", f"-d{arguments.seconds}", "--latency"]
        path = "/predict" if arguments.serve else arguments.path
        if arguments.serve:
            command += ["-s", script]
        output = subprocess.run(command + [f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True,
                                check=True).stdout
        spent = self.spent() - before
        if "Non-2xx" in output or "Socket errors" in output:
            sys.exit(output)
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
        count = int(re.search(r"(\d+) requests in", output)[1])
        return {"requests/s": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
                "p99 ms": float(number) * UNIT[unit], "µs a request": spent / count * 1e6}

    def stop(self):
        self.process.send_signal(signal.SIGTERM if arguments.serve else signal.SIGKILL)
        self.process.wait(60)
        self.process.stdout.close()
        self.folder.cleanup()


def measure(servers, script):
    for connections in arguments.connections:
        for server in servers:
            server.load(connections, script)
        # Whoever comes second may find a warmer machine, so that takes turns as well.
        found = [[] for _ in servers]
        for turn in range(arguments.rounds):
            sides = range(len(servers))
            for side in sides if turn % 2 == 0 else reversed(sides):
                found[side].append(servers[side].load(connections, script))
        for name in found[0][0]:
            line = f"{connections:4} connections  {name:12}"
            for program, rounds in zip(arguments.programs, found):
                line += f"  {os.path.basename(program)} {statistics.median(one[name] for one in rounds):.3f}"
                if rounds is not found[0]:
                    ratios = sorted(one[name] / base[name] for one, base in zip(rounds, found[0]))
                    line += f" = {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
            print(line, flush=True)


def measure_idle(servers):
    """Bytes for each connection that has had one answer and waits; then the processor time of ten idle seconds."""
    for program, server in zip(arguments.programs, servers):
        held = []

        def open_more(count):
            for _ in range(count):
                client = socket.create_connection(("127.0.0.1", server.port))
                client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                client.recv(65536)
                held.append(client)

        # What the first connections allocate once is not theirs.
        open_more(100)
        before = server.resident()
        open_more(arguments.idle)
        memory = (server.resident() - before) / arguments.idle
        before = server.spent()
        time.sleep(10)
        print(f"{os.path.basename(program)}: {memory:.0f} bytes an idle connection, "
              f"{(server.spent() - before) * 1e3:.0f} ms of processor time in 10 s", flush=True)
        for client in held:
            client.close()


with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
    script.write(PREDICT)
    script.flush()
    servers = []
    try:
        for program in arguments.programs:
            servers.append(Server(program))
        if arguments.idle:
            measure_idle(servers)
        else:
            measure(servers, script.name)
    finally:
        for server in servers:
            server.stop()
