"""Figures of servers on one store: figures.py PROGRAM [--against PROGRAM] [--jobs N] [--waiting N].

Prints how soon a version is visible on every replica after its job, how long the step from the end of a job to the start of
the next takes with many jobs waiting, on both engines, and what clients see while the database is away. With --against it
also runs another program, in turns, on a data folder: requests and jobs a second, and the same step.
"""

import argparse
import http.client
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time

from client import ask
from database import Database

MODEL = {"name": "small", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}
JOB = {"model": "small", "data": {"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]}, "epochs": 1, "loss": "mse"}
PREDICTION = json.dumps({"model": "small", "instances": [[0, 1]]})


def say(*words):
    print(*words, flush=True)


def spread(values, unit="ms"):
    values = sorted(values)
    return f"median {statistics.median(values):.1f}, p99 {values[int(len(values) * 0.99)]:.1f}, max {values[-1]:.1f} {unit} ({len(values)})"


class Server:
    def __init__(self, program, *flags):
        self.process = subprocess.Popen([program, "serve", "--port", "0", "--queue-limit", "1000000", "--threads", "1", *flags],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = ("127.0.0.1", int(self.process.stdout.readline().rsplit(":", 1)[1]))

    def ask(self, *words, **options):
        return ask(self.address, *words, timeout=60, **options)

    def ready(self):
        while self.ask("GET", "/health/ready").status != 200:
            time.sleep(0.02)
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait()


def ended(server, job):
    while server.ask("GET", f"/jobs/{job}")["state"] != "succeeded":
        time.sleep(0.002)


def visibility(program, database, work, count):
    """From the moment at which a job shows that it has succeeded, to that at which each replica predicts with its version."""
    url = database.address([f"127.0.0.1:{port}" for port in database.ports], "figures")
    trainer = Server(program, "--store", url, "--data", work / "trainer").ready()
    replicas = [Server(program, "--store", url, "--data", work / f"replica{number}", "--workers", "0").ready() for number in range(3)]
    replicas[0].ask("POST", "/models", body=MODEL)
    seen = [{} for _ in replicas]  # Of each replica when it first predicted with each version.
    stopped = threading.Event()

    def look(replica, times):
        connection = http.client.HTTPConnection(*replica.address, timeout=60)
        while not stopped.is_set():
            connection.request("POST", "/predict", PREDICTION, {"Content-Type": "application/json"})
            version = json.loads(connection.getresponse().read()).get("version")
            times.setdefault(version, time.monotonic())
            time.sleep(0.005)

    threads = [threading.Thread(target=look, args=pair) for pair in zip(replicas, seen)]
    for thread in threads:
        thread.start()
    lags = []
    for number in range(1, count + 1):
        job = replicas[number % 3].ask("POST", "/train", body=JOB)["id"]
        ended(trainer, job)
        shown = time.monotonic()
        while not all(number in times for times in seen):
            time.sleep(0.001)
        lags += [max(0, 1000 * (times[number] - shown)) for times in seen]
    stopped.set()
    for thread in threads:
        thread.join()
    for server in [trainer, *replicas]:
        server.stop()
    say(f"a version on each of 3 replicas after its job has ended: {spread(lags)}")


# The columns that a copy of a waiting job has; its checksum does not cover the id.
COLUMNS = "state, kind, model, dataset, request, priority, created_at, row_crc32"


def copies(models, waiting):
    number = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)" % (waiting // models)
    columns = ", ".join(f"jobs.{name}" for name in COLUMNS.split(", "))
    return f"INSERT INTO jobs ({COLUMNS}) {number} SELECT {columns} FROM jobs, n WHERE jobs.state = 'queued'"


def steps(program, flags, multiply, waiting, count):
    """Milliseconds from the end of each job to the start of the next one, by the store's own times, one worker."""
    server = Server(program, *flags, "--workers", "0").ready()
    rows = {"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]}
    server.ask("PUT", "/datasets/rows", body=rows)
    models = 100
    for number in range(models):
        server.ask("POST", "/models", body=MODEL | {"name": f"m{number}"})
        server.ask("POST", "/train", body={"model": f"m{number}", "dataset": "rows", "epochs": 1, "loss": "mse"})
    server.stop()
    multiply(copies(models, waiting))
    server = Server(program, *flags).ready()
    while server.ask("GET", "/jobs?state=succeeded&limit=100")["next"] is None:
        time.sleep(0.1)
    begin = time.monotonic()
    while time.monotonic() - begin < 60:
        metrics = server.ask("GET", "/metrics").body.decode()
        done = next((float(line.split()[1]) for line in metrics.splitlines() if line.startswith('trainyard_jobs{state="succeeded"}')), 0)
        if done > count:
            break
        time.sleep(0.2)
    server.stop()


def gaps(events):
    """Of rows (kind of state, time), in order."""
    found, end = [], None
    for state, at in events:
        if state == "succeeded":
            end = at
        elif state == "running" and end is not None:
            found.append(at - end)
            end = None
    return found


STATES = "SELECT data, created_at FROM job_events WHERE kind = 'state' AND data NOT LIKE '%queued%' ORDER BY id"


# How long the transaction of each claim has been open when it gives the job away: all of it but the commit.
CLAIMS = """
CREATE SCHEMA claims; CREATE TABLE claims.times (ms float NOT NULL);
CREATE FUNCTION claims.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO claims.times SELECT 1000 * extract(epoch FROM clock_timestamp() - transaction_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER claimed AFTER UPDATE ON jobs FOR EACH ROW WHEN (NEW.lease_token > OLD.lease_token) EXECUTE FUNCTION claims.note();
GRANT USAGE ON SCHEMA claims TO tester;
"""


def on_postgresql(program, database, work, waiting, count):
    database.sql("DROP SCHEMA public CASCADE")
    database.sql("CREATE SCHEMA public AUTHORIZATION tester")
    url = database.address([f"127.0.0.1:{port}" for port in database.ports], "figures")
    columns = ", ".join(f"jobs.{name}" for name in COLUMNS.split(", "))
    # The first job of each model has its turn already; without the trigger this takes a second in place of a minute.
    copy = f"ALTER TABLE jobs DISABLE TRIGGER USER; INSERT INTO jobs ({COLUMNS}) SELECT {columns} FROM jobs, generate_series(1, {waiting // 100}) WHERE jobs.state = 'queued'; " \
        "ALTER TABLE jobs ENABLE TRIGGER USER; ANALYZE"
    steps(program, ["--store", url, "--data", work / "steps"], lambda _: (database.sql(copy), database.sql(CLAIMS)), waiting, count)
    rows = [(json.loads(row["data"])["state"], row["created_at"]) for row in database.sql(STATES)]
    say(f"PostgreSQL, {waiting:,} jobs waiting, from the end of a job to the start of the next: {spread(gaps(rows))}")
    claims = [row["ms"] for row in database.sql("SELECT ms FROM claims.times")]
    say(f"    … of that the claim's transaction: {spread(claims)}")


def on_folder(program, folder, waiting, count):
    def multiply(statement):
        with sqlite3.connect(folder / "trainyard.sqlite") as connection:
            connection.execute(statement)

    steps(program, ["--data", folder], multiply, waiting, count)
    with sqlite3.connect(folder / "trainyard.sqlite") as connection:
        rows = [(json.loads(data)["state"], at) for data, at in connection.execute(STATES)]
    return gaps(rows)


def outage(program, database, work, rounds):
    """What is answered while the database is killed, and how soon all is well after it is back."""
    url = database.address([f"127.0.0.1:{port}" for port in database.ports], "figures")
    server = Server(program, "--store", url, "--data", work / "outage").ready()
    server.ask("POST", "/models", body=MODEL)
    ended(server, server.ask("POST", "/train", body=JOB)["id"])
    server.ask("POST", "/predict", body=PREDICTION)
    predictions, refusals, recoveries, wrong = [], [], [], []
    for number in range(rounds):
        database.tell("kill")
        began = time.monotonic()
        while time.monotonic() - began < 3:
            for expected, words, times in [
                (200, ("POST", "/predict", PREDICTION), predictions), (200, ("GET", "/health/live"), []),
                (200, ("GET", "/health/ready?for=predictions"), []), (503, ("POST", "/train", json.dumps(JOB)), refusals),
                (503, ("GET", "/health/ready"), []),
            ]:
                start = time.monotonic()
                answer = server.ask(*words)
                times.append(1000 * (time.monotonic() - start))
                if answer.status != expected or (words[0] == "POST" and expected == 503 and "Retry-After" not in answer.fields):
                    wrong.append(f"{words[1]}: {answer}")
        database.tell("start")
        start = time.monotonic()
        while server.ask("POST", "/models", body=MODEL | {"name": f"again{number}"}).status != 201:
            time.sleep(0.01)
        recoveries.append(time.monotonic() - start)
    server.stop()
    say(f"the database killed {rounds} times for 3 s: predictions answered in {spread(predictions)},")
    say(f"    writes refused in {spread(refusals)}, a write taken again after {max(recoveries):.1f} s at most; {len(wrong)} other answers", *wrong[:3])


def processor(process):
    """Milliseconds of processor that a process has taken."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rates(program, folder, seconds):
    """Predictions, and jobs taken in, a second, from one client each, and what one takes of the processor."""
    server = Server(program, "--data", folder, "--workers", "0").ready()
    server.ask("POST", "/models", body=MODEL)
    rows = {"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]}
    server.ask("PUT", "/datasets/rows", body=rows)
    found = []
    for path, body in [("/predict", PREDICTION), ("/train", json.dumps({"model": "small", "dataset": "rows", "epochs": 1, "loss": "mse"}))]:
        connection = http.client.HTTPConnection(*server.address, timeout=60)
        count, end, before = 0, time.monotonic() + seconds, processor(server.process)
        while time.monotonic() < end:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            connection.getresponse().read()
            count += 1
        found.append((count / seconds, (processor(server.process) - before) / count))
    server.stop()
    return found


def comparison(programs, work, waiting, count, rounds):
    figures = {name: [] for name in programs}
    for number in range(rounds):
        for name in list(programs)[:: 1 if number % 2 else -1]:
            figures[name].append(rates(programs[name], work / f"rates-{name}-{number}", 3))
    for index, what in enumerate(["predictions, one client", "jobs taken in, one client"]):
        for number, (unit, digits) in enumerate([("a second", 0), ("ms of processor each", 3)]):
            now, before = ([values[index][number] for values in figures[name]] for name in ("now", "before"))
            ratios = [one / other for one, other in zip(now, before)]
            say(f"folder, {what}: median {statistics.median(now):.{digits}f} {unit}, before {statistics.median(before):.{digits}f}; "
                f"now to before, in turns: median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    for name, program in programs.items():
        say(f"folder, {waiting:,} jobs waiting, from the end of a job to the start of the next, {name}:",
            spread(on_folder(program, work / f"steps-{name}", waiting, count)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--against")
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--only", choices=["visibility", "claims", "outage", "folder"])
    options = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="figures."))
    database = Database()
    parts = {
        "visibility": lambda: visibility(options.program, database, work, options.jobs),
        "outage": lambda: outage(options.program, database, work, 5),
        "claims": lambda: on_postgresql(options.program, database, work, options.waiting, 300),
    }
    if options.against:
        parts["folder"] = lambda: comparison({"now": options.program, "before": options.against}, work, options.waiting, 300, 9)
    else:
        parts["folder"] = lambda: say(f"folder, {options.waiting:,} jobs waiting, from the end of a job to the start of the next:",
                                      spread(on_folder(options.program, work / "steps-folder", options.waiting, 300)))
    try:
        for name, part in parts.items():
            if options.only in (None, name):
                part()
    finally:
        database.close()
        shutil.rmtree(work)


main()
