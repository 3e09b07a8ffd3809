"""Models with layers that prepare data from Keras to the server and back, adapted, in every form, with what both compute."""

import json
import os
import urllib.error

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras_round_trips import run

RANDOM = np.random.default_rng(3)
WORDS = np.array([["red"], ["green"], ["green"], ["größer"]] * 6)
TEXTS = np.array([["The cat sat on the mat."], ["A dog ate my homework!"], ["the cat ate the dog"], ["Größe, the mat"]] * 3)
NUMBERS = RANDOM.normal(7, 3, (40, 1)).astype("float32")
CLASSES = RANDOM.integers(1, 5, (40, 1)).astype("int64")


def adapted(layer, data):
    layer.adapt(data)
    return layer


def table():
    inputs = [keras.Input((1,), name="n"), keras.Input((1,), dtype="string", name="w"), keras.Input((1,), dtype="int64", name="c")]
    n, w, c = inputs
    parts = [
        adapted(layers.Normalization(), NUMBERS)(n),
        adapted(layers.Discretization(num_bins=4, output_mode="one_hot"), NUMBERS)(n),
        adapted(layers.StringLookup(output_mode="one_hot"), WORDS)(w),
        adapted(layers.IntegerLookup(output_mode="multi_hot"), CLASSES)(c),
        layers.HashedCrossing(6, output_mode="one_hot")([w, c]),
        layers.CategoryEncoding(5, output_mode="one_hot")(layers.Hashing(5, salt=[7, 11])(w)),
        layers.Rescaling(0.1)(n),
    ]
    model = keras.Model(inputs, layers.Dense(2)(layers.Concatenate()(parts)), name="table")
    return model, {"n": NUMBERS[:4], "w": np.array([["red"], ["größer"], ["none"], [""]]), "c": np.array([[1], [2], [9], [-1]])}


def text(**options):
    words = adapted(layers.TextVectorization(**options), TEXTS)
    line = keras.Input((1,), dtype="string", name="line")
    out = words(line)
    if options.get("output_mode", "int") == "int":
        out = layers.GlobalAveragePooling1D()(layers.Embedding(40, 4)(out))
    model = keras.Model(line, layers.Dense(2)(out), name="text")
    return model, {"line": np.array([["the dog sat on my cat"], ["nothing known"], [""], ["Größe"]])}


def given():
    w, k = keras.Input((3,), dtype="string", name="w"), keras.Input((2,), dtype="int64", name="k")
    one = layers.StringLookup(vocabulary=["x", "y", "zz"], num_oov_indices=2, mask_token="-", output_mode="count")(w)
    two = layers.IntegerLookup(vocabulary=[12, 7], idf_weights=[0.5, 2.0], output_mode="tf_idf")(k)
    three = layers.CategoryEncoding(4, output_mode="count")(layers.IntegerLookup(vocabulary=[12, 7], mask_token=0)(k))
    model = keras.Model([w, k], layers.Dense(2)(layers.Concatenate()([one, two, three])), name="given")
    return model, {"w": np.array([["x", "q", "-"], ["zz", "zz", "r"]]), "k": np.array([[12, 0], [7, 99]])}


def pictures():
    varied = keras.Sequential(
        [
            keras.Input((10, 9, 3)), layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomTranslation(0.1, 0.1),
            layers.RandomZoom(0.2), layers.RandomContrast(0.2), layers.RandomBrightness(0.1), layers.RandomColorDegeneration(0.3),
            layers.RandomColorJitter(brightness_factor=0.1), layers.RandomErasing(0.5), layers.RandomGaussianBlur(0.3),
            layers.RandomGrayscale(0.2), layers.RandomHue(0.1), layers.RandomInvert(0.1), layers.RandomPerspective(0.2),
            layers.RandomPosterization(4), layers.RandomSaturation((0.1, 0.3)), layers.RandomSharpness(0.2), layers.RandomShear(0.1, 0.2),
            layers.RandomElasticTransform(0.2), layers.RandAugment(), layers.AugMix(), layers.MixUp(),
        ],
        name="varied",
    )
    photo = keras.Input((None, None, 3), name="photo")
    out = varied(layers.CenterCrop(10, 9)(layers.Resizing(12, 11)(photo)))
    out = layers.Solarization(0.1, 0.2)(layers.AutoContrast()(out))
    out = layers.Conv2D(3, 3)(layers.Rescaling(1 / 255)(out))
    model = keras.Model(photo, layers.Dense(2)(layers.GlobalMaxPooling2D()(out)), name="pictures")
    return model, {"photo": RANDOM.integers(0, 256, (2, 14, 17, 3)).astype("float32")}


def joined():
    photo = keras.Input((6, 6, 3), name="photo")
    out = layers.Rescaling(1 / 255)(layers.CutMix()(layers.RandomFlip()(photo)))
    out = layers.Conv2D(3, 3)(out)
    model = keras.Model(photo, layers.Dense(2)(layers.Flatten()(out)), name="joined")
    return model, {"photo": RANDOM.integers(0, 256, (2, 6, 6, 3)).astype("float32")}


def mel():
    sound = keras.Input((800,), name="sound")
    bands = layers.MelSpectrogram(num_mel_bins=8, sampling_rate=8000, sequence_stride=100, fft_length=256, max_freq=4000.0)(sound)
    model = keras.Model(sound, layers.Dense(2)(layers.Flatten()(layers.Rescaling(0.02)(bands))), name="mel")
    return model, {"sound": RANDOM.normal(0, 0.3, (1, 800)).astype("float32")}


def stft():
    sound = keras.Input((600, 2), name="sound")
    bins = layers.STFTSpectrogram(mode="magnitude", frame_length=64, frame_step=32, fft_length=128, expand_dims=True)(sound)
    model = keras.Model(sound, layers.Dense(2)(layers.Flatten()(bins)), name="stft")
    return model, {"sound": RANDOM.normal(0, 0.3, (2, 600, 2)).astype("float32")}


CASES = [
    ("table", table), ("text", lambda: text(output_sequence_length=6)), ("text tf_idf", lambda: text(output_mode="tf_idf")),
    ("text padded tf_idf", lambda: text(output_mode="tf_idf", max_tokens=30)),
    ("text ngrams", lambda: text(output_mode="multi_hot", ngrams=2)),
    ("text characters", lambda: text(split="character", standardize=None, output_sequence_length=9)),
    ("given", given), ("pictures", pictures), ("joined", joined), ("mel", mel), ("stft", stft),
]


def computed(model, rows):
    values = [tf.constant(rows[tensor.name]) for tensor in model.inputs]
    return np.array(model(values[0] if len(values) == 1 else values, training=False))


def predicted(server, name, rows):
    lists = {key: np.asarray(value).tolist() for key, value in rows.items()}
    first = next(iter(lists.values()))
    instances = first if len(lists) == 1 else [{key: value[row] for key, value in lists.items()} for row in range(len(first))]
    return np.array(server.ask("POST", "/predict", {"model": name, "instances": instances})["predictions"])


def learned(model):
    """What the layers of a model have learned."""
    found = {}
    for layer in model.layers:
        if hasattr(layer, "get_vocabulary"):
            found[layer.name] = layer.get_vocabulary()
        if isinstance(layer, layers.Discretization):
            found[layer.name] = np.round(layer.bin_boundaries, 4).tolist()
    return found


def trips(server, folder, name, build):
    model, rows = build()
    own = name.replace(" ", "-")
    expected = computed(model, rows)
    path = os.path.join(folder, own + ".keras")
    model.save(path)
    with open(path, "rb") as file:
        server.send("POST", f"/models?name={own}", file.read())
    yield f"{name}.keras in", np.abs(predicted(server, own, rows) - expected).max()
    for form in ("keras", "json", "h5"):
        try:
            bytes = server.send("GET", f"/models/{own}/export?format={form}")
        except urllib.error.HTTPError as error:
            told = json.loads(error.read())
            if error.code == 422 and form == "h5":
                print(f"  - {name} out as h5: refused, {told['detail'][:110]}")
                continue
            raise
        out = os.path.join(folder, f"{own}.out.{form}")
        with open(out, "wb") as file:
            file.write(bytes)
        if form == "json":
            weights = os.path.join(folder, f"{own}.out.weights.h5")
            with open(weights, "wb") as file:
                file.write(server.send("GET", f"/models/{own}/export?format=weights.h5"))
            again = keras.models.model_from_json(bytes.decode())
            again.load_weights(weights)
        else:
            again = keras.saving.load_model(out, safe_mode=True)
        yield f"{name} out as {form}", np.abs(computed(again, rows) - expected).max()
        if learned(again) != learned(model):
            raise ValueError(f"{name} out as {form}: learned {learned(again)}, not {learned(model)}")


def main():
    run((name, lambda server, folder, name=name, build=build: trips(server, folder, name, build)) for name, build in CASES)


if __name__ == "__main__":
    main()
