"""Tokens a second that clients get from POST /generate, of a character model with a GRU of 256: one client and sixteen.

Usage: generation.py BINARY [ROUNDS]
"""
import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time

MODEL = {
    "name": "characters",
    "layers": [
        {"type": "InputLayer", "shape": [64]},
        {"type": "Embedding", "input_dim": 96, "output_dim": 64},
        {"type": "GRU", "units": 256, "return_sequences": True},
        {"type": "Dense", "units": 96, "activation": "softmax"},
    ],
}
TOKENS = 2000


def ask(port, path, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status < 300, text
    return json.loads(text)


def generate(port, seed, counts):
    parameters = {"max_new_tokens": TOKENS, "do_sample": True, "seed": seed}
    answer = ask(port, "/generate", {"model": "characters", "inputs": [1, 2, 3], "parameters": parameters})
    counts.append(len(answer["generated"]))


def rate(port, clients):
    counts = []
    threads = [threading.Thread(target=generate, args=(port, seed, counts)) for seed in range(clients)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    assert counts == [TOKENS] * clients, counts
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
            ask(port, "/models", MODEL)
            rate(port, 1)
            found = {1: [], 16: []}
            for _ in range(rounds):
                for clients in found:
                    found[clients].append(rate(port, clients))
            for clients, rates in found.items():
                rates.sort()
                middle = rates[len(rates) // 2]
                print(f"{clients:2} clients: {middle:,.0f} tokens/s ({rates[0]:,.0f} to {rates[-1]:,.0f})")
        finally:
            server.terminate()
            server.wait()


main()
