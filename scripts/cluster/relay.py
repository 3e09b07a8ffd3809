#!/usr/bin/env python3
"""A TCP relay with faults, for kernels without netem and for single connections: client -> relay -> server.

  relay.py --to HOST:PORT [--listen HOST:PORT] [--delay MS] [--rate BYTES_PER_SECOND]

Prints "relay listening on HOST:PORT" and then takes commands, a line each, from standard input; it ends with its input.

  delay MS          each way, from now on
  rate BYTES        a second, each way, each connection; 0 for no limit
  freeze            nothing is passed on any more, in either direction; connections stay open, new ones are accepted
  thaw              all that was held back goes on its way
  reset             every connection ends with a reset
  refuse            reset, and new connections are refused until "accept"
  accept
  lose-answers      requests go on to the server, its answers vanish: whether a commit happened is then unknown to the client
  drop-after BYTES  the next connection is reset once the server has sent so many bytes
  count             prints connections now, connections ever, bytes up, bytes down

Standard library only; loopback or a namespace's addresses.
"""
import argparse
import asyncio
import os
import socket
import struct
import sys


class Faults:
    def __init__(self, delay, rate):
        self.delay = delay
        self.rate = rate
        self.frozen = False
        self.lost_answers = False
        self.drop_after = None
        self.changed = asyncio.Event()
        self.ever = 0
        self.bytes = {"up": 0, "down": 0}


def reset(writer):
    sock = writer.get_extra_info("socket")
    if sock is not None:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
    writer.transport.abort()


async def pump(reader, writer, faults, way, pair):
    """Two halves, so that a delay holds up each byte and doesn't lower the rate."""
    queue = asyncio.Queue(maxsize=256)
    loop = asyncio.get_running_loop()

    async def take():
        while True:
            data = await reader.read(65536)
            await queue.put((loop.time() + faults.delay / 1000, data))
            if not data:
                return

    async def give():
        sent = 0
        while True:
            due, data = await queue.get()
            wait = due - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            while faults.frozen:
                faults.changed.clear()
                await faults.changed.wait()
            if not data:
                if writer.can_write_eof():
                    writer.write_eof()
                return
            if way == "down" and faults.lost_answers:
                continue
            writer.write(data)
            await writer.drain()
            sent += len(data)
            faults.bytes[way] += len(data)
            if way == "down" and pair["drop_after"] is not None and sent >= pair["drop_after"]:
                raise ConnectionResetError
            if faults.rate:
                await asyncio.sleep(len(data) / faults.rate)

    taking = asyncio.ensure_future(take())
    try:
        await give()
    finally:
        taking.cancel()


async def serve(client_reader, client_writer, target, faults):
    pair = {"drop_after": faults.drop_after}
    faults.drop_after = None
    faults.ever += 1
    try:
        server_reader, server_writer = await asyncio.open_connection(*target)
    except OSError:
        reset(client_writer)
        return
    pair["writers"] = (client_writer, server_writer)
    key = faults.ever
    PAIRS[key] = pair
    try:
        for writer in pair["writers"]:
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(
            pump(client_reader, server_writer, faults, "up", pair),
            pump(server_reader, client_writer, faults, "down", pair),
        )
        for writer in pair["writers"]:
            writer.close()
    except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
        for writer in pair["writers"]:
            reset(writer)
    finally:
        PAIRS.pop(key, None)


PAIRS = {}  # the two writers of each connection, by a number of its own


def reset_all():
    for pair in list(PAIRS.values()):
        for writer in pair["writers"]:
            reset(writer)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", required=True, metavar="HOST:PORT")
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    parser.add_argument("--delay", type=float, default=0, metavar="MS")
    parser.add_argument("--rate", type=float, default=0, metavar="BYTES")
    options = parser.parse_args()
    host, port = options.to.rsplit(":", 1)
    target = (host, int(port))
    listen_host, listen_port = options.listen.rsplit(":", 1)
    faults = Faults(options.delay, options.rate)

    serving = set()

    def begin(reader, writer):
        # Held, since the loop itself would let go of a task that only waits.
        task = asyncio.ensure_future(serve(reader, writer, target, faults))
        serving.add(task)
        task.add_done_callback(serving.discard)

    async def open_door(at):
        return await asyncio.start_server(begin, listen_host, at)

    door = await open_door(int(listen_port))
    at = door.sockets[0].getsockname()[1]
    print(f"relay listening on {listen_host}:{at}", flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode():
        words = line.split()
        if not words:
            continue
        try:
            match words:
                case ["delay", ms]:
                    faults.delay = float(ms)
                case ["rate", rate]:
                    faults.rate = float(rate)
                case ["freeze"]:
                    faults.frozen = True
                case ["thaw"]:
                    faults.frozen = faults.lost_answers = False
                    faults.changed.set()
                case ["reset"]:
                    reset_all()
                case ["refuse"]:
                    door.close()
                    reset_all()
                case ["accept"]:
                    if not door.is_serving():
                        door = await open_door(at)
                case ["lose-answers"]:
                    faults.lost_answers = True
                case ["drop-after", count]:
                    faults.drop_after = int(count)
                case ["count"]:
                    print(len(PAIRS), faults.ever, faults.bytes["up"], faults.bytes["down"], flush=True)
                    continue
                case _:
                    raise ValueError(line)
            print("done", flush=True)
        except ValueError:
            print(f"not understood: {line.strip()}", flush=True)
    reset_all()
    os._exit(0)  # what still waits for a delay has nobody to go to


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
