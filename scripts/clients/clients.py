"""Runs every client against a server: clients.py PROGRAM."""

import json
import pathlib
import re
import subprocess
import sys
import time

import requests
import with_curl
import with_http_client
import with_httpx
import with_kserve
import with_mlflow
import with_requests
import with_tritonclient
from server import DIGITS, LINE, SIMPLE, TOKEN, Checks, Server, same

HERE = pathlib.Path(__file__).parent


def node(server, checks):
    outcome = subprocess.run(["node", HERE / "with_node.mjs", server.url], capture_output=True, text=True, timeout=300)
    lines = [json.loads(line) for line in outcome.stdout.splitlines()]

    def ended():
        same((outcome.returncode, bool(lines)), (0, True))

    checks.one("node: ended " + outcome.stderr.strip(), ended)
    for line in lines:
        checks.one("node: " + line["name"], lambda line=line: same(line["wrong"], None))


def wrk(server):
    out = subprocess.run(["wrk", "-t1", "-c64", "-d2s", server.url + "/health/live"], capture_output=True, text=True, check=True).stdout
    same(re.findall(r"Non-2xx.*|Socket errors.*", out), [])
    same("Requests/sec" in out, True)


def bearer(program, path):
    path.write_text(f"read {TOKEN}\n")
    server = Server(program, "--token-file", str(path))
    try:
        same(with_curl.written(server.url + "/models"), "401")
        same(with_curl.written("--oauth2-bearer", TOKEN, server.url + "/models"), "200")
        same(requests.get(server.url + "/models", headers={"Authorization": "Bearer " + TOKEN}, timeout=60).status_code, 200)
        same(with_curl.written("--oauth2-bearer", TOKEN, "-d", json.dumps(LINE), server.url + "/models"), "403")
    finally:
        same(server.stop(), 0)


def main():
    program = sys.argv[1]
    checks = Checks()
    server = Server(program, "--default-model", "line")
    for model in (LINE, DIGITS, SIMPLE):
        requests.post(server.url + "/models", json=model, timeout=60).raise_for_status()
    before = server.descriptors()

    checks.run("curl", with_curl, server)
    checks.run("http.client", with_http_client, server)
    checks.run("requests", with_requests, server)
    checks.run("httpx", with_httpx, server)
    checks.run("tritonclient", with_tritonclient, server)
    checks.run("kserve", with_kserve, server)
    checks.run("mlflow", with_mlflow, server)
    node(server, checks)
    checks.one("wrk: two seconds on 64 connections", lambda: wrk(server))
    checks.one("curl, requests: bearer tokens", lambda: bearer(program, pathlib.Path(server.path) / "tokens"))

    def left():
        deadline = time.monotonic() + 60
        while server.descriptors() > before + 8 and time.monotonic() < deadline:
            time.sleep(0.1)
        if server.descriptors() > before + 8:
            raise AssertionError(f"{before} descriptors before, {server.descriptors()} now")

    checks.one("server: no descriptor is left behind", left)
    checks.one("server: stops with status 0", lambda: same(server.stop(), 0))
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(checks.failed > 0)


main()
