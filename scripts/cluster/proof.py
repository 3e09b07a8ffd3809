"""What must hold at the end, by the answers of all nodes and by the database itself."""

import json

from client import ask, found


class Proof:
    def __init__(self):
        self.wrong = []
        self.lines = []

    def expect(self, holds, text):
        if not holds:
            self.wrong.append(text)

    def nothing_is_lost(self, nodes, trainers, owners, expected):
        """Everything that was acknowledged is there, as it was acknowledged, whichever node is asked."""
        addresses = [node.address for node in nodes.values()]
        things = open_things = 0
        for owner in owners:
            for number, (path, states) in enumerate(owner.states.items()):
                seen = found(addresses[number % len(addresses)], path)
                self.expect(seen in states, f"{path}: found {seen}, expected {' or '.join(map(str, states))}")
                things += 1
                open_things += len(states) > 1
        jobs = {job: course for trainer in trainers for job, course in trainer.jobs.items()}
        for number, (job, course) in enumerate(jobs.items()):
            answer = ask(addresses[number % len(addresses)], "GET", f"/jobs/{job}", timeout=30)
            if answer.status != 200 or answer["state"] != "succeeded":
                self.expect(False, f"job {job}: {answer}")
                continue
            weights, epochs = expected[course]
            self.expect(answer["weights_sha256"] == weights, f"job {job} of {course}: other weights, {answer['weights_sha256']}")
            self.expect(len(answer["history"]) == epochs, f"job {job}: {len(answer['history'])} epochs of {epochs}")
            version = ask(addresses[(number + 1) % len(addresses)], "GET", f"/models/{course}/versions/{answer['version']}", timeout=30)
            self.expect(version.status == 200 and version["weights_sha256"] == weights, f"version of job {job}: {version}")
        self.lines.append(f"{len(jobs)} jobs acknowledged, all with the weights that they have undisturbed")
        self.lines.append(f"{things} models, weights, aliases and datasets as acknowledged, "
                          f"{open_things} of them open, since the last answer did not come")
        return jobs

    def nodes_agree(self, nodes, jobs, owners):
        """The same bytes from each node."""
        paths = ["/models?limit=100", "/datasets?limit=100", "/jobs?limit=100"]
        paths += [f"/models/{name}/versions" for name in {course for course in jobs.values()}]
        paths += [f"/models/{owner.home}/aliases" for owner in owners if owner.home]
        for job in jobs:
            paths += [f"/jobs/{job}", f"/jobs/{job}/events"]
        for path in paths:
            answers = [ask(node.address, "GET", path, timeout=30) for node in nodes.values()]
            self.expect(len({(answer.status, answer.body) for answer in answers}) == 1, f"{path}: nodes differ: {[str(a) for a in answers]}")
        self.lines.append(f"{len(paths)} pages, the same bytes from each of {len(nodes)} nodes")

    def each_job_once(self, database, jobs):
        """The database has the acknowledged jobs and no others: no key was used twice, none was forgotten."""
        there = {str(row["id"]) for row in database.sql("SELECT id FROM jobs")}
        self.expect(there == set(jobs), f"jobs nobody was told of: {sorted(there - set(jobs))}, missing: {sorted(set(jobs) - there)}")

    def one_worker_at_a_time(self, database, jobs):
        """By the events of each start, and by what the database noted of each write."""
        starts, ends = {}, {}
        for row in database.sql("SELECT job_id, created_at, data FROM job_events WHERE kind = 'state' ORDER BY id"):
            data = json.loads(row["data"])
            if "claim" in data:
                starts.setdefault(row["job_id"], []).append((data["claim"], data["node"], row["created_at"]))
            elif data["state"] == "succeeded":
                self.expect(row["job_id"] not in ends, f"job {row['job_id']} ended twice")
                ends[row["job_id"]] = row["created_at"]
        for job in map(int, jobs):
            claims = [claim for claim, _, _ in starts.get(job, [])]
            self.expect(claims == list(range(1, len(claims) + 1)) and claims, f"job {job}: its starts are {claims}")
        last = {}  # Of each job the last write.
        spans = {}  # Of each claim the first and the last write.
        writes = database.sql("SELECT * FROM audit.writes ORDER BY id")
        for row in writes:
            before = last.get(row["job"])
            here = f"{row['what']} of job {row['job']} by {row['program']}, claim {row['token']} of {row['node']}"
            if before:
                self.expect(row["token"] >= before["token"], f"{here}: after claim {before['token']}")
            if row["what"] == "jobs":
                if row["state"] == "succeeded":
                    self.expect(before and before["node"] and before["node"].split(".")[0] == row["program"], f"{here}: ended by another node")
            else:
                self.expect(row["state"] == "running" and row["node"] and row["node"].split(".")[0] == row["program"], f"{here}: a stale worker wrote")
            if row["node"]:
                first = spans.get((row["job"], row["token"]), (row["at"],))[0]
                spans[row["job"], row["token"]] = (first, row["at"])
            last[row["job"]] = row
        for (job, token), (_, end) in spans.items():
            if (following := spans.get((job, token + 1))):
                # Writers wait for one another, so that the clock that they read is in the order of their commits.
                self.expect(end <= following[0], f"job {job}: claim {token} wrote until {end}, claim {token + 1} since {following[0]}")
        again = sum(token > 1 for _, token in spans)
        self.lines.append(f"{len(writes)} writes of workers, each by the holder of the newest claim; {again} claims took a job up again, "
                          f"none while another ran it")
