"""Servers on one database, each on a machine of its own as far as this one can play that."""

import os
import pathlib
import signal
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
FLAGS = ["--lease", "2", "--checkpoint-interval", "0.2", "--store-timeout", "3", "--threads", "1", "--queue-limit", "100000"]


def run(*words):
    """Runs a command that must succeed."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


class Relay:
    """What a node's connections to one port of the database go through."""

    def __init__(self, port):
        self.process = subprocess.Popen([sys.executable, HERE / "relay.py", "--to", f"127.0.0.1:{port}"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().split()[-1]

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def close(self):
        self.process.kill()
        self.process.wait()


class Cable:
    """A network namespace for a node, and the link to it; the whole drill is in a namespace of its own."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self.inside = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--"]
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            pass
        run("ip", "link", "add", "cable", "type", "veth", "peer", "name", "eth0", "netns", str(self.holder.pid))
        run("ip", "address", "add", "10.77.0.1/24", "dev", "cable")
        run("ip", "link", "set", "cable", "up")
        run(*self.inside, "ip", "link", "set", "lo", "up")
        run(*self.inside, "ip", "address", "add", "10.77.0.2/24", "dev", "eth0")
        run(*self.inside, "ip", "link", "set", "eth0", "up")

    def cut(self):
        run("ip", "link", "set", "cable", "down")

    def join(self):
        run("ip", "link", "set", "cable", "up")

    def slow(self):
        """2 Mbit/s, both ways."""
        shape = ["root", "tbf", "rate", "2mbit", "burst", "16kb", "latency", "400ms"]
        run("tc", "qdisc", "add", "dev", "cable", *shape)
        run(*self.inside, "tc", "qdisc", "add", "dev", "eth0", *shape)

    def fast(self):
        run("tc", "qdisc", "del", "dev", "cable", "root")
        run(*self.inside, "tc", "qdisc", "del", "dev", "eth0", "root")

    def close(self):
        self.holder.kill()
        self.holder.wait()


class Place:
    """Where a node lives: how it is reached, how it reaches the database, and what its clock shows."""

    def __init__(self, letter, work, hosts, host="127.0.0.1", before=(), environment=None, hours=0):
        self.letter = letter
        self.hosts = hosts
        self.host = host
        self.before = list(before)
        self.environment = environment or {}
        self.hours = hours
        self.data = work / letter
        self.log = work / f"{letter}.log"


class Node:
    """A server; a new one each time it starts."""

    number = 0
    counting = threading.Lock()

    def __init__(self, program, place, database, flags=()):
        with Node.counting:
            Node.number += 1
            self.name = f"{place.letter}{Node.number}"
        self.place = place
        # So that work can be sent to it or not.
        self.frozen = False
        command = [*place.before, program, "serve", "--host", place.host, "--port", "0", "--node", self.name,
                   "--data", place.data, "--store", database.address(place.hosts, self.name), *FLAGS, *flags]
        with open(place.log, "a") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | place.environment)
        self.address = None

    def listens(self):
        """Waits until it listens; itself, or nothing where it has been killed before."""
        line = self.process.stdout.readline()
        if "listening on" not in line:
            return None
        host, port = line.strip().rsplit("/", 1)[1].rsplit(":", 1)
        self.address = (host, int(port))
        return self

    @property
    def pid(self):
        """The server's own process: the innermost, where it has a PID namespace of its own."""
        pid = self.process.pid
        while True:
            try:
                children = [each for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
                            for each in (task / "children").read_text().split()]
            except OSError:
                return pid
            if not self.place.before or not children:
                return pid
            pid = int(children[0])

    def signal(self, what):
        try:
            os.kill(self.pid, what)
        except ProcessLookupError:
            pass

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
