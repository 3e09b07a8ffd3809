"""Trainyard beside PyTorch, onnxruntime, FastAPI, pandas, torchvision and Keras on this machine, in turns; called by scripts/bench."""
import argparse
import json
import os

from answers import bench_http, bench_inference
from data import bench_data
from report import Report
from sides import HERE
from training import bench_bfloat16, bench_neighbour, bench_sweep, bench_training

PARTS = {"train": bench_training, "bfloat16": bench_bfloat16, "infer": bench_inference, "http": bench_http, "sweep": bench_sweep,
         "neighbour": bench_neighbour, "data": bench_data}

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--binary", required=True, help="the server")
parser.add_argument("--engine", required=True, help="the engine's benchmark")
form = parser.add_mutually_exclusive_group()
form.add_argument("--json", dest="form", action="store_const", const="json", default="text", help="one object a line")
form.add_argument("--markdown", dest="form", action="store_const", const="markdown",
                  help="the tables of docs/performance.md, when all is done")
parser.add_argument("--quick", action="store_true", help="one short round, without torch.compile")
parser.add_argument("--rounds", type=int, help="how often the sides take turns (default: 3)")
parser.add_argument("--seconds", type=float, help="how long each side measures in a turn (default: 2)")
parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, min(2, os.cpu_count())}))
parser.add_argument("--no-compile", dest="compile", action="store_false",
                    help="leave torch.compile out, which needs a C++ compiler and takes half of the time")
parser.add_argument("--only", choices=list(PARTS), nargs="+", default=list(PARTS))
parser.add_argument("--workloads", nargs="+", help="some of Benchmarks/workloads.json (default: all)")
arguments = parser.parse_args()
arguments.rounds = arguments.rounds or (1 if arguments.quick else 3)
arguments.seconds = arguments.seconds or (1 if arguments.quick else 2)
arguments.compile = arguments.compile and not arguments.quick

workloads = json.loads((HERE.parent / "workloads.json").read_text())["workloads"]
report = Report(arguments.form)
for part in arguments.only:
    PARTS[part](report, arguments, [w for w in workloads if w["name"] in (arguments.workloads or w["name"])])
if arguments.form == "markdown":
    print(report.markdown())
