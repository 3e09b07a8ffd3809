"""Clients of the cluster, which know what they were told."""

import hashlib
import http.client
import json
import random
import struct
import threading
import time

DIGITS = """{"name": "%s", "input_shape": [8, 8, 1], "seed": 7, "layers": [
  {"type": "Rescaling", "scale": 0.0625}, {"type": "Flatten"}, {"type": "Dense", "units": 32, "activation": "relu"},
  {"type": "Dropout", "rate": 0.3}, {"type": "Dense", "units": 10, "activation": "softmax"}]}"""
# What makes repeating hard: shuffling, dropout, an optimizer that remembers, a validation split.
COURSES = {
    "adam": (DIGITS % "adam", {
        "model": "adam", "dataset": "digits", "epochs": 40, "batch_size": 16, "seed": 3, "validation_split": 0.1,
        "optimizer": {"type": "Adam", "learning_rate": 0.01}, "loss": "sparse_categorical_crossentropy"}),
    "sgd": (DIGITS % "sgd", {
        "model": "sgd", "dataset": "digits", "epochs": 12, "batch_size": 16, "seed": 3, "metrics": ["accuracy"], "keep_epochs": 2,
        "optimizer": {"type": "SGD", "learning_rate": 0.01, "momentum": 0.9, "nesterov": True},
        "loss": "sparse_categorical_crossentropy"}),
    "inline": ("""{"name": "inline", "input_shape": [2], "seed": 3, "layers": [
        {"type": "Dense", "units": 8, "activation": "tanh"}, {"type": "Dropout", "rate": 0.1},
        {"type": "Dense", "units": 1, "activation": "sigmoid"}]}""", {
        "model": "inline", "data": {"x": [[0, 0], [0, 1], [1, 0], [1, 1], [0, 2], [2, 0], [2, 2]], "y": [0, 1, 1, 0, 0, 0, 0]},
        "epochs": 400, "batch_size": 3, "seed": 4, "loss": "binary_crossentropy"}),
}
LINE = '{"name": "%s", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}'


class Answer:
    def __init__(self, status, body, fields):
        self.status, self.body, self.fields = status, body, fields

    def __getitem__(self, key):
        return json.loads(self.body)[key]

    def __str__(self):
        return f"{self.status} {self.body[:300].decode(errors='replace')}"


def ask(address, method, path, body=None, key=None, timeout=5.0, kind="application/json"):
    """An answer; nothing where none came."""
    try:
        connection = http.client.HTTPConnection(*address, timeout=timeout)
        try:
            fields = {"Content-Type": kind} if body is not None else {}
            if key:
                fields["Idempotency-Key"] = key
            if body is not None and not isinstance(body, (bytes, str)):
                body = json.dumps(body)
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), answer.headers)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException):
        return None


class Knowledge:
    """What all clients together have seen that should not be, and how often they were served."""

    def __init__(self):
        self.lock = threading.Lock()
        self.surprises = []
        self.counts = {"acknowledged": 0, "refused": 0, "unanswered": 0, "predictions": 0}
        self.stopped = threading.Event()

    def surprise(self, text):
        with self.lock:
            self.surprises.append(text)
        print("surprise:", text, flush=True)

    def count(self, what):
        with self.lock:
            self.counts[what] += 1


class Client(threading.Thread):
    """Asks nodes drawn at random until it is told to stop."""

    def __init__(self, nodes, knowledge, seed):
        super().__init__(daemon=True)
        self.nodes, self.knowledge = nodes, knowledge
        self.random = random.Random(seed)

    def send(self, *words, **options):
        """The answer of some node; nothing where there was none, or a 503, which leaves open what has come of it."""
        node = self.random.choice(list(self.nodes.values()))
        answer = ask(node.address, *words, **options) if node.address else None
        if answer is None:
            self.knowledge.count("unanswered")
            return None
        if answer.status == 503:
            self.knowledge.count("refused")
            if "Retry-After" not in answer.fields:
                self.knowledge.surprise(f"{words[:2]}: a 503 without Retry-After")
            return None
        return answer

    def insist(self, *words, **options):
        """Sends until there is an answer, which takes a key or a request that may come twice."""
        while True:
            answer = self.send(*words, **options)
            if answer is not None:
                return answer
            if self.knowledge.stopped.is_set() and not any(node.address for node in self.nodes.values()):
                return None
            time.sleep(self.random.uniform(0.05, 0.3))

    def run(self):
        while not self.knowledge.stopped.is_set():
            try:
                self.work()
            except Exception as error:  # The drill must tell of it, whatever it is.
                self.knowledge.surprise(f"a client failed: {error!r}")
                return


class Trainer(Client):
    """Sends jobs, each under a key of its own, until each is acknowledged; keeps a few waiting or running."""

    def __init__(self, nodes, knowledge, seed, most=6):
        super().__init__(nodes, knowledge, seed)
        self.most = most
        self.jobs = {}  # Courses by the ids that were acknowledged.
        self.ended = set()
        self.keys = 0

    def work(self):
        if len(self.jobs) - len(self.ended) < self.most:
            self.train()
        else:
            self.look()
            time.sleep(0.1)

    def train(self):
        self.keys += 1
        course = self.random.choice(list(COURSES))
        answer = self.insist("POST", "/train", body=COURSES[course][1], key=f"job-{self.keys}")
        if answer.status != 202:
            self.knowledge.surprise(f"POST /train: {answer}")
            return
        if answer["id"] in self.jobs:
            self.knowledge.surprise(f"job {answer['id']} was given for two keys")
        self.jobs[answer["id"]] = course
        self.knowledge.count("acknowledged")

    def look(self):
        for job in set(self.jobs) - self.ended:
            answer = self.send("GET", f"/jobs/{job}")
            if answer is None:
                continue
            if answer.status != 200:
                self.knowledge.surprise(f"job {job} was acknowledged: {answer}")
                self.ended.add(job)
            elif answer["state"] in ("failed", "cancelled"):
                self.knowledge.surprise(f"job {job}: {answer}")
                self.ended.add(job)
            elif answer["state"] == "succeeded":
                self.ended.add(job)


class Owner(Client):
    """Makes, changes and removes models, weights, aliases and datasets that nobody else touches.

    What came of a request without an answer is open, even later: a node that froze may carry it out when it goes on. Such a
    thing is left alone from then on, and may end in either state.
    """

    def __init__(self, nodes, knowledge, seed):
        super().__init__(nodes, knowledge, seed)
        self.name = f"owner{seed}"
        self.number = 0
        self.states = {}  # What a path may hold: descriptions of states, None for nothing.
        self.closed = set()
        self.home = None

    def work(self):
        if self.home is None or self.number % 40 == 0:
            self.define()
        elif (draw := self.random.random()) < 0.3:
            self.store_weights()
        elif draw < 0.5:
            self.move_alias()
        elif draw < 0.85:
            self.store_data()
        else:
            self.remove()
        self.number += 1
        time.sleep(self.random.uniform(0, 0.1))

    def change(self, path, state, *words, statuses, **options):
        answer = self.send(*words, **options)
        if answer is None:
            self.states.setdefault(path, {None}).add(state)
            self.closed.add(path)
        elif answer.status not in statuses:
            self.knowledge.surprise(f"{words[:2]}: {answer}")
        else:
            self.states[path] = {state}
            self.knowledge.count("acknowledged")
        return answer

    def define(self):
        name = f"{self.name}-{self.number}"
        answer = self.insist("POST", "/models", body=LINE % name, key=f"model-{name}")
        if answer.status != 201:
            self.knowledge.surprise(f"POST /models: {answer}")
            return
        self.states[f"/models/{name}"] = {"a model"}
        self.knowledge.count("acknowledged")
        self.home, self.versions = name, 0

    def store_weights(self):
        path = f"/models/{self.home}/weights"
        if path in self.closed:
            self.home = None
            return
        floats = struct.pack("<3f", self.number, 0, 1)
        head = b'{"dense/kernel":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"dense/bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}'
        body = struct.pack("<Q", len(head)) + head + floats
        answer = self.change(path, hashlib.sha256(floats).hexdigest(), "PUT", path, body=body, kind="application/octet-stream", statuses=(201,))
        if answer and answer.status == 201:
            if answer["version"] != self.versions + 1:
                self.knowledge.surprise(f"{path}: version {answer['version']} after {self.versions}")
            self.versions = answer["version"]

    def move_alias(self):
        path = f"/models/{self.home}/aliases/stable"
        if path in self.closed or not self.versions:
            return
        version = self.random.randint(1, self.versions)
        self.change(path, f"version {version}", "PUT", path, body={"version": version}, statuses=(200,))

    def store_data(self):
        path = f"/datasets/{self.name}-{self.random.randint(0, 3)}-{self.number // 60}"
        if path in self.closed:
            return
        count = self.random.randint(1, 50)
        body = {"x": [[row, 1] for row in range(count)], "y": list(range(count))}
        self.change(path, f"{count} rows", "PUT", path, body=body, statuses=(200, 201))

    def remove(self):
        paths = [path for path, states in self.states.items()
                 if path not in self.closed and states != {None} and path.startswith("/datasets/")]
        if paths:
            path = self.random.choice(paths)
            self.change(path, None, "DELETE", path, statuses=(204,))


def found(address, path):
    """What a path holds on a node, as an owner describes it."""
    if path.endswith("/aliases/stable"):
        answer = ask(address, "GET", path.rsplit("/", 1)[0], timeout=30)
        if answer.status == 404:
            return None
        versions = [alias["version"] for alias in answer["aliases"] if alias["alias"] == "stable"]
        return f"version {versions[0]}" if versions else None
    answer = ask(address, "GET", path, timeout=30)
    if answer.status == 404:
        return None
    if answer.status != 200:
        return str(answer)
    if path.endswith("/weights"):
        floats = answer.body[-12:]
        # Initial weights have a bias of zero.
        return hashlib.sha256(floats).hexdigest() if floats[-4:] != bytes(4) else None
    return f"{answer['rows'] + answer['test_rows']} rows" if path.startswith("/datasets/") else "a model"


class Asker(Client):
    """Predicts, on one node after another; those that serve a model go on while the database is away."""

    def work(self):
        answer = self.send("POST", "/predict", body={"model": "inline", "instances": [[0, 1]]})
        if answer is not None:
            if answer.status != 200:
                self.knowledge.surprise(f"POST /predict: {answer}")
            self.knowledge.count("predictions")
        time.sleep(0.02)
