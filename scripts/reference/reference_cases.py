"""Cases of layers and losses against Keras on PyTorch, in double precision: what the scripts beside share."""

import gzip
import json
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import keras_hub
import numpy as np
import torch

keras.backend.set_floatx("float64")
torch.set_num_threads(1)


def single(array):
    """What both sides start from: 32-bit numbers of three decimals, which take little room."""
    return np.asarray(np.round(array, 3), dtype=np.float32)


def tensor(array):
    """What a test reads; seven digits, one more than float32 computes with."""
    array = np.asarray(array)
    return {"shape": list(array.shape), "values": [float("%.7g" % value) for value in array.ravel()]}


def inside_average_pooling(rank):
    """Average pooling with the padding "same" as Keras does it on TensorFlow and JAX: over what lies inside the image.

    On PyTorch Keras repeats the edge instead, which gives other numbers.
    """
    base = getattr(keras.layers, f"AveragePooling{rank}D")
    pooling = getattr(torch.nn, f"AvgPool{rank}d")
    first, last = (0, rank + 1, *range(1, rank + 1)), (0, *range(2, rank + 2), 1)

    class InsideAveragePooling(base):
        def call(self, inputs):
            if self.padding != "same":
                return super().call(inputs)
            sides = []
            for extent, size, stride in reversed(list(zip(inputs.shape[1:-1], self.pool_size, self.strides))):
                total = max((-(-extent // stride) - 1) * stride + size - extent, 0)
                sides += [total // 2, total - total // 2]
            image = torch.nn.functional.pad(inputs.permute(*first), sides)
            inside = torch.nn.functional.pad(torch.ones_like(inputs).permute(*first), sides)
            pool = pooling(self.pool_size, self.strides)
            return (pool(image) / pool(inside)).permute(*last)

    InsideAveragePooling.__name__ = base.__name__
    return InsideAveragePooling


class AnyAxisNormalization(keras.layers.LayerNormalization):
    """Layer normalization along any axes, as Keras does it on TensorFlow and JAX; on PyTorch it takes the last ones alone."""

    def call(self, inputs):
        axes = [axis % inputs.ndim for axis in self.axis]
        if axes == list(range(inputs.ndim - len(axes), inputs.ndim)):
            return super().call(inputs)
        shape = [extent if axis in axes else 1 for axis, extent in enumerate(inputs.shape)]
        variance, mean = torch.var_mean(inputs, axes, unbiased=False, keepdim=True)
        result = (inputs - mean) / torch.sqrt(variance + self.epsilon)
        if self.gamma is not None:
            result = result * self.gamma.value.reshape(shape)
        return result if self.beta is None else result + self.beta.value.reshape(shape)


AnyAxisNormalization.__name__ = "LayerNormalization"

KERAS_LAYERS = {
    **vars(keras.layers),
    **{f"AveragePooling{rank}D": inside_average_pooling(rank) for rank in (1, 2, 3)},
    "LayerNormalization": AnyAxisNormalization,
    **{name: getattr(keras_hub.layers, name) for name in (
        "PositionEmbedding", "SinePositionEncoding", "RotaryEmbedding", "TokenAndPositionEmbedding")},
}


# What Keras takes with the call of a layer.
FLAGS = ("use_causal_mask", "return_attention_scores", "reverse")
HEADED = (keras.layers.MultiHeadAttention, keras.layers.GroupQueryAttention)


def in_double_precision(kind):
    """Keras's own attention in place of PyTorch's, which Keras gives single precision."""
    compute = kind._compute_attention

    def without_torch(self, query, key, value, attention_mask=None, training=None, *scored, **more):
        self._return_attention_scores = True
        return compute(self, query, key, value, attention_mask, training, *[True for _ in scored], **more)

    kind._compute_attention = without_torch


# Layers whose weights lie in layers of their own, after which they are named.
NESTED = (*HEADED, keras_hub.layers.TokenAndPositionEmbedding)

for headed in HEADED:
    in_double_precision(headed)


def make_layer(entry):
    arguments = {key: value for key, value in entry.items() if key not in ("type", "inputs", *FLAGS)}
    for key in ("layer", "backward_layer"):
        if key in arguments:
            arguments[key] = make_layer(arguments[key])
    return KERAS_LAYERS[entry["type"]](**arguments)


def build(entries, input_shape, outputs):
    """The Keras model of a definition's layers, and the layers by our names."""
    tensors, made, counts, given = {}, {}, {}, []
    before = None
    if entries[0]["type"] != "InputLayer":
        before = keras.Input(input_shape)
        given.append(before)
    for entry in entries:
        if "reuse" in entry:
            layer, name = made[entry["reuse"]], entry["name"]
        else:
            snake = keras.src.utils.naming.to_snake_case(entry["type"])
            count = counts.get(snake, 0)
            counts[snake] = count + 1
            name = entry.get("name", snake if count == 0 else f"{snake}_{count}")
            if entry["type"] == "InputLayer":
                before = keras.Input(entry["shape"], name=name)
                given.append(before)
                tensors[name] = [before]
                continue
            layer = made[name] = make_layer(entry)
        taken = [before]
        if "inputs" in entry:
            taken = [tensors[key.split(":")[0]][int((key + ":0").split(":")[1])] for key in entry["inputs"]]
        if isinstance(layer, (keras.layers.RNN, keras.layers.Bidirectional)) and len(taken) > 1:
            # Keras itself forgets the mask of a sequence that comes with a state.
            mask = keras.src.backend.get_keras_mask(taken[0])
            result = layer(taken[0], initial_state=taken[1:], mask=mask)
        elif isinstance(layer, HEADED):
            names = ("query", "value", "key", "attention_mask")
            flags = {key: entry[key] for key in FLAGS if key in entry}
            result = layer(*taken[:2], **dict(zip(names[2:], taken[2:])), **flags)
        else:
            flags = {key: entry[key] for key in FLAGS if key in entry}
            result = layer(taken if len(taken) > 1 else taken[0], **flags)
        tensors[name] = list(result) if isinstance(result, (list, tuple)) else [result]
        before = tensors[name][0]
    results = [before]
    if outputs:
        results = [tensors[key.split(":")[0]][int((key + ":0").split(":")[1])] for key in outputs]
    return keras.Model(given, results), made


def weights_of(layer):
    """The variables of a layer by our names, in Keras's order."""
    if isinstance(layer, keras.layers.Bidirectional):
        sides = (("forward", layer.forward_layer), ("backward", layer.backward_layer))
        return {f"{side}/{key}": value for side, inner in sides for key, value in weights_of(inner).items()}
    if isinstance(layer, keras.layers.SpectralNormalization):
        return {"vector_u": layer.vector_u, **weights_of(layer.layer)}
    if isinstance(layer, keras.layers.TimeDistributed):
        return weights_of(layer.layer)
    if isinstance(layer, NESTED):
        return {"/".join(variable.path.split("/")[-2:]): variable for variable in layer.weights}
    return {variable.name: variable for variable in layer.weights if "seed" not in variable.path}


def draw_weights(made, random):
    """Draws every weight, biases too, so that no term is zero; gives names and variables."""
    named = {}
    for name, layer in made.items():
        for key, variable in weights_of(layer).items():
            numbers = random.normal(0, 0.4, variable.shape)
            if "variance" in key:
                numbers = 0.5 + np.abs(numbers)
            if key == "count":
                continue
            variable.assign(single(numbers).astype(np.float64))
            named[f"{name}/{key}"] = variable
    return named


def gradients(total, inputs, named):
    learned = {name: variable for name, variable in named.items() if variable.trainable}
    values = inputs + [variable.value for variable in learned.values()]
    found = torch.autograd.grad(total, values, allow_unused=True)
    names = [f"input {number}" for number in range(len(inputs))] + list(learned)
    return {
        name: tensor(np.zeros(value.shape) if gradient is None else gradient.numpy())
        for name, value, gradient in zip(names, values, found)
    }


def normal(random, shape):
    return random.normal(0, 1, shape)


def integers(bound):
    return lambda random, shape: random.integers(0, bound, shape)


def padded(random, shape):
    """Sequences with zero rows: at the end, in the middle, at the start; one of nothing else."""
    numbers = random.normal(0, 1, shape)
    numbers[0, -2:] = 0
    numbers[1, 1] = 0
    numbers[2, 0] = 0
    numbers[3] = 0
    return numbers


def prepare(name, input_shape, layers, batch, draw=normal, outputs=None):
    random = np.random.default_rng(sum(name.encode()) * 7919)
    keras.utils.clear_session()
    model, made = build(layers, input_shape, outputs)
    named = draw_weights(made, random)
    numbers = [single(draw(random, (batch, *given.shape[1:]))) for given in model.inputs]
    definition = {"name": "reference", "layers": layers}
    if layers[0]["type"] != "InputLayer":
        definition["input_shape"] = input_shape
    if outputs:
        definition["outputs"] = outputs
    case = {
        "name": name,
        "definition": definition,
        "keras": json.loads(model.to_json().replace("float64", "float32")),
        "weights": {key: tensor(value.value.detach().numpy()) for key, value in named.items()},
        "inputs": [tensor(array) for array in numbers],
    }
    inputs = [torch.tensor(array.astype(np.float64), requires_grad=True) for array in numbers]
    return random, model, named, inputs, case


def layer_case(name, input_shape, layers, batch=2, draw=normal, outputs=None, training=False):
    random, model, named, inputs, case = prepare(name, input_shape, layers, batch, draw, outputs)
    given = model(inputs if len(inputs) > 1 else inputs[0], training=training)
    results = list(given) if isinstance(given, (list, tuple)) else [given]
    cotangents = [single(random.normal(0, 1, tuple(result.shape))) for result in results]
    total = sum((r * torch.tensor(c.astype(np.float64))).sum() for r, c in zip(results, cotangents))
    case["outputs"] = [tensor(result.detach().numpy()) for result in results]
    case["cotangents"] = [tensor(cotangent) for cotangent in cotangents]
    case["gradients"] = gradients(total, inputs, named)
    if training:
        now = {key: tensor(value.value.detach().numpy()) for key, value in named.items()}
        case["updates"] = {
            key: value for key, value in now.items()
            if not named[key].trainable or value != case["weights"][key]
        }
    return case


def loss_case(name, input_shape, layers, loss, target_of, batch=3, whole=False):
    random, model, named, inputs, case = prepare(name, input_shape, layers, batch)
    output = model(inputs[0], training=False)
    target = single(target_of(random, tuple(output.shape)))
    arguments = {key: value for key, value in loss.items() if key != "type"}
    kind, given = loss["type"], target
    if kind == SPARSE and "label_smoothing" in arguments:
        # Keras smooths one-hot rows alone.
        kind, given = CATEGORICAL, np.eye(output.shape[-1])[target.astype(int)]
    function = getattr(keras.losses, kind)(reduction=None, **arguments)
    values = function(torch.tensor(given.astype(np.float64)), output)
    # What is one number for all rows, or some for all of them, counts for each row.
    values = values.mean().expand(batch) if whole else values.reshape(batch, -1).mean(dim=1)
    case["loss"] = loss
    case["target"] = tensor(target)
    case["losses"] = tensor(values.detach().numpy())
    case["gradients"] = gradients(values.sum(), inputs, named)
    return case


def one(kind, **arguments):
    return [{"type": kind, **arguments}]


SPARSE = "SparseCategoricalCrossentropy"
CATEGORICAL = "CategoricalCrossentropy"


def labels(random, shape):
    return random.integers(0, shape[-1], shape[:-1])


def distribution(random, shape):
    return random.dirichlet(np.ones(shape[-1]), shape[:-1])


def bits(random, shape):
    return random.integers(0, 2, shape)


def signs(random, shape):
    return 2 * random.integers(0, 2, shape) - 1


def one_hot(random, shape):
    return np.eye(shape[-1])[random.integers(0, shape[-1], shape[:-1])]


def numbers(random, shape):
    return random.normal(0, 1, shape)


def write(folder, name, cases):
    path = os.path.join(folder, name)
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(f"[\n{lines}\n]\n".encode())
    print(f"{path}: {len(cases)} cases, {os.path.getsize(path)} bytes")
