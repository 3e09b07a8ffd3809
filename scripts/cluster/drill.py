"""The drill of scripts/cluster-test: drill.py PROGRAM KILLS [SEED]."""

import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from client import COURSES, Asker, Knowledge, Owner, Trainer, ask
from database import Database
from faults import Faults
from node import Cable, Node, Place, Relay
from proof import Proof

# What the database does, where a node waits for it too long.
ACTIVITY = """SELECT application_name, state, wait_event, CAST(clock_timestamp() - xact_start AS text) AS open, left(query, 100) AS query
    FROM pg_stat_activity WHERE xact_start IS NOT NULL OR backend_type <> 'client backend'"""


def say(*words):
    print(*words, flush=True)


def undisturbed(program, work):
    """What each course gives in a server of its own, on a data folder, that nobody disturbs: weights and number of epochs."""
    process = subprocess.Popen([program, "serve", "--port", "0", "--data", work / "undisturbed", "--threads", "1"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    address = ("127.0.0.1", int(process.stdout.readline().rsplit(":", 1)[1]))
    outcomes = {}
    for name, (model, request) in COURSES.items():
        ask(address, "POST", "/models", body=model)
        job = ask(address, "POST", "/train", body=request)["id"]
        while (answer := ask(address, "GET", f"/jobs/{job}"))["state"] != "succeeded":
            if answer["state"] == "failed":
                raise SystemExit(f"{name}: {answer}")
            time.sleep(0.05)
        outcomes[name] = (answer["weights_sha256"], len(answer["history"]))
    process.terminate()
    process.wait()
    return outcomes


def shifted_clock(work):
    """The library with which a program's clock is wrong; nothing where it can't be compiled."""
    compiler = shutil.which("cc") or shutil.which("clang")
    library = work / "clock.so"
    source = pathlib.Path(__file__).parent / "clock.c"
    if not compiler or subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=False).returncode:
        return None
    return library


class Cluster:
    """Three nodes in three places: one beside the database, one at the end of a cable, one behind a relay."""

    def __init__(self, program, work, isolated):
        self.program, self.work = program, work
        self.skipped = []
        options = ["--pair"]
        self.cable = None
        if isolated:
            options += ["--disk", "256M", "--listen", "*"]
        else:
            self.skipped.append("full disk, cut cable, slow cable: only root may make namespaces")
        self.database = Database(*options)
        local = [f"127.0.0.1:{port}" for port in self.database.ports]
        self.relays = [Relay(port) for port in self.database.ports]
        clock = shifted_clock(work)
        clocks = [{"LD_PRELOAD": str(clock), "CLOCK_SHIFT": seconds} if clock else {} for seconds in ("3600", "-3600")]
        if not clock:
            self.skipped.append("clocks an hour apart: no compiler for C")
        middle = Place("b", work, local)
        if isolated:
            self.cable = Cable()
            # Processes of its own, so that nobody sees it die.
            inside = [*self.cable.inside, "unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"]
            middle = Place("b", work, [f"10.77.0.1:{port}" for port in self.database.ports], "10.77.0.2", inside)
        self.places = [
            Place("a", work, local, environment=clocks[0], hours=1 if clock else 0), middle,
            Place("c", work, [relay.address for relay in self.relays], environment=clocks[1], hours=-1 if clock else 0),
        ]
        self.nodes = {}

    def start(self, place):
        """A new node in a place."""
        self.nodes[place.letter] = Node(self.program, place, self.database).listens()

    def migrate(self):
        url = self.database.address([f"127.0.0.1:{port}" for port in self.database.ports], "migrate")
        subprocess.run([self.program, "migrate", "--store", url], check=True, stdout=subprocess.DEVNULL)

    def check(self):
        url = self.database.address([f"127.0.0.1:{port}" for port in self.database.ports], "check")
        return subprocess.run([self.program, "check", "--store", url, "--data", self.work / "check"], capture_output=True, text=True, check=False)

    def settle(self, seconds=90):
        """Waits until every node is ready; how long that took."""
        start = time.monotonic()
        while True:
            waiting = [node.name for node in self.nodes.values()
                       if (answer := ask(node.address, "GET", "/health/ready", timeout=10)) is None or answer.status != 200]
            if not waiting:
                return time.monotonic() - start
            if time.monotonic() - start > seconds:
                for row in self.database.sql(ACTIVITY):
                    say(row)
                raise RuntimeError(f"not ready after {seconds} s: {waiting}; the logs of the nodes are in {self.work}")
            time.sleep(0.02)

    def close(self):
        for node in self.nodes.values():
            if node.process.poll() is None:
                node.kill()
        for relay in self.relays:
            relay.close()
        if self.cable:
            self.cable.close()
        self.database.close()


def clocks_are_apart(cluster, proof):
    """Each node knows how far its clock is from the database's, and that is all that comes of it."""
    for node in cluster.nodes.values():
        offset = ask(node.address, "GET", "/cluster")["store"]["clock_offset_ms"]
        proof.expect(abs(offset + node.place.hours * 3_600_000) < 5000, f"{node.name}: clock_offset_ms {offset}")


def drill(program, kills, seed, isolated, work):
    expected = undisturbed(program, work)
    cluster = Cluster(program, work, isolated)
    knowledge, proof = Knowledge(), Proof()
    began = time.monotonic()
    try:
        cluster.migrate()
        cluster.database.watch()
        for place in cluster.places:
            cluster.start(place)
        cluster.settle()
        clocks_are_apart(cluster, proof)
        address = cluster.nodes["a"].address
        for model, _ in COURSES.values():
            ask(address, "POST", "/models", body=model, timeout=30)
        cluster.database.tell("standby")
        trainers = [Trainer(cluster.nodes, knowledge, seed)]
        owners = [Owner(cluster.nodes, knowledge, seed + number) for number in (1, 2, 3)]
        clients = [*trainers, *owners, Asker(cluster.nodes, knowledge, seed + 4)]
        for client in clients:
            client.start()
        faults = Faults(cluster, knowledge, random.Random(seed), say)
        faults.play(kills)
        knowledge.stopped.set()
        for client in clients:
            client.join(120)
            proof.expect(not client.is_alive(), f"a client waits for ever: {client}")
        faults.finish(trainers)
        clocks_are_apart(cluster, proof)
        jobs = proof.nothing_is_lost(cluster.nodes, trainers, owners, expected)
        proof.nodes_agree(cluster.nodes, jobs, owners)
        for node in cluster.nodes.values():
            proof.expect(node.stop() == 0, f"{node.name} did not stop in order")
        proof.each_job_once(cluster.database, jobs)
        proof.one_worker_at_a_time(cluster.database, jobs)
        outcome = cluster.check()
        proof.expect(outcome.returncode == 0, f"trainyard check: {outcome.stdout}{outcome.stderr}")
    finally:
        cluster.close()
    say(f"{faults.kills} nodes killed, {sum(faults.played.values())} other faults in {time.monotonic() - began:.0f} s:",
        ", ".join(f"{name} {count}" for name, count in sorted(faults.played.items())))
    if not proof.wrong:
        for line in proof.lines:
            say(line)
    say(", ".join(f"{count} {what}" for what, count in knowledge.counts.items()), "requests;",
        f"{knowledge.counts['acknowledged']} changes acknowledged")
    say(f"ready again after an outage of the database: {faults.slowest:.1f} s at most")
    return [*knowledge.surprises, *proof.wrong], cluster.skipped


def main():
    program, kills = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1_000_000)
    say(f"seed {seed}")
    isolated = "TRAINYARD_ISOLATED" in os.environ
    work = pathlib.Path(tempfile.mkdtemp(prefix="cluster-test."))
    wrong, skipped = drill(program, kills, seed, isolated, work)
    for reason in skipped:
        say(f"skipped: {reason}")
    for text in wrong[:50]:
        say(f"FAILED: {text}")
    if wrong:
        say(f"the logs of the nodes are in {work}")
    else:
        shutil.rmtree(work)
    say(f"cluster: {0 if wrong else 1} passed, {1 if wrong else 0} failed, {len(skipped)} skipped")
    sys.exit(1 if wrong else 0)


main()
