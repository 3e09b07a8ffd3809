"""Python's http.client."""

import http.client
import json

from server import rows, same


def connection(server):
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)


def ask(client, method, path, body=None, **fields):
    client.request(method, path, body, {name.replace("_", "-"): value for name, value in fields.items()})
    answer = client.getresponse()
    return answer.status, answer.read()


def check_a_hundred_requests_on_one_connection(server):
    client = connection(server)
    client.connect()
    first = client.sock
    for _ in range(100):
        same(ask(client, "GET", "/health/live")[0], 200)
    same(client.sock is first, True)


def check_chunked_body(server):
    client = connection(server)
    client.putrequest("PUT", "/datasets/pieces")
    client.putheader("Content-Type", "text/csv")
    client.putheader("Transfer-Encoding", "chunked")
    client.endheaders()
    client.send(b"4\r\na,b\n\r\n")
    for row in (f"{i},{i}\n".encode() for i in range(1000)):
        client.send(b"%x\r\n%s\r\n" % (len(row), row))
    client.send(b"0\r\n\r\n")
    answer = client.getresponse()
    same((answer.status, rows(json.loads(answer.read()))), (201, 1000))


def check_http_1_0(server):
    client = connection(server)
    client._http_vsn, client._http_vsn_str = 10, "HTTP/1.0"
    client.request("GET", "/models")
    answer = client.getresponse()
    same((answer.status, answer.will_close), (200, True))
    answer.read()


def check_a_connection_goes_on_after_an_error(server):
    client = connection(server)
    same(ask(client, "GET", "/nowhere")[0], 404)
    same(ask(client, "POST", "/predict", "{", Content_Type="application/json")[0], 400)
    same(ask(client, "GET", "/health/live")[0], 200)


def check_a_body_too_long_is_a_413(server):
    client = connection(server)
    client.putrequest("POST", "/predict")
    client.putheader("Content-Length", str(10 << 30))
    client.endheaders()
    same(client.getresponse().status, 413)
