"""What was measured, one row a comparison: as text, as JSON lines, or as the tables of docs/performance.md."""
import json
import os
import pathlib
import platform
import re
import statistics

# The goals of training: our samples a second over those of the faster of PyTorch's two modes.
GOALS = {"lenet": 4, "keras-convnet": 4, "vgg": 2, "resnet20": 2, "gru-128": 3, "lstm": 3, "char-gru": 3, "gru-32": 10}


def median(results, key):
    return statistics.median(result[key] for result in results)


def spread(results, key):
    """Half of what lies between the least and the greatest, as a share of the median."""
    values = [result[key] for result in results]
    return (max(values) - min(values)) / 2 / (statistics.median(values) or 1)


def machine():
    """The processor, and how many of it there are."""
    info = pathlib.Path("/proc/cpuinfo")
    name = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return f"{name[1] if name else platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}"


class Report:
    """Prints rows as they come, or gathers them for `markdown`."""

    def __init__(self, form):
        self.form, self.rows = form, []
        if form == "text":
            print(f"{'workload':22} {'metric':7} {'threads':>7} {'ours':>16} {'peer':>16} {'ratio':>7}  unit, peer")

    def row(self, workload, metric, threads, ours, peer, peer_name, unit, smaller_is_better=False, spreads=None):
        """A comparison; a ratio above 1 is better than the peer. `spreads` are ours and the peer's."""
        ratio = peer / ours if smaller_is_better else ours / peer
        row = {"workload": workload, "metric": metric, "threads": threads, "ours": ours, "peer": peer,
               "peer_name": peer_name, "ratio": ratio, "unit": unit}
        self.rows.append(row)
        if self.form == "json":
            print(json.dumps(row), flush=True)
        elif self.form == "text":
            one, other = (f"±{s:.0%}" if s is not None else "" for s in spreads or (None, None))
            print(f"{workload:22} {metric:7} {threads:7} {ours:11.5g} {one:4} {peer:11.5g} {other:4} {ratio:7.2f}  "
                  f"{unit}, {peer_name}", flush=True)

    # What the tables of the document are made of.

    def find(self, **wanted):
        """The first row with these entries."""
        return next((r for r in self.rows if all(r[key] == value for key, value in wanted.items())), None)

    def some(self, **wanted):
        return [r for r in self.rows if all(r[key] == value for key, value in wanted.items())]

    def markdown(self):
        sections = [self.training_table(), self.bfloat16_table(), self.inference_table(), self.http_table(), self.other_table(),
                    self.data_table()]
        return "\n\n".join([f"Measured on {machine()}."] + [section for section in sections if section])

    def training_table(self):
        lines = []
        for row in self.some(metric="train", peer_name="PyTorch eager", unit="samples/s"):
            name, threads = row["workload"], row["threads"]
            same = {"workload": name, "threads": threads}
            compiled = self.find(metric="train", peer_name="torch.compile", unit="samples/s", **same)
            floor = self.find(metric="train", peer_name="arithmetic floor", **same)
            wall = self.find(metric="train", peer_name="PyTorch eager", unit="samples/s by the clock", **same)
            memory = self.find(metric="memory", **same)
            if not floor:
                continue
            best = min(row["ratio"], compiled["ratio"]) if compiled else row["ratio"]
            goal = next((goal for start, goal in GOALS.items() if name.startswith(start)), None)
            lines.append([name, threads, number(row["ours"]), number(wall["ours"]) if wall else "",
                          number(row["peer"]), number(compiled["peer"]) if compiled else "", f"**{best:.2f}**",
                          goal or "", f"{floor['ratio']:.0%}",
                          f"{memory['ours']:.0f} / {memory['peer']:.0f}" if memory else ""])
        return table("Training, samples a second",
                     ["workload", "threads", "Trainyard", "by the clock of the whole job", "PyTorch eager",
                      "torch.compile", "ratio to the faster", "goal", "of the arithmetic floor",
                      "peak MiB, ours / PyTorch's"], lines)

    def bfloat16_table(self):
        lines = []
        for row in self.some(metric="bf16", peer_name="Trainyard, float32"):
            same = {"workload": row["workload"], "threads": row["threads"], "metric": "bf16"}
            theirs = [[self.find(peer_name=f"{name}{suffix}", **same) for name in ("PyTorch eager", "torch.compile")]
                      for suffix in ("", ", bfloat16")]
            rates = [number(peer["peer"]) if peer else "" for peers in theirs for peer in peers]
            ratios = [f"**{min(peer['ratio'] for peer in peers if peer):.2f}**" for peers in theirs]
            lines.append([row["workload"], row["threads"], number(row["ours"]), number(row["peer"]),
                          f"**{row['ratio']:.2f}**", *rates, *ratios])
        return table("Training in mixed_bfloat16, samples a second",
                     ["workload", "threads", "mixed_bfloat16", "float32", "ratio", "PyTorch eager", "torch.compile",
                      "eager, autocast", "compile, autocast", "ratio to PyTorch's faster in float32",
                      "to its faster under autocast"], lines)

    def inference_table(self):
        lines = []
        for row in self.some(metric="infer", peer_name="onnxruntime", unit="µs at batch 1"):
            name = row["workload"]
            others = [self.find(workload=name, metric="infer", peer_name=peer, unit=unit) for peer, unit in
                      (("PyTorch", "µs at batch 1"), ("onnxruntime", "answers/s at batch 32"),
                       ("PyTorch", "answers/s at batch 32"))]
            one, many, many_torch = others
            lines.append([name, f"{row['ours']:.1f}", f"{row['peer']:.1f}", f"{one['peer']:.1f}",
                          f"**{row['ratio']:.2f}**", number(many["ours"]), number(many["peer"]),
                          number(many_torch["peer"]), f"**{many['ratio']:.2f}**"])
        return table("Answers in process, one thread",
                     ["workload", "µs at batch 1", "onnxruntime", "PyTorch", "ratio to onnxruntime",
                      "answers/s at batch 32", "onnxruntime", "PyTorch", "ratio to onnxruntime"], lines)

    def http_table(self):
        lines = []
        for row in self.some(metric="http"):
            if "predictions/s" in row["unit"]:
                connections = row["unit"].split(" at ")[1]
                same = {"workload": row["workload"], "metric": "http", "peer_name": row["peer_name"]}
                p50, p99 = (self.find(unit=f"ms p{p} at {connections}", **same) for p in (50, 99))
                lines.append([row["peer_name"], connections, number(row["ours"]), number(row["peer"]),
                              f"**{row['ratio']:.1f}**", f"{p50['ours']:.2f} / {p50['peer']:.2f}",
                              f"{p99['ours']:.2f} / {p99['peer']:.2f}"])
        return table("LeNet-5 over HTTP, predictions a second, 784 numbers of JSON each",
                     ["peer", "connections", "Trainyard", "peer", "ratio", "p50 ms, ours / peer's",
                      "p99 ms, ours / peer's"], lines)

    def other_table(self):
        floors = {row["workload"] for row in self.some(peer_name="arithmetic floor")}
        rows = self.some(metric="start") + [row for row in self.some(metric="train") if row["workload"] not in floors]
        lines = [[row["workload"], row["threads"], number(row["ours"]), number(row["peer"]), row["peer_name"],
                  f"**{row['ratio']:.2f}**", row["unit"]] for row in rows]
        return table("Start, batch sizes, odd channels, a busy neighbour",
                     ["what", "threads", "Trainyard", "peer", "peer's name", "ratio", "unit"], lines)


    def data_table(self):
        data = {row["workload"] for row in self.some(metric="data")}
        lines = [[row["workload"], row["threads"], number(row["ours"]), number(row["peer"]), row["peer_name"],
                  f"**{row['ratio']:.2f}**", row["unit"]] for row in self.rows if row["workload"] in data]
        return table("Tables, pictures, recordings and single rows",
                     ["what", "threads", "Trainyard", "peer", "peer's name", "ratio", "unit"], lines)


def number(value):
    """Three digits that count, thousands apart."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def table(title, heads, lines):
    if not lines:
        return ""
    text = [f"### {title}", "", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(text + ["| " + " | ".join(map(str, line)) + " |" for line in lines])
