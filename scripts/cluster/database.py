"""A private PostgreSQL with a place for a standby, and what was written to it by whom."""

import json
import pathlib
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Database:
    """The script of Tests/PrivatePostgreSQL, told what to do."""

    def __init__(self, *options):
        script = ROOT / "Tests/PrivatePostgreSQL/private-postgresql"
        self.process = subprocess.Popen([script, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lock = threading.Lock()
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise SystemExit(self.process.wait())
        self.password = self.url.split(":")[2].split("@")[0]
        self.ports = [int(host.rsplit(":", 1)[1]) for host in self.url.split("@")[1].split("/")[0].split(",")]

    def tell(self, command):
        """Has it do something, and waits until it is done; the lines that it said."""
        with self.lock:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
            lines = []
            while (line := self.process.stdout.readline().strip()) != "done":
                if not line:
                    raise RuntimeError(f"the database could not {command}")
                lines.append(line)
            return lines

    def address(self, hosts, name):
        """The URL of these hosts, for a program whose connections bear a name."""
        tail = self.url.split("/tests?")[1]
        return f"postgresql://tester:{self.password}@{','.join(hosts)}/tests?{tail}&application_name={name}"

    def sql(self, statement):
        """Runs a statement as superuser; the rows as lists."""
        folder, port = self.tell("folder")[0].split()
        wrapped = f"SELECT coalesce(json_agg(r), '[]') FROM ({statement}) AS r" if statement.startswith("SELECT") else statement
        psql = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))[-1]
        outcome = subprocess.run(
            [psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", folder, "-p", port, "-U", "admin", "-d", "tests", "-c", wrapped],
            capture_output=True, text=True, check=False)
        if outcome.returncode:
            raise RuntimeError(outcome.stderr)
        return json.loads(outcome.stdout) if statement.startswith("SELECT") else None

    def watch(self):
        """Has the database note who writes what of a job, by which claim, in the transaction that writes it."""
        self.sql(AUDIT)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# Writers run one after another, so that the ids are in the order of the commits. What a worker writes of a run are events of
# epochs and progress, epochs and checkpoints; "node" and "token" are those of the claim that counts at that moment.
AUDIT = """
CREATE SCHEMA audit;
CREATE TABLE audit.writes (
    id bigserial PRIMARY KEY, at bigint NOT NULL, program text NOT NULL, what text NOT NULL,
    job bigint NOT NULL, state text, node text, token bigint
);
CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    wanted bigint;
    kept boolean := false;
BEGIN
    IF TG_TABLE_NAME = 'jobs' THEN
        wanted := NEW.id;
    ELSE
        wanted := NEW.job_id;
    END IF;
    IF TG_TABLE_NAME = 'job_events' THEN
        kept := NEW.kind = 'state';
    END IF;
    IF NOT kept THEN
        INSERT INTO audit.writes (at, program, what, job, state, node, token)
            SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint), current_setting('application_name'),
                TG_TABLE_NAME, jobs.id, jobs.state, jobs.lease_node, jobs.lease_token
            FROM public.jobs WHERE jobs.id = wanted;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER noted AFTER UPDATE OF lease_token, lease_node, state ON jobs FOR EACH ROW EXECUTE FUNCTION audit.note();
CREATE TRIGGER noted AFTER INSERT ON job_events FOR EACH ROW EXECUTE FUNCTION audit.note();
CREATE TRIGGER noted AFTER INSERT OR UPDATE ON epochs FOR EACH ROW EXECUTE FUNCTION audit.note();
CREATE TRIGGER noted AFTER INSERT ON checkpoints FOR EACH ROW EXECUTE FUNCTION audit.note();
GRANT USAGE ON SCHEMA audit TO tester;
"""
