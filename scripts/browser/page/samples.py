"""What the servers of the page's checks hold."""

HOSTILE = "<img src=x onerror=alert(1)>\u202edlrow\u202c javascript:alert(1)"

DIGITS = {
    "name": "digits-cnn", "input_shape": [8, 8, 1],
    "layers": [
        {"type": "Rescaling", "scale": 0.0625},
        {"type": "Conv2D", "filters": 16, "kernel_size": 3, "activation": "relu"}, {"type": "MaxPooling2D"},
        {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
}

DIGITS_TRAINING = {
    "model": "digits-cnn", "dataset": "digits", "epochs": 6, "loss": "sparse_categorical_crossentropy",
    "optimizer": {"type": "Adam", "learning_rate": 0.005}, "metrics": ["accuracy", "confusion_matrix"], "validation_split": 0.1,
}

LINE = {"name": "line", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}

POEM = "the cat sat on the mat and the dog sat on the log and so it goes on and on\n" * 40


def passengers():
    """A table with words, holes and numbers."""
    rows = ["age,sex,fare,survived"]
    for index in range(120):
        age = "" if index % 7 == 0 else str(index % 70 + 1)
        sex = "female" if index % 3 else "male"
        rows.append(f"{age},{sex},{index * 1.25:.2f},{'yes' if index % 3 else 'no'}")
    return "\n".join(rows) + "\n"


def hostile_table():
    """A table whose header, words and labels are what a page must not run."""
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    rows = [f"x,{quoted},label"]
    for index in range(40):
        rows.append(f"{index},{quoted if index % 2 else 'plain'},{quoted if index % 3 else 'other'}")
    return "\n".join(rows) + "\n"


def fill(server):
    """Models, data and jobs of every kind and in every state that a page can show."""
    server.must("POST", "/models", DIGITS)
    server.digits = server.train(**DIGITS_TRAINING)
    server.second = server.train(**(DIGITS_TRAINING | {"seed": 1, "epochs": 4}))
    server.must("PUT", "/models/digits-cnn/aliases/stable", {"version": 1})
    server.must("PUT", "/datasets/boat", passengers(), "text/csv")
    server.must("POST", "/models", {"name": "boat-model", "preset": "table", "dataset": "boat", "target": "survived"})
    server.train(model="boat-model", dataset="boat", epochs=4)
    server.must("PUT", "/datasets/poem", POEM, "text/plain")
    server.must("POST", "/models", {"name": "poet", "preset": "generator", "dataset": "poem"})
    server.train(model="poet", dataset="poem", epochs=2)
    server.must("POST", "/models", LINE)
    server.must("PUT", "/datasets/table", "a,y\n1,2\n3,4\n", "text/csv")
    server.must("PUT", "/datasets/hostile", hostile_table().encode(), "text/csv")
    server.must("POST", "/models", {"name": "hostile-model", "preset": "table", "dataset": "hostile", "target": "label"})
    server.hostile = server.train(model="hostile-model", dataset="hostile", epochs=2)
    # Steps so large that its numbers leave what 32 bits hold.
    server.diverged = server.train(
        None, model="line", dataset="table", loss="mse", epochs=400, optimizer={"type": "SGD", "learning_rate": 1000.0}
    )
    server.paused = server.train("running", model="line", dataset="table", loss="mse", epochs=10**6)
    server.must("POST", f"/jobs/{server.paused}/pause")
    server.wait(lambda: server.must("GET", f"/jobs/{server.paused}?history=false")["state"] == "paused")
