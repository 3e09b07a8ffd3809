"""Tokens a second that clients get from POST /generate, one client and sixteen.

Of a character model with a GRU of 256, and of a transformer of two layers of 128 that looks back over 256 steps.

Usage: generation.py BINARY [ROUNDS]
"""
import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time

CHARACTERS = [
    {"type": "InputLayer", "shape": [64]},
    {"type": "Embedding", "input_dim": 96, "output_dim": 64},
    {"type": "GRU", "units": 256, "return_sequences": True},
    {"type": "Dense", "units": 96, "activation": "softmax"},
]


def block(number, before):
    """One layer of a transformer: attention and two dense layers, each added to what it is given."""
    name = f"{number}."
    return [
        {"type": "LayerNormalization", "name": name + "n", "inputs": [before]},
        {
            "type": "MultiHeadAttention", "name": name + "a", "inputs": [name + "n", name + "n"], "num_heads": 4,
            "key_dim": 32, "use_causal_mask": True,
        },
        {"type": "Add", "name": name + "x", "inputs": [before, name + "a"]},
        {"type": "LayerNormalization", "name": name + "m"},
        {"type": "Dense", "name": name + "d", "units": 512, "activation": "gelu"},
        {"type": "Dense", "name": name + "e", "units": 128},
        {"type": "Add", "name": name + "y", "inputs": [name + "x", name + "e"]},
    ]


TRANSFORMER = [
    {"type": "InputLayer", "shape": [256]},
    {"type": "TokenAndPositionEmbedding", "name": "words", "vocabulary_size": 96, "sequence_length": 256, "embedding_dim": 128},
    *block(1, "words"),
    *block(2, "1.y"),
    {"type": "LayerNormalization"},
    {"type": "Dense", "units": 96, "activation": "softmax"},
]

# The layers of each model, and how many tokens a request asks for.
MODELS = {"characters": (CHARACTERS, 2000), "transformer": (TRANSFORMER, 254)}


def ask(port, path, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status < 300, text
    return json.loads(text)


def generate(port, model, seed, counts):
    parameters = {"max_new_tokens": MODELS[model][1], "do_sample": True, "seed": seed}
    answer = ask(port, "/generate", {"model": model, "inputs": [1, 2, 3], "parameters": parameters})
    counts.append(len(answer["generated"]))


def rate(port, model, clients):
    counts = []
    threads = [threading.Thread(target=generate, args=(port, model, seed, counts)) for seed in range(clients)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    assert counts == [MODELS[model][1]] * clients, counts
    return sum(counts) / took


def main():
    binary, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [binary, "serve", "--data", folder + "/data", "--port", "0"], stdout=subprocess.PIPE, text=True
        )
        try:
            line = server.stdout.readline()
            port = int(line.rstrip().rsplit(":", 1)[1])
            for model, (layers, _) in MODELS.items():
                ask(port, "/models", {"name": model, "layers": layers})
                rate(port, model, 1)
            found = {(model, clients): [] for model in MODELS for clients in (1, 16)}
            for _ in range(rounds):
                for model, clients in found:
                    found[model, clients].append(rate(port, model, clients))
            for (model, clients), rates in found.items():
                rates.sort()
                middle = rates[len(rates) // 2]
                print(f"{model}, {clients:2} clients: {middle:,.0f} tokens/s ({rates[0]:,.0f} to {rates[-1]:,.0f})")
        finally:
            server.terminate()
            server.wait()


main()
