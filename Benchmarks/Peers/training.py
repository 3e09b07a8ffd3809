"""Training beside PyTorch: the workloads, other batch sizes and channel counts, and a neighbour that keeps a core busy."""
import contextlib
import copy
import json
import os
import subprocess
import sys
import tempfile

from report import median, spread
from sides import Peer, Trainer, run_json

MODES = {"eager": "PyTorch eager", "compile": "torch.compile"}
AUTOCAST = {f"{mode}-bfloat16": f"{name}, bfloat16" for mode, name in MODES.items()}


def bench_training(report, arguments, workloads):
    """Each workload through POST /train, with every number of threads, beside PyTorch's modes and the floor."""
    floors = {floor["workload"]: floor["gemm_operations_per_second"] / floor["operations_per_sample"]
              for floor in run_json([arguments.engine, "--floor"])}
    for threads in arguments.threads:
        for workload in workloads:
            bench_workload(report, arguments, workload, threads, floors[workload["name"]] * threads)


def bench_workload(report, arguments, workload, threads, floor):
    name = workload["name"]
    modes = list(MODES) if arguments.compile else ["eager"]
    with contextlib.ExitStack() as stack:
        trainer = stack.enter_context(Trainer(arguments.binary, workload, threads))
        peers = {mode: stack.enter_context(Peer("pytorch_train.py", name, threads, mode, threads=threads))
                 for mode in modes}
        ours, theirs = [], {mode: [] for mode in modes}
        for _ in range(arguments.rounds):
            ours.append(trainer.measure(arguments.seconds))
            for mode in modes:
                theirs[mode].append(peers[mode].measure(arguments.seconds))
    for key, unit in (("samples_per_second", "samples/s"), ("wall_samples_per_second", "samples/s by the clock")):
        for mode in modes:
            report.row(name, "train", threads, median(ours, key), median(theirs[mode], "samples_per_second"),
                       MODES[mode], unit, spreads=(spread(ours, key), spread(theirs[mode], "samples_per_second")))
    report.row(name, "train", threads, median(ours, "samples_per_second"), floor, "arithmetic floor", "samples/s")
    for mode in modes:
        report.row(name, "memory", threads, max(r["peak_bytes"] for r in ours) / 2**20,
                   max(r["peak_bytes"] for r in theirs[mode]) / 2**20, MODES[mode], "MiB at the peak",
                   smaller_is_better=True)


def bench_bfloat16(report, arguments, workloads):
    """Jobs in mixed_bfloat16 and in float32, beside PyTorch in float32 and under its autocast to bfloat16."""
    modes = {mode: name for mode, name in (MODES | AUTOCAST).items() if arguments.compile or mode.startswith("eager")}
    for threads in arguments.threads:
        for workload in workloads:
            name = workload["name"]
            with contextlib.ExitStack() as stack:
                mixed, exact = (stack.enter_context(Trainer(arguments.binary, workload, threads, precision))
                                for precision in ("mixed_bfloat16", "float32"))
                peers = {mode: stack.enter_context(Peer("pytorch_train.py", name, threads, mode, threads=threads))
                         for mode in modes}
                results = {key: [] for key in ("mixed", "exact", *modes)}
                for _ in range(arguments.rounds):
                    results["mixed"].append(mixed.measure(arguments.seconds))
                    results["exact"].append(exact.measure(arguments.seconds))
                    for mode in modes:
                        results[mode].append(peers[mode].measure(arguments.seconds))
            key = "samples_per_second"
            for other, peer in {"exact": "Trainyard, float32", **modes}.items():
                report.row(name, "bf16", threads, median(results["mixed"], key), median(results[other], key), peer,
                           "samples/s", spreads=(spread(results["mixed"], key), spread(results[other], key)))


def bench_sweep(report, arguments, workloads):
    """Batches of 1 to 256 and odd channel counts, in process on one thread beside PyTorch eager: looks for a cliff."""
    by_name = {workload["name"]: workload for workload in workloads}
    variants = []
    for name in ("lenet-32", "gru-128"):
        for batch in (1, 2, 4, 8, 16, 32, 64, 128, 256):
            if name in by_name:
                variants.append(dict(by_name[name], batch=batch, name=f"{name.rsplit('-', 1)[0]} batch {batch}"))
    if "keras-convnet-128" in by_name:
        for filters in ((7, 13), (17, 31), (31, 63), (32, 64), (33, 65)):
            variant = copy.deepcopy(by_name["keras-convnet-128"])
            layers = [layer for layer in variant["model"]["layers"] if layer["type"] == "Conv2D"]
            for layer, count in zip(layers, filters):
                layer["filters"] = count
            variants.append(dict(variant, batch=64, name=f"convnet {filters[0]}, {filters[1]} filters"))
    compare_in_process(report, arguments, variants, threads=1)


def bench_neighbour(report, arguments, workloads):
    """Two threads while another process keeps the first core busy, and the same without."""
    chosen = [dict(w, name=f"{w['name']}{suffix}") for w in workloads if w["name"] in ("lenet-128", "gru-128")
              for suffix in (" alone", " beside a busy core")]
    busy = "import os, time\nos.sched_setaffinity(0, {0})\nend = time.time() + 600\nwhile time.time() < end: pass"
    for workload in chosen:
        neighbour = subprocess.Popen([sys.executable, "-c", busy]) if workload["name"].endswith("core") else None
        try:
            compare_in_process(report, arguments, [workload], threads=min(2, os.cpu_count()))
        finally:
            if neighbour:
                neighbour.kill()
                neighbour.wait()


def compare_in_process(report, arguments, workloads, threads):
    """The engine beside PyTorch eager, without a server."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"workloads": workloads}, file)
        file.flush()
        seconds = arguments.seconds / 2
        for workload in workloads:
            name = workload["name"]
            ours, theirs = [], []
            with Peer("pytorch_train.py", name, threads, "eager", file.name, threads=threads) as peer:
                for _ in range(arguments.rounds):
                    ours += run_json([arguments.engine, "--json", "--threads", threads, "--seconds", seconds,
                                      "--workloads", file.name, name])
                    theirs.append(peer.measure(seconds))
            key = "samples_per_second"
            report.row(name, "train", threads, median(ours, key), median(theirs, key), "PyTorch eager", "samples/s",
                       spreads=(spread(ours, key), spread(theirs, key)))
