"""What befalls a cluster, one after another, in an order drawn from a seed."""

import signal
import time

from client import ask

LEASE = 2
# After how many seconds a cluster that is not ready again counts as a fault, also on a machine that has much else to do.
SLOW = 15


class Faults:
    def __init__(self, cluster, knowledge, random, say):
        self.cluster, self.knowledge, self.random, self.say = cluster, knowledge, random, say
        self.kills = 0
        self.played = {}
        self.slowest = 0.0
        self.others = [
            self.kill_two, self.kill_while_starting, self.stop_node, self.freeze_node, self.kill_database, self.restart_database,
            self.end_sessions, self.freeze_database, self.fail_over, self.read_only, self.lose_answers, self.freeze_connections,
            self.slow_connections, self.kill_both, self.fail_over_while_frozen,
        ]
        if cluster.cable:
            self.others += [self.fill_disk, self.cut_cable, self.slow_cable]

    def play(self, kills):
        """So many kills of a node, and between them the other faults, each as often as every other."""
        rounds = max(1, round(kills / 5 / len(self.others)))
        plan = [None] * kills
        for _ in range(rounds):
            bag = list(self.others)
            self.random.shuffle(bag)
            plan += bag
        self.random.shuffle(plan)
        for number, fault in enumerate(plan, 1):
            time.sleep(self.random.uniform(0.1, 1.5))
            if fault is None:
                self.kill_node()
                continue
            name = fault.__name__.replace("_", " ")
            start = time.monotonic()
            fault()
            self.played[name] = self.played.get(name, 0) + 1
            self.say(f"{number} of {len(plan)}: {name}, {time.monotonic() - start:.1f} s")

    def finish(self, trainers):
        """Waits until every job has ended, as long as any of them comes further."""
        self.cluster.settle()
        seen, since = None, time.monotonic()
        while True:
            for trainer in trainers:
                trainer.look()
            left = {job for trainer in trainers for job in set(trainer.jobs) - trainer.ended}
            if not left:
                return
            node = self.any_node()
            progress = [ask(node.address, "GET", f"/jobs/{job}", timeout=30) for job in sorted(left)]
            progress = [answer and (answer["state"], answer["progress"], answer["claims"]) for answer in progress]
            if progress != seen:
                seen, since = progress, time.monotonic()
            elif time.monotonic() - since > 60:
                self.knowledge.surprise(f"jobs stand still: {dict(zip(sorted(left), progress))}")
                return
            time.sleep(0.2)

    def any_node(self):
        return self.random.choice(list(self.cluster.nodes.values()))

    def recovered(self):
        """Waits until all is well again after an outage of the database."""
        seconds = self.cluster.settle()
        self.slowest = max(self.slowest, seconds)
        if seconds > SLOW:
            self.knowledge.surprise(f"ready only {seconds:.1f} s after the database was back")

    def held(self, least=0.5, most=3.0):
        """How long a fault lasts."""
        time.sleep(self.random.uniform(least, most))

    # Nodes.

    def kill_node(self, pause=0.0):
        node = self.any_node()
        node.kill()
        self.kills += 1
        time.sleep(pause)
        self.cluster.start(node.place)

    def kill_two(self):
        places = self.random.sample(self.cluster.places, 2)
        for place in places:
            self.cluster.nodes[place.letter].kill()
            self.kills += 1
        self.held(0, LEASE + 1)
        for place in places:
            self.cluster.start(place)

    def kill_while_starting(self):
        node = self.any_node()
        node.kill()
        self.kills += 1
        for _ in range(3):
            early = type(node)(self.cluster.program, node.place, self.cluster.database)
            time.sleep(self.random.uniform(0, 0.4))
            early.kill()
        self.cluster.start(node.place)

    def stop_node(self):
        node = self.any_node()
        status = node.stop()
        if status != 0:
            self.knowledge.surprise(f"{node.name} ended with {status} at SIGTERM")
        self.cluster.start(node.place)

    def freeze_node(self):
        node = self.any_node()
        node.signal(signal.SIGSTOP)
        time.sleep(LEASE + self.random.uniform(1, 3))
        node.signal(signal.SIGCONT)
        self.cluster.settle()

    # The database.

    def kill_database(self):
        self.cluster.database.tell("kill")
        self.held()
        self.cluster.database.tell("start")
        self.recovered()

    def kill_both(self):
        """The database and a node, which starts again while the database is away."""
        self.cluster.database.tell("kill")
        self.kill_node(self.random.uniform(0, 2))
        self.held()
        self.cluster.database.tell("start")
        self.recovered()

    def restart_database(self):
        self.cluster.database.tell("restart")
        self.recovered()

    def end_sessions(self):
        for _ in range(3):
            self.cluster.database.tell("disconnect")
            self.held(0, 0.5)
        self.recovered()

    def freeze_database(self):
        self.cluster.database.tell("freeze")
        self.held(1, 5)
        self.cluster.database.tell("thaw")
        self.recovered()

    def fail_over(self):
        self.cluster.database.tell("failover")
        self.recovered()
        self.held()
        self.cluster.database.tell("standby")

    def fail_over_while_frozen(self):
        """The first host still takes connections and says nothing, until it is taken out of service."""
        self.cluster.database.tell("failover freeze")
        self.recovered()
        self.held()
        self.cluster.database.tell("standby")

    def read_only(self):
        self.cluster.database.tell("readonly on")
        self.held()
        self.cluster.database.tell("readonly off")
        self.recovered()

    def fill_disk(self):
        self.cluster.database.tell("fill")
        self.held(2, 4)
        self.cluster.database.tell("unfill")
        self.recovered()

    # The network between the third node, or the second, and the database.

    def relays(self, *commands):
        for command in commands:
            for relay in self.cluster.relays:
                relay.tell(command)

    def lose_answers(self):
        self.relays("lose-answers")
        self.held(0.2, 1)
        self.relays("reset", "thaw")
        self.recovered()

    def freeze_connections(self):
        self.relays("freeze")
        self.held(1, LEASE + 3)
        self.relays("thaw")
        self.recovered()

    def slow_connections(self):
        self.relays("delay 40", "rate 200000")
        self.held(2, 4)
        self.relays("delay 0", "rate 0")
        self.recovered()

    def cut_cable(self):
        self.cluster.cable.cut()
        self.held(1, LEASE + 3)
        self.cluster.cable.join()
        self.recovered()

    def slow_cable(self):
        self.cluster.cable.slow()
        self.held(2, 4)
        self.cluster.cable.fast()
        self.recovered()
