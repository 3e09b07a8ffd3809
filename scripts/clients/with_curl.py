"""curl."""

import gzip
import json
import os
import struct
import subprocess

from server import LINE, TRAIN, rows, same


def curl(*arguments, data=None, status=0):
    outcome = subprocess.run(["curl", "-sS", "--max-time", "60", *arguments], input=data, capture_output=True)
    if outcome.returncode != status:
        raise AssertionError(f"curl ended with {outcome.returncode}: {outcome.stderr.decode()}")
    return outcome.stdout


def written(*arguments, what="%{http_code}", **more):
    """What curl writes of an answer whose body nobody wants."""
    return curl("-o", "/dev/null", "-w", what, *arguments, **more).decode()


def check_http_1_0(server):
    head = curl("--http1.0", "-i", server.url + "/health/live").decode()
    same(head.split()[1], "200")
    same("connection: close" in head.lower(), True)


def check_two_requests_on_one_connection(server):
    url = server.url + "/health/live"
    same(curl("-o", "/dev/null", "-o", "/dev/null", "-w", "%{num_connects}", url, url).decode(), "10")


def check_head(server):
    head = curl("--head", server.url + "/models").decode().lower()
    same(head.startswith("http/1.1 200") and "content-length: " in head, True)


def check_chunked_upload(server):
    text = "a,b,c\n" + "".join(f"{i},{i * 2},{i * 3}\n" for i in range(50_000))
    url = server.url + "/datasets/chunked"
    answer = curl("-T", "-", "-H", "Content-Type: text/csv", url, data=text.encode())
    same(rows(json.loads(answer)), 50_000)


def check_expect_100_continue(server):
    text = ("a,b,c\n" + "1,2,3\n" * 300_000).encode()
    trace = subprocess.run(
        ["curl", "-sS", "-v", "-X", "PUT", "-H", "Content-Type: text/csv", "-H", "Expect: 100-continue",
         "--data-binary", "@-", server.url + "/datasets/expected"],
        input=text, capture_output=True, check=True)
    same(b"100 Continue" in trace.stderr and b"201 Created" in trace.stderr, True)


def check_a_refused_upload_is_not_sent(server):
    size = written("-X", "PUT", "-H", "Content-Type: image/png", "-H", "Expect: 100-continue", "--data-binary", "@-",
                   server.url + "/datasets/refused", what="%{http_code} %{size_upload}", data=b"0" * 10_000_000)
    same(size, "415 0")


def check_range_and_resume(server):
    url = server.url + "/models/line/weights"
    whole = curl(url)
    same(curl("--range", "8-19", url), whole[8:20])
    part = server.path + "/part"
    with open(part, "wb") as file:
        file.write(whole[:20])
    curl("-C", "-", "-o", part, url)
    same(open(part, "rb").read(), whole)


def check_tags(server):
    url, tag = server.url + "/models/line/weights", server.path + "/tag"
    same(written("--etag-save", tag, url), "200")
    same(written("--etag-compare", tag, url), "304")


def check_compressed_answer(server):
    url = server.url + "/openapi.json"
    plain = curl(url)
    packed = curl("-H", "Accept-Encoding: gzip", url)
    same(curl("--compressed", url), plain)
    same(gzip.decompress(packed), plain)


def check_compressed_body(server):
    body = gzip.compress(json.dumps({"model": "line", "instances": [[1, 2]] * 1000}).encode())
    answer = curl("-H", "Content-Encoding: gzip", "--data-binary", "@-", server.url + "/predict", data=body)
    same(len(json.loads(answer)["predictions"]), 1000)


def check_unix_socket(server):
    same(curl("--unix-socket", server.socket, "http://trainyard/health/ready"), b'{"status":"ok"}')


def check_multipart(server):
    images, labels = server.path + "/x.gz", server.path + "/y.gz"
    with gzip.open(images, "wb") as file:
        file.write(struct.pack(">IIII", 0x803, 20, 4, 4) + bytes(20 * 16))
    with gzip.open(labels, "wb") as file:
        file.write(struct.pack(">II", 0x801, 20) + bytes(i % 3 for i in range(20)))
    answer = curl("-X", "PUT", "-F", f"x=@{images}", "-F", f"y=@{labels}", server.url + "/datasets/images")
    same(json.loads(answer)["input_shape"], [4, 4, 1])


def check_fifty_at_once(server):
    urls = [server.url + "/health/live"] * 50
    out = curl("--parallel", "--parallel-max", "50", "-w", "%{http_code}\n", *sum([["-o", "/dev/null", u] for u in urls], []))
    same(out.decode().split(), ["200"] * 50)


def check_events(server):
    job = json.loads(curl(server.url + "/train", "-d", json.dumps(TRAIN)))["id"]
    events = curl("-N", f"{server.url}/jobs/{job}/events").decode()
    kinds = {line.removeprefix("event: ") for line in events.splitlines() if line.startswith("event: ")}
    same({"state", "epoch"} <= kinds and '"state":"succeeded"' in events, True)


def check_options(server):
    head = curl("-i", "-X", "OPTIONS", "--request-target", "*", server.url).decode()
    same(head.startswith("HTTP/1.1 204") and "Allow: " in head, True)


def check_a_problem_says_what_is_wrong(server):
    answer = curl("-d", json.dumps(LINE | {"name": "bad", "layers": [{"type": "Gru"}]}), server.url + "/models")
    same("did you mean" in json.loads(answer)["detail"], True)


def check_request_id_comes_back(server):
    head = curl("-i", "-H", "X-Request-ID: from-curl", server.url + "/health/live").decode()
    same("X-Request-ID: from-curl" in head, True)


def check_an_upload_that_stops_leaves_nothing(server):
    process = subprocess.Popen(
        ["curl", "-sS", "-T", "-", "-H", "Content-Type: text/csv", server.url + "/datasets/cut"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process.stdin.write(b"a,b\n" + b"1,2\n" * 10_000)
    process.stdin.flush()
    process.kill()
    process.wait()
    same(written(server.url + "/datasets/cut"), "404")
    same(os.listdir(server.path + "/data/datasets").count("cut"), 0)
