"""httpx."""

import asyncio

import httpx

from server import TRAIN, rows, same


def check_client(server):
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for _ in range(50):
            same(client.get("/health/live").json(), {"status": "ok"})


def check_two_hundred_at_once(server):
    async def run():
        limits = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=60) as client:
            body = {"model": "line", "instances": [[1, 2]]}
            answers = await asyncio.gather(*[client.post("/predict", json=body) for _ in range(200)])
            same({answer.status_code for answer in answers}, {200})
            same(len({answer.text for answer in answers}), 1)

    asyncio.run(run())


def check_unix_socket(server):
    with httpx.Client(transport=httpx.HTTPTransport(uds=server.socket), timeout=60) as client:
        same(client.get("http://trainyard/health/ready").status_code, 200)


def check_streamed_body(server):
    async def pieces():
        yield b"a,b\n"
        for i in range(1000):
            yield f"{i},{i}\n".encode()

    async def run():
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            answer = await client.put("/datasets/async", content=pieces(), headers={"Content-Type": "text/csv"})
            same((answer.status_code, rows(answer.json())), (201, 1000))

    asyncio.run(run())


def check_events(server):
    with httpx.Client(base_url=server.url, timeout=60) as client:
        job = client.post("/train", json=TRAIN).json()["id"]
        with client.stream("GET", f"/jobs/{job}/events") as answer:
            same(answer.headers["content-type"], "text/event-stream")
            lines = list(answer.iter_lines())
        same(any('"state":"succeeded"' in line for line in lines), True)
