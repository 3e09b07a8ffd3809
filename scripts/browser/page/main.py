"""The page in a real browser: main.py PROGRAM [--all] [--pictures FOLDER] [--only WORDS]."""

import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent)]

import access  # noqa: E402
import budget  # noqa: E402
import bulk  # noqa: E402
import flows  # noqa: E402
import inside  # noqa: E402
import inside_budget  # noqa: E402
import inside_kinds  # noqa: E402
import inside_modules  # noqa: E402
import inside_samples  # noqa: E402
import learn  # noqa: E402
import lists  # noqa: E402
import looks  # noqa: E402
import modules  # noqa: E402
import plots  # noqa: E402
import samples  # noqa: E402
import shell  # noqa: E402
from checks import Checks, same  # noqa: E402
from server import Program  # noqa: E402
from tab import Tab  # noqa: E402


def title(check):
    """The name of a check as a sentence."""
    return check.__name__.replace("_", " ")


def main():
    program, *rest = sys.argv[1:]
    is_long = "--all" in rest
    folder = rest[rest.index("--pictures") + 1] if "--pictures" in rest else None
    checks, empty = Checks(rest[rest.index("--only") + 1] if "--only" in rest else ""), Program(program)
    full, large = (Program(program, "--threads", "1") for _ in range(2))
    samples.fill(full)
    inside_samples.fill(full)
    if checks.wants("a long list is smooth", "a long job is smooth", "memory stays"):
        budget.many(large, 1000, 10_000)
    busy = Program(program, "--threads", "1", "--workers", "3")
    heavy = Program(program, "--threads", "1")
    if checks.wants(*map(title, bulk.ALL)):
        bulk.fill(heavy)
    tokens = pathlib.Path(full.folder.name, "tokens")
    tokens.write_text(f"read {access.READ}\nfull {access.FULL}\n")
    closed = Program(program, "--token-file", str(tokens))
    closed.token = access.FULL
    closed.must("POST", "/models", samples.LINE)
    tab = Tab(full)
    looks.check(checks, tab, "full", looks.addresses(full), folder, is_long)
    tab.use(empty)
    looks.check(checks, tab, "empty", looks.empty_addresses(), folder, is_long)
    looks.check(checks, tab, "gone", looks.gone_addresses(), folder, is_long, ("404",))
    tab.theme("light")
    tab.size(1280, 800)
    checks.one("three minutes", flows.three_minutes, tab, empty)
    tab.use(full)
    for check in [*modules.ALL, *plots.ALL, *inside_modules.ALL, *inside.ALL, *inside_kinds.ALL, *learn.ALL, *lists.ALL, *shell.ALL, *flows.ALL]:
        checks.one(title(check), check, tab, full)
    tab.use(closed)
    for check in access.ALL:
        checks.one(title(check), check, tab, closed)
    tab.quit()
    tab = Tab(full)
    tab.size(1280, 800)
    checks.one("the overview is small and quick", budget.the_overview_is_small_and_quick, tab, full)
    checks.one("every view is small", budget.every_view_is_small, tab, full)
    checks.one("an answer comes while one draws", budget.an_answer_comes_while_one_draws, tab, full)
    for check in inside_budget.ALL:
        checks.one(title(check), check, tab, full)
    tab.use(large)
    checks.one("a long list is smooth", budget.a_long_list_is_smooth, tab, large, 1000)
    checks.one("a long job is smooth", budget.a_long_job_is_smooth, tab, large, 10_000)
    checks.one("memory stays", budget.memory_stays, tab, large, 60 if is_long else 10)
    tab.use(busy)
    checks.one("an hour of events", budget.an_hour_of_events, tab, busy, 22_000)
    tab.use(heavy)
    for check in bulk.ALL:
        checks.one(title(check), check, tab, heavy)
    tab.quit()
    for each in (empty, full, large, busy, heavy, closed):
        checks.one("a server stops with status 0", lambda each=each: same(each.stop(), 0))
    checks.end()


main()
