#!/usr/bin/env python3
"""LeNet-5 asked for its answers as JSON and as bytes, over kept connections, with wrk.

    scripts/bench-tensors [seconds per case and round] [rounds]

Each round asks every case once; the medians over the rounds count. Server and wrk share the machine. A request has 1,
8 or 32 rows; in bytes it is a body of the Open Inference Protocol whose input and output stand behind the JSON, as
tritonclient sends it.
"""

import json
import os
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))

LUA = """
wrk.method = "POST"
wrk.path = "%s"
wrk.headers["Content-Type"] = "%s"
%s
local file = io.open("%s", "rb")
wrk.body = file:read("*a")
file:close()
"""


def lenet():
    with open(os.path.join(HERE, "..", "workloads.json")) as file:
        work = next(w for w in json.load(file)["workloads"] if w["name"] == "lenet-32")
    return dict(work["model"], name="lenet")


def bodies(rows):
    """The path, the fields and the body of each case."""
    numbers = [round(i * 7 % 255 / 255, 4) for i in range(1, 784 * rows + 1)]
    instances = [numbers[784 * row:784 * (row + 1)] for row in range(rows)]
    shape = [rows, 28, 28, 1]
    tensor = {"name": "input", "shape": shape, "datatype": "FP32"}
    blob = struct.pack(f"<{len(numbers)}f", *numbers)
    head = json.dumps({
        "inputs": [dict(tensor, parameters={"binary_data_size": len(blob)})],
        "parameters": {"binary_data_output": True},
    }, separators=(",", ":")).encode()
    infer = "/v2/models/lenet/infer"
    return {
        "POST /predict": ("/predict", {}, json.dumps({"model": "lenet", "instances": instances}).encode()),
        "infer, JSON": (infer, {}, json.dumps({"inputs": [dict(tensor, data=numbers)]}).encode()),
        "infer, bytes": (infer, {"Inference-Header-Content-Length": len(head)}, head + blob),
    }


def rate(base, case, connections, seconds):
    """Requests a second."""
    path, fields, body = case
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/body", "wb") as file:
            file.write(body)
        kind = "application/octet-stream" if fields else "application/json"
        lines = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in fields.items())
        with open(folder + "/script.lua", "w") as file:
            file.write(LUA % (path, kind, lines, folder + "/body"))
        output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "-s", folder + "/script.lua", base],
                                capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(output)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def processor_seconds(process):
    """The seconds of processor that the server has taken."""
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    program = sys.argv[1]
    seconds, rounds = int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as data:
        process = subprocess.Popen([program, "serve", "--port", "0", "--data", data], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        try:
            base = process.stdout.readline().split()[-1]
            made = urllib.request.Request(base + "/models", json.dumps(lenet()).encode(),
                                          {"Content-Type": "application/json"})
            urllib.request.urlopen(made, timeout=60).read()
            print("| rows | question | bytes | rows/s | µs of processor a row | times infer in JSON |")
            print("|---|---|---|---|---|---|")
            for rows in (1, 8, 32):
                cases = bodies(rows)
                found = {name: [] for name in cases}
                for case in cases.values():
                    rate(base, case, 16, 1)
                for _ in range(rounds):
                    for name, case in cases.items():
                        begun = processor_seconds(process)
                        requests = rate(base, case, 16, seconds)
                        taken = (processor_seconds(process) - begun) / (requests * seconds * rows)
                        found[name].append((requests * rows, taken * 1e6))
                rates = {name: [statistics.median(column) for column in zip(*values)] for name, values in found.items()}
                for name, (value, taken) in rates.items():
                    print(f"| {rows} | {name} | {len(cases[name][2]):,} | {value:,.0f} | {taken:.0f} | "
                          f"{value / rates['infer, JSON'][0]:.1f} |", flush=True)
        finally:
            process.terminate()
            process.wait(30)


main()
