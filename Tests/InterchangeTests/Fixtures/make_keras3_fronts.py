"""Writes keras3-fronts/: models of Keras with layers that prepare data, adapted, and what they compute of rows as clients send them.

python -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0 h5py==3.14.0
KERAS_BACKEND=tensorflow venv/bin/python make_keras3_fronts.py
"""
import json, os
os.environ.setdefault("KERAS_BACKEND", "tensorflow"); os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras, numpy as np, tensorflow as tf
from keras import layers as L

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras3-fronts"); os.makedirs(OUT, exist_ok=True)
keras.utils.set_random_seed(5); rng = np.random.default_rng(5)
In, Fn, Seq = keras.Input, keras.Model, keras.Sequential

def randomize(model):
    """Gives what is trained weights without zeros; what was adapted stays."""
    for w in model.trainable_variables:
        if w.name not in ("real_kernel", "imag_kernel"): w.assign((rng.standard_normal(w.shape) * 0.4 + 0.1).astype("float32"))
def tensor(values): return tf.constant(values) if isinstance(np.asarray(values).ravel()[0], str) else tf.constant(np.asarray(values))
def computed(model, rows):
    x = {k: tensor(v) for k, v in rows.items()} if isinstance(rows, dict) else tensor(rows)
    if isinstance(x, dict): x = [x[i.name] for i in model.inputs]
    y = model(x, training=False); names = getattr(model, "output_names", None) or ["y"]
    return {n: np.asarray(v) for n, v in zip(names, y if isinstance(y, (list, tuple)) else [y])}
def instances(rows):
    plain = lambda v: np.asarray(v).tolist()
    if not isinstance(rows, dict): return plain(rows)
    lists = {k: plain(v) for k, v in rows.items()}
    return [{k: v[i] for k, v in lists.items()} for i in range(len(next(iter(lists.values()))))]
def case(name, model, rows, formats=("keras",), weights=True):
    if weights: randomize(model)
    for f in formats:
        if f == "json": open(f"{OUT}/{name}.to_json.json", "w").write(model.to_json())
        else: model.save(f"{OUT}/{name}.{f}")
    y = computed(model, rows)
    json.dump({"instances": instances(rows), "outputs": {k: {"shape": list(v.shape), "data": [float(f) for f in v.ravel()]} for k, v in y.items()}}, open(f"{OUT}/{name}.json", "w"))
    try: again = keras.saving.load_model(f"{OUT}/{name}.keras", compile=False)
    except TypeError as error: return print(name, "which Keras can't read again:", str(error).splitlines()[-1])  # a RandomShear
    print(name, os.path.getsize(f"{OUT}/{name}.keras"), "reload differs by", max(float(np.abs(a - b).max()) for a, b in zip(computed(again, rows).values(), y.values())))

# a table: every layer of numbers and words, adapted
n = 40
age = (rng.normal(35, 12, (n, 1))).astype("float32"); fare = rng.gamma(2, 20, (n, 1)).astype("float32")
sex = np.array([["male"], ["female"], ["female"], ["männlich"]] * 10); cls = rng.integers(1, 4, (n, 1)).astype("int64"); deck = np.array([[c] for c in "ABCDABCEFA" * 4])
def adapted(layer, data): layer.adapt(data); return layer
i = {"age": In((1,), name="age"), "sex": In((1,), dtype="string", name="sex"), "class": In((1,), dtype="int64", name="class"), "fare": In((1,), name="fare"), "deck": In((1,), dtype="string", name="deck")}
parts = [
    adapted(L.Normalization(name="age_n"), age)(i["age"]),
    adapted(L.Discretization(num_bins=4, output_mode="one_hot", name="fare_b"), fare)(i["fare"]),
    adapted(L.StringLookup(output_mode="one_hot", name="sex_l"), sex)(i["sex"]),
    adapted(L.IntegerLookup(output_mode="multi_hot", num_oov_indices=2, name="class_l"), cls)(i["class"]),
    L.HashedCrossing(6, output_mode="one_hot", name="cross")([i["sex"], i["class"]]),
    L.CategoryEncoding(5, output_mode="one_hot", name="deck_e")(L.Hashing(5, salt=[7, 11], mask_value="", name="deck_h")(i["deck"])),
    L.Rescaling(0.01, offset=-0.5, name="fare_r")(i["fare"]),
]
rows = {"age": age[:6], "sex": np.array([["male"], ["female"], ["männlich"], ["other"], ["female"], [""]]), "class": np.array([[1], [2], [3], [9], [-4], [1]]), "fare": np.array([[1.5], [20], [33.25], [50], [90], [400]], "float32"), "deck": np.array([["A"], ["C"], ["Z"], [""], ["B"], ["E"]])}
case("table", Fn(list(i.values()), L.Dense(2, activation="softmax", name="out")(L.Concatenate(name="all")(parts)), name="table"), rows)

# texts: tokens, with the optimizer's state; tf-idf; n-grams of a given vocabulary
texts = np.array([["The cat sat on the mat."], ["A dog ate my homework!"], ["the cat ate the dog"], ["Größe und Straße, the mat"]] * 3)
asked = np.array([["the dog sat on my cat"], ["nothing is known here at all, it seems to me"], [""], ["Größe"]])
model = Seq([In((1,), dtype="string", name="line"), adapted(L.TextVectorization(output_sequence_length=6, name="words"), texts), L.Embedding(20, 4, mask_zero=True, name="vectors"), L.GlobalAveragePooling1D(), L.Dense(1, activation="sigmoid", name="out")], name="text")
model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"]); model.fit(tf.constant(texts), np.array([[0.0], [1.0], [0.0], [1.0]] * 3), batch_size=4, epochs=2, verbose=0)
case("text", model, asked[[0, 1, 3]], weights=False)  # of a text without words Keras gives NaN
case("text_tfidf", Seq([In((1,), dtype="string", name="line"), adapted(L.TextVectorization(output_mode="tf_idf", max_tokens=9, name="words"), texts), L.Dense(2, name="out")], name="text_tfidf"), asked)
case("text_ngrams", Seq([In((1,), dtype="string", name="line"), L.TextVectorization(vocabulary=["cat", "the cat", "dog", "my", "ate my"], ngrams=2, output_mode="count", standardize="lower", name="words"), L.Dense(2, name="out")], name="text_ngrams"), asked, ("keras", "h5", "json"))
case("text_characters", Seq([In((1,), dtype="string", name="line"), adapted(L.TextVectorization(split="character", standardize=None, output_sequence_length=8, pad_to_max_tokens=True, max_tokens=30, name="letters"), texts), L.Embedding(30, 3, name="vectors"), L.Flatten(), L.Dense(2, name="out")], name="text_characters"), asked)

# vocabularies in the configuration
w, k = In((3,), dtype="string", name="w"), In((2,), dtype="int64", name="k")
a = L.StringLookup(vocabulary=["x", "y", "zz"], num_oov_indices=2, mask_token="-", oov_token="?", output_mode="count", name="a")(w)
b = L.IntegerLookup(vocabulary=[12, 7, 5], mask_token=0, output_mode="int", name="b")(k)
c = L.IntegerLookup(vocabulary=[12, 7, 5], idf_weights=[0.5, 0.25, 2.0], output_mode="tf_idf", name="c")(k)
d = L.CategoryEncoding(6, output_mode="count", name="d")(b)
e = L.Discretization(bin_boundaries=[1.0, 6.0, 7.5], output_mode="multi_hot", name="e")(L.Rescaling(1.0, name="r")(k))
case("lookups", Fn([w, k], [L.Dense(2, name="one")(L.Concatenate(name="all")([a, c, d, e])), L.Dense(1, name="two")(a)], name="lookups"), {"w": np.array([["x", "q", "-"], ["zz", "zz", "r"]]), "k": np.array([[12, 0], [7, 99]])}, ("keras", "h5", "json"))

# pictures: every layer that varies them (Keras can put no Equalization into a model, and where it rests its RandomCrop gives other extents than it says), within a model of its own
varied = [L.RandomFlip("horizontal"), L.RandomRotation(0.1, fill_mode="constant", seed=3), L.RandomTranslation(0.1, (-0.2, 0.1)), L.RandomZoom(0.2, 0.1), L.RandomContrast(0.2), L.RandomBrightness(0.1), L.RandomColorDegeneration(0.3), L.RandomColorJitter(brightness_factor=0.1, hue_factor=0.1), L.RandomErasing(0.5), L.RandomGaussianBlur(0.3), L.RandomGrayscale(0.2), L.RandomHue(0.1), L.RandomInvert(0.1), L.RandomPerspective(0.2), L.RandomPosterization(4), L.RandomSaturation((0.1, 0.3)), L.RandomSharpness(0.2), L.RandomShear(0.1, 0.2), L.RandomElasticTransform(0.2), L.RandAugment(), L.AugMix(), L.MixUp()]
augment = Seq([In((9, 8, 3)), *varied], name="augment")
p = In((None, None, 3), name="photo")
h = L.CenterCrop(9, 8, name="crop")(L.Resizing(12, 11, interpolation="bilinear", crop_to_aspect_ratio=True, name="size")(p))
h = L.Rescaling(1 / 255, name="scale")(L.Solarization(0.1, 0.2, name="sun")(L.AutoContrast(name="auto")(augment(h))))
h = L.GlobalAveragePooling2D()(L.Conv2D(4, 3, activation="relu", name="conv")(h))
case("pictures", Fn(p, L.Dense(2, name="out")(h), name="pictures"), rng.integers(0, 256, (2, 14, 17, 3)).astype("float32"))

# sound
s = In((800,), name="sound")
m = L.MelSpectrogram(num_mel_bins=8, sampling_rate=8000, sequence_stride=100, fft_length=256, max_freq=4000.0, name="mel")(s)
case("mel", Fn(s, L.Dense(2, name="out")(L.Flatten()(L.Rescaling(0.02, name="scale")(m))), name="mel"), rng.normal(0, 0.3, (1, 800)).astype("float32"))
s = In((600, 1), name="sound")
m = L.STFTSpectrogram(mode="magnitude", frame_length=64, frame_step=32, fft_length=64, name="bins")(s)
case("stft", Fn(s, L.Dense(2, name="out")(L.GlobalAveragePooling1D()(m)), name="stft"), rng.normal(0, 0.3, (2, 600, 1)).astype("float32"))
trained = keras.saving.load_model(f"{OUT}/stft.keras"); kernel = trained.get_layer("bins").real_kernel; kernel.assign(kernel + 0.1); trained.save(f"{OUT}/stft_trained.keras")

# Keras's FeatureSpace, as the model that is made with it, and by itself
FS = keras.utils.FeatureSpace
space = FS({"age": FS.float_normalized(), "sex": FS.string_categorical(), "fare": FS.float_discretized(num_bins=5), "deck": FS.string_hashed(num_bins=8), "class": FS.integer_categorical()}, crosses=[FS.cross(("sex", "class"), crossing_dim=8)], output_mode="concat")
space.adapt(tf.data.Dataset.from_tensor_slices({"age": age[:, 0], "sex": sex[:, 0], "fare": fare[:, 0], "deck": deck[:, 0], "class": cls[:, 0]}))
space.save(f"{OUT}/space.keras")
inputs = space.get_inputs(); model = Fn(inputs, L.Dense(2, name="out")(space.get_encoded_features()), name="features")
case("features", model, {k: v for k, v in rows.items()})

# memories of pictures, from both ends and from call to call
case("conv_lstm_both", Seq([In((3, 5, 4, 2)), L.Bidirectional(L.ConvLSTM2D(2, 2, return_sequences=True), merge_mode="concat"), L.Bidirectional(L.ConvLSTM2D(3, 2, padding="same"), merge_mode="mul"), L.Flatten(), L.Dense(2)], name="conv_lstm_both"), rng.normal(0, 1, (2, 3, 5, 4, 2)).astype("float32"))
model = Seq([keras.Input(batch_shape=(2, 3, 5, 1)), L.ConvLSTM1D(2, 2, stateful=True, return_sequences=True, name="memory"), L.Flatten(), L.Dense(2)], name="conv_lstm_stateful"); randomize(model)
model.save(f"{OUT}/conv_lstm_stateful.keras"); calls = rng.normal(0, 1, (3, 2, 3, 5, 1)).astype("float32")
json.dump([{"instances": x.tolist(), "outputs": np.asarray(model(tf.constant(x))).tolist()} for x in calls], open(f"{OUT}/conv_lstm_stateful.json", "w"))

# vocabularies that are wrong, too large or not there
import zipfile
src = zipfile.ZipFile(f"{OUT}/text.keras"); parts = {n: src.read(n) for n in src.namelist()}
def archive(name, change, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(f"{OUT}/{name}.keras", "w", method) as z:
        for n, d in parts.items():
            d = change(n, d)
            if d is not None: z.writestr(zipfile.ZipInfo(n, (1980, 1, 1, 0, 0, 0)), d, method)
vocabulary = lambda n: n.endswith("vocabulary.txt")
archive("text_twice", lambda n, d: b"\n[UNK]\ncat\ndog\ncat" if vocabulary(n) else d)
archive("text_bomb", lambda n, d: b"a\n" * (10 << 20) if vocabulary(n) else d, zipfile.ZIP_DEFLATED)
archive("text_lost", lambda n, d: None if vocabulary(n) else d)
