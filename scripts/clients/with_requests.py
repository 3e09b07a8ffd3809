"""requests."""

import json

import requests

from server import rows, same


def check_session(server):
    with requests.Session() as session:
        for _ in range(50):
            answer = session.post(server.url + "/predict", json={"model": "line", "instances": [[1, 2]]}, timeout=60)
            same((answer.status_code, len(answer.json()["predictions"])), (200, 1))


def check_body_from_a_generator(server):
    def pieces():
        yield b"a,b\n"
        for i in range(1000):
            yield f"{i},{i}\n".encode()

    answer = requests.put(server.url + "/datasets/generated", data=pieces(), headers={"Content-Type": "text/csv"}, timeout=60)
    same((answer.status_code, rows(answer.json())), (201, 1000))


def check_streamed_answer(server):
    whole = requests.get(server.url + "/models/cnn/weights", timeout=60).content
    with requests.get(server.url + "/models/cnn/weights", stream=True, timeout=60) as answer:
        same(b"".join(answer.iter_content(100)), whole)


def check_compression_is_taken(server):
    answer = requests.get(server.url + "/openapi.json", timeout=60)
    same((answer.headers["Content-Encoding"], answer.json()["openapi"]), ("gzip", "3.1.0"))


def check_range_and_tag(server):
    url = server.url + "/models/line/weights"
    whole = requests.get(url, timeout=60)
    part = requests.get(url, headers={"Range": "bytes=4-7"}, timeout=60)
    same((part.status_code, part.content), (206, whole.content[4:8]))
    same(requests.get(url, headers={"If-None-Match": whole.headers["ETag"]}, timeout=60).status_code, 304)


def check_problem(server):
    answer = requests.post(server.url + "/models", json={"name": "x"}, timeout=60)
    same((answer.status_code, answer.headers["Content-Type"]), (422, "application/problem+json"))
    same(bool(answer.json()["errors"]), True)


def check_put_weights(server):
    url = server.url + "/models/line/weights"
    same(requests.put(url, data=requests.get(url, timeout=60).content, timeout=60).status_code, 201)


def check_the_description_is_valid(server):
    from openapi_spec_validator import validate

    validate(json.loads(requests.get(server.url + "/openapi.json", timeout=60).text))
