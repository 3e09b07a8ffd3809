"""The networks of workloads.json in PyTorch, as its users write them."""
import json
import pathlib

import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "softmax": nn.Identity, "linear": nn.Identity}


def workload(name, path=None):
    """One workload of a list; `path` takes another list than workloads.json."""
    path = pathlib.Path(path) if path else pathlib.Path(__file__).parent.parent / "workloads.json"
    return next(w for w in json.loads(path.read_text())["workloads"] if w["name"] == name)


class Recurrent(nn.Module):
    """A recurrent layer that gives its last state, or all of them."""

    def __init__(self, kind, features, units, gives_all):
        super().__init__()
        self.layer = kind(features, units, batch_first=True)
        self.gives_all = gives_all

    def forward(self, x):
        states = self.layer(x)[0]
        return states if self.gives_all else states[:, -1]


class Network(nn.Module):
    """Layers by name; a layer without inputs takes the one before it. A final softmax is left to the loss."""

    def __init__(self, model):
        super().__init__()
        shape = tuple(model["input_shape"])
        # Channels first, as PyTorch has them.
        shapes = {None: (shape[2], shape[0], shape[1]) if len(shape) == 3 else shape}
        self.order, self.layers, before = [], nn.ModuleList(), None
        for index, layer in enumerate(model["layers"]):
            name = layer.get("name", f"layer{index}")
            inputs = layer.get("inputs", [before])
            built, shapes[name] = build(layer, shapes[inputs[0]])
            self.order.append((name, inputs))
            self.layers.append(built)
            before = name
        self.last = before

    def forward(self, x):
        values = {None: x}
        for (name, inputs), layer in zip(self.order, self.layers):
            values[name] = layer(*[values[i] for i in inputs])
        return values[self.last]


class Sum(nn.Module):
    def forward(self, a, b):
        return a + b


def build(layer, shape):
    """One layer and the shape of its result."""
    kind, activation = layer["type"], layer.get("activation")
    act = ACTIVATIONS[activation]() if activation and kind not in ("GRU", "LSTM") else None
    with_act = lambda module: nn.Sequential(module, act) if act else module
    if kind == "Conv2D":
        size, stride = layer["kernel_size"], layer.get("strides", 1)
        same = layer.get("padding") == "same"
        module = nn.Conv2d(shape[0], layer["filters"], size, stride, (size - 1) // 2 if same else 0,
                           bias=layer.get("use_bias", True))
        extent = lambda n: -(-n // stride) if same else (n - size) // stride + 1
        return with_act(module), (layer["filters"], extent(shape[1]), extent(shape[2]))
    if kind in ("MaxPooling2D", "AveragePooling2D"):
        size = layer["pool_size"]
        module = nn.MaxPool2d(size) if kind[0] == "M" else nn.AvgPool2d(size)
        return module, (shape[0], shape[1] // size, shape[2] // size)
    if kind == "Flatten":
        return nn.Flatten(), (torch.Size(shape).numel(),)
    if kind == "GlobalAveragePooling2D":
        return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), (shape[0],)
    if kind == "Dense":
        return with_act(nn.Linear(shape[-1], layer["units"])), shape[:-1] + (layer["units"],)
    if kind == "Dropout":
        return nn.Dropout(layer["rate"]), shape
    if kind == "BatchNormalization":
        return nn.BatchNorm2d(shape[0]), shape
    if kind == "Activation":
        return act, shape
    if kind == "Add":
        return Sum(), shape
    if kind in ("GRU", "LSTM"):
        gives_all = layer.get("return_sequences", False)
        module = Recurrent(getattr(nn, kind), shape[-1], layer["units"], gives_all)
        return module, (shape[:-1] if gives_all else ()) + (layer["units"],)
    if kind == "Embedding":
        return nn.Embedding(layer["input_dim"], layer["output_dim"]), shape + (layer["output_dim"],)
    raise ValueError(f"no PyTorch form of {kind}")


def sample(workload, rows, seed=1):
    """Inputs of a network, in PyTorch's arrangement."""
    generator = torch.Generator().manual_seed(seed)
    shape = tuple(workload["model"]["input_shape"])
    if workload.get("tokens"):
        return torch.randint(workload["tokens"], (rows,) + shape, generator=generator)
    if len(shape) == 3:
        shape = (shape[2], shape[0], shape[1])
    return torch.rand((rows,) + shape, generator=generator)
