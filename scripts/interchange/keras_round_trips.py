"""Models from Keras to the server and back, in every form, with what both compute."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import keras
import numpy as np
from keras import layers

LIMIT = 1e-5


def varied(model, seed):
    """Gives a model weights without zeros, variances positive."""
    random = np.random.default_rng(seed)
    for variable in model.weights:
        if "seed" in variable.path or variable.dtype == "int32":
            continue
        values = random.normal(0, 0.3, variable.shape)
        if "variance" in variable.path:
            values = np.abs(values) + 0.5
        variable.assign(values.astype("float32"))
    for layer in model.layers:
        # What is computed of these.
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()
    return model


def convolution():
    return keras.Sequential(
        [
            keras.Input((12, 12, 2)),
            layers.Rescaling(0.5, offset=-0.1),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.SeparableConv2D(5, 3, activation="gelu"),
            layers.DepthwiseConv2D(2, depth_multiplier=2),
            layers.Conv2DTranspose(3, 2, strides=2),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ],
        name="convolution",
    )


def residual():
    photo = keras.Input((8, 8, 3), name="photo")
    one = layers.Conv2D(4, 3, padding="same", use_bias=False)(photo)
    one = layers.GroupNormalization(2)(one)
    two = layers.Conv2D(4, 1)(photo)
    joined = layers.Activation("swish")(layers.Add()([one, two]))
    return keras.Model(photo, layers.Dense(2)(layers.GlobalAveragePooling2D()(joined)), name="residual")


def recurrent():
    return keras.Sequential(
        [
            keras.Input((7, 3)),
            layers.Bidirectional(layers.GRU(4, return_sequences=True)),
            layers.LSTM(5, return_sequences=True, go_backwards=True),
            layers.TimeDistributed(layers.Dense(3, activation="tanh")),
            layers.SimpleRNN(4),
            layers.LayerNormalization(),
            layers.Dense(1),
        ],
        name="recurrent",
    )


def cells():
    stack = layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)])
    return keras.Sequential([keras.Input((6, 2)), stack, layers.Dense(2)], name="cells")


def both_ways():
    stack = layers.Bidirectional(layers.RNN([layers.GRUCell(3), layers.LSTMCell(2)]))
    return keras.Sequential([keras.Input((5, 3)), stack, layers.Dense(2)], name="both_ways")


def zeros():
    # A step that isn't positive is masked.
    steps = layers.SimpleRNN(3, return_sequences=True, zero_output_for_mask=True)
    return keras.Sequential([keras.Input((6, 1)), layers.ReLU(), layers.Masking(), steps], name="zeros")


def sequence_pair():
    source, target = keras.Input((5, 3), name="source"), keras.Input((4, 2), name="target")
    _, hidden, carry = layers.LSTM(4, return_state=True, name="encoder")(source)
    steps = layers.LSTM(4, return_sequences=True, name="decoder")(target, initial_state=[hidden, carry])
    return keras.Model([source, target], layers.Dense(3)(steps), name="sequence_pair")


def attention():
    words = keras.Input((6,), name="words")
    embedded = layers.Embedding(20, 8, mask_zero=True)(words)
    heads = layers.MultiHeadAttention(2, 4)(embedded, embedded, use_causal_mask=True)
    joined = layers.LayerNormalization()(layers.Add()([embedded, heads]))
    grouped = layers.GroupQueryAttention(4, 4, 2)(joined, joined)
    return keras.Model(words, layers.Dense(3)(layers.GlobalAveragePooling1D()(grouped)), name="attention")


def causal():
    steps = keras.Input((5, 4), name="steps")
    seen = layers.Attention(score_mode="concat")([steps, steps], use_causal_mask=True)
    return keras.Model(steps, layers.Dense(2)(layers.AdditiveAttention()([seen, steps])), name="causal")


def objects():
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    shared = layers.Dense(3, activation=layers.LeakyReLU(negative_slope=0.1))
    bent = layers.Activation(layers.ELU(alpha=0.5))(layers.Subtract()([shared(left), shared(right)]))
    return keras.Model([left, right], layers.Dense(2)(layers.Dropout(0.2, seed=7)(bent)), name="objects")


def nested():
    inner_input = keras.Input((4,))
    inner = keras.Model(inner_input, layers.Dense(3, activation="relu")(inner_input), name="inner")
    chain = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)], name="chain")
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    joined = layers.Concatenate()([chain(inner(left)), chain(inner(right))])
    return keras.Model([left, right], [layers.Dense(1, name="one")(joined), layers.Dense(2, name="two")(joined)], name="nested")


def prepared():
    normalization = layers.Normalization()
    normalization.adapt(np.random.default_rng(1).normal(3, 2, (50, 4)).astype("float32"))
    return keras.Sequential([keras.Input((4,)), normalization, layers.Dense(3)], name="prepared")


def memories():
    return keras.Sequential(
        [
            keras.Input((3, 5, 4, 2)),
            layers.Bidirectional(layers.ConvLSTM2D(2, 2, return_sequences=True)),
            layers.Bidirectional(layers.ConvLSTM2D(3, 2, padding="same"), merge_mode="mul"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(2),
        ],
        name="memories",
    )


def volumes():
    return keras.Sequential(
        [
            keras.Input((4, 6, 6, 2)),
            layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True),
            layers.Conv3D(2, 2),
            layers.GlobalMaxPooling3D(),
            layers.PReLU(),
            layers.SpectralNormalization(layers.Dense(4)),
            layers.UnitNormalization(),
            layers.EinsumDense("ab,bc->ac", output_shape=2, bias_axes="c"),
        ],
        name="volumes",
    )


def lines():
    return keras.Sequential(
        [
            keras.Input((16, 3)),
            layers.ZeroPadding1D(1),
            layers.Conv1D(4, 3, dilation_rate=2, padding="causal", activation="elu"),
            layers.Cropping1D(1),
            layers.UpSampling1D(2),
            layers.AveragePooling1D(2),
            layers.Reshape((4, 16)),
            layers.Permute((2, 1)),
            layers.Flatten(),
            layers.RepeatVector(2),
            layers.RMSNormalization(),
            layers.Dense(2),
        ],
        name="lines",
    )


class Server:
    """The program on a folder of its own."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        command = [program, "serve", "--port", "0", "--data", self.folder.name]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1]

    def send(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, data=body, method=method)
        request.add_header("Content-Type", "application/octet-stream")
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, data=json.dumps(body).encode() if body else None, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def predict(self, model, inputs, outputs):
        rows = len(inputs[0][1])
        if len(inputs) == 1:
            instances = inputs[0][1].tolist()
        else:
            instances = [{name: values[row].tolist() for name, values in inputs} for row in range(rows)]
        body = json.dumps({"model": model, "instances": instances}).encode()
        request = urllib.request.Request(self.url + "/predict", data=body, method="POST")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request) as answer:
            rows = json.loads(answer.read())["predictions"]
        if len(outputs) == 1:
            return [np.array(rows)]
        return [np.array([row[name] for row in rows]) for name in outputs]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def samples(model):
    random = np.random.default_rng(5)
    inputs = []
    for tensor in model.inputs:
        shape = (3,) + tuple(tensor.shape[1:])
        isWords = any(isinstance(layer, layers.Embedding) for layer in model.layers)
        values = random.integers(1, 20, shape) if isWords else random.normal(0, 1, shape)
        inputs.append((tensor.name, values.astype("float32")))
    return inputs


def computed(model, inputs):
    values = [values for _, values in inputs]
    results = model(values[0] if len(values) == 1 else values, training=False)
    return [np.array(result) for result in (results if isinstance(results, (list, tuple)) else [results])]


def difference(one, other):
    return max(float(np.max(np.abs(a - b))) for a, b in zip(one, other))


def refuse_dots(config):
    """Keras on PyTorch loads no model with a layer whose name has a dot."""
    names = [layer["name"] for layer in json.loads(config)["config"]["layers"]]
    if any("." in name or "/" in name for name in names) or len(set(names)) < len(names):
        raise ValueError(f"names that not every Keras takes: {names}")


def trips(server, folder, build, number):
    """Every way that one model takes; gives a name and a difference for each."""
    model = varied(build(), number)
    name = model.name
    inputs = samples(model)
    outputs = model.output_names if hasattr(model, "output_names") else [""]
    expected = computed(model, inputs)
    for suffix in (".keras", ".h5"):
        path = os.path.join(folder, name + suffix)
        model.save(path)
        own = name + suffix.replace(".", "_")
        with open(path, "rb") as file:
            server.send("POST", f"/models?name={own}", file.read())
        yield f"{name}{suffix} in", difference(server.predict(own, inputs, outputs), expected)
        for form in ("keras", "h5", "weights.h5", "json"):
            try:
                bytes = server.send("GET", f"/models/{own}/export?format={form}")
            except urllib.error.HTTPError as error:
                told = json.loads(error.read())
                if error.code == 422 and form == "h5":
                    print(f"  - {name}{suffix} out as h5: refused, {told['detail'][:110]}")
                    continue
                raise
            out = os.path.join(folder, f"{own}.out.{form}")
            with open(out, "wb") as file:
                file.write(bytes)
            if form == "json":
                refuse_dots(bytes.decode())
                again = keras.models.model_from_json(bytes.decode())
                again.load_weights(os.path.join(folder, f"{own}.out.weights.h5"))
            elif form == "weights.h5":
                again = keras.saving.load_model(os.path.join(folder, f"{own}.out.keras"), safe_mode=True)
                for variable in again.weights:
                    if "seed" not in variable.path:
                        variable.assign(np.zeros(variable.shape, variable.dtype))
                again.load_weights(out)
            else:
                again = keras.saving.load_model(out, safe_mode=True)
            yield f"{name}{suffix} out as {form}", difference(computed(again, inputs), expected)
    path = os.path.join(folder, name + ".weights.h5")
    model.save_weights(path)
    with open(path, "rb") as file:
        server.send("PUT", f"/models/{name}_keras/weights", file.read())
    yield f"{name}.weights.h5 in", difference(server.predict(f"{name}_keras", inputs, outputs), expected)


OPTIMIZERS = [
    keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    keras.optimizers.SGD(0.1),
    keras.optimizers.Adam(0.01, amsgrad=True),
    keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.05, 2, 0.7), clipnorm=0.5),
    keras.optimizers.AdamW(0.01, weight_decay=0.03),
    keras.optimizers.RMSprop(0.01, momentum=0.8, centered=True),
    keras.optimizers.RMSprop(0.01),
    keras.optimizers.Adagrad(0.05),
    keras.optimizers.Adadelta(0.5),
    keras.optimizers.Adamax(0.01),
    keras.optimizers.Ftrl(0.05),
    keras.optimizers.Lamb(0.01),
    keras.optimizers.Nadam(0.01),
    keras.optimizers.Lion(0.001),
    keras.optimizers.Adafactor(0.05),
    keras.optimizers.Muon(0.01),
    keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.02)),
    # Averages that the weights become at each step, since a single step of Keras's ends in none.
    keras.optimizers.Adam(0.02, use_ema=True, ema_momentum=0.6, ema_overwrite_frequency=1),
    keras.optimizers.SGD(0.1, momentum=0.9, gradient_accumulation_steps=2),
]


def steps(server, folder, optimizer, number):
    """Trains on both sides behind three steps of Keras's; gives a name and a difference for each form of file."""
    keras.utils.set_random_seed(number)
    random = np.random.default_rng(number)
    x, y = random.normal(0, 1, (8, 5)).astype("float32"), random.integers(0, 3, 8)
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="tanh"), layers.BatchNormalization()])
    model = keras.Sequential(
        [keras.Input((5,)), layers.Dense(6, activation="tanh"), inner, layers.Dense(3, activation="softmax")],
        name=f"steps_{number}",
    )
    model.compile(optimizer, "sparse_categorical_crossentropy")
    for _ in range(3):
        model.train_on_batch(x, y)
    name = type(optimizer).__name__
    files = {}
    for suffix in (".keras", ".h5"):
        # The form of Keras 2 has no place for what an optimizer has inside, and Keras can't write Adafactor's names in it.
        if suffix == ".h5" and name in ("LossScaleOptimizer", "Adafactor"):
            continue
        path = os.path.join(folder, model.name + suffix)
        model.save(path)
        with open(path, "rb") as file:
            files[suffix] = file.read()
    model.train_on_batch(x, y)
    expected = [np.array(model(x, training=False))]
    for suffix, bytes in files.items():
        own = model.name + suffix.replace(".", "_")
        server.send("POST", f"/models?name={own}", bytes)
        request = {"model": own, "initial_version": 1, "epochs": 1, "batch_size": 8, "shuffle": False,
                   "data": {"x": x.tolist(), "y": y.tolist()}}
        job = server.ask("POST", "/train", request)
        if not any("goes on with the state" in note for note in job.get("notes", [])):
            raise ValueError(f"the state of {name} in {suffix} was not taken: {job.get('notes')}")
        while job["state"] not in ("succeeded", "failed"):
            time.sleep(0.05)
            job = server.ask("GET", f"/jobs/{job['id']}")
        yield f"{name} goes on, {suffix}", difference(server.predict(own, [("", x)], [""]), expected)


def branches():
    """A model whose layers Keras lists in another order than its definition here."""
    return {
        "name": "branches",
        "layers": [
            {"type": "InputLayer", "name": "x", "shape": [4]},
            {"type": "Dense", "name": "short", "units": 3, "activation": "tanh", "inputs": ["x"]},
            {"type": "Dense", "name": "long", "units": 3, "activation": "tanh", "inputs": ["x"]},
            {"type": "Dense", "name": "longer", "units": 3, "activation": "tanh", "inputs": ["long"]},
            {"type": "Add", "name": "sum", "inputs": ["short", "longer"]},
            {"type": "Dense", "name": "out", "units": 2, "activation": "softmax", "inputs": ["sum"]},
        ],
    }


def returned(server, folder, optimizer, number):
    """Trains here, and goes on in Keras and here; gives a name and a difference."""
    name = f"returned_{number}"
    rule = type(optimizer).__name__
    config = {key: value for key, value in optimizer.get_config().items() if value is not None}
    server.ask("POST", "/models", {**branches(), "name": name, "seed": number})
    random = np.random.default_rng(number)
    x, y = random.normal(0, 1, (8, 4)).astype("float32"), random.integers(0, 2, 8)
    data = {"x": x.tolist(), "y": y.tolist()}

    def train(**more):
        request = {"model": name, "epochs": 3, "batch_size": 8, "shuffle": False, "keep_optimizer": True, "data": data,
                   "optimizer": {"class_name": rule, "config": config}, "loss": "sparse_categorical_crossentropy", **more}
        job = server.ask("POST", "/train", request)
        while job["state"] not in ("succeeded", "failed"):
            time.sleep(0.05)
            job = server.ask("GET", f"/jobs/{job['id']}")
        return job

    train()
    path = os.path.join(folder, name + ".keras")
    with open(path, "wb") as file:
        file.write(server.send("GET", f"/models/{name}/export?format=keras&version=1"))
    model = keras.saving.load_model(path, safe_mode=True)
    yield f"{rule} returns", difference(server.predict(name, [("", x)], [""]), [np.array(model(x, training=False))])
    if int(model.optimizer._iterations.value) != 3:
        raise ValueError(f"{rule} has made {int(model.optimizer._iterations.value)} steps, not 3")
    train(initial_version=1, epochs=1)
    model.train_on_batch(x, y)
    yield f"{rule} goes on in Keras", difference(server.predict(name, [("", x)], [""]), [np.array(model(x, training=False))])


def run(cases):
    """Runs each case, a name and a function of server and folder that yields what it compared, and ends with the count."""
    server = Server(sys.argv[1])
    passed, failed = 0, 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, case in cases:
                try:
                    for what, found in case(server, folder):
                        good = found < LIMIT
                        passed, failed = passed + good, failed + (not good)
                        print(f"{'ok' if good else 'FAILED'} {what}: {found:.1e}")
                except urllib.error.HTTPError as error:
                    failed += 1
                    print(f"FAILED {name}: {error.code} {error.read().decode()[:600]}")
                except Exception as error:  # What Keras can't load counts, and the others go on.
                    failed += 1
                    print(f"FAILED {name}: {type(error).__name__} {str(error)[:900]}")
    finally:
        server.stop()
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


def main():
    builders = [
        convolution, residual, recurrent, cells, both_ways, zeros, sequence_pair, attention, causal, objects, nested, prepared,
        memories, volumes, lines,
    ]
    cases = [(build.__name__, trips, build) for build in builders]
    cases += [(type(optimizer).__name__, steps, optimizer) for optimizer in OPTIMIZERS]
    cases += [
        (type(optimizer).__name__, returned, optimizer)
        for optimizer in OPTIMIZERS
        if not isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    ]
    run(
        (name, lambda server, folder, go=go, made=made, number=number: go(server, folder, made, number))
        for number, (name, go, made) in enumerate(cases)
    )


if __name__ == "__main__":
    main()
