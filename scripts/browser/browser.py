"""What pages of other sites can do to a server by a real browser: browser.py PROGRAM."""

import sys

from checks import Checks, same
from server import Server, Site
from webdriver import Browser

EVIL = "evil.example"
WAYS = ["fetch without CORS", "fetch with CORS", "a form", "a beacon"]


def nothing_changes(browser, server, page, way):
    """A page tries all that it can: what the browser sends is refused, and everything is as it was."""
    browser.open(page)
    if page.endswith("sandbox.html"):
        browser.enter(0)
        same(browser.run("return self.origin"), "null")
    before, refused = server.contents(), server.refusals(403)
    sent = browser.run(f"return ways[{way!r}](...given)", server.origin(), server.job)
    if sent < 10:
        raise AssertionError(f"the browser sent {sent} requests")
    server.wait(lambda: server.refusals(403) >= refused + sent)
    same(server.contents(), before)


def something_changes(browser, server, page, way):
    """The same page, where its origin is allowed: what it tries is worth refusing."""
    browser.open(page)
    before = server.contents()
    browser.run(f"return ways[{way!r}](...given)", server.origin(), server.job)
    server.wait(lambda: server.contents() != before)
    same(server.refusals(403), 0)


def other_names_are_refused(browser, server):
    """A name of another site that leads here (DNS rebinding) opens nothing, not even to pages of that name."""
    browser.open(server.origin(EVIL) + "/models")
    same(browser.run("return location.origin"), server.origin(EVIL))
    for method, path in [("GET", "/models"), ("GET", "/openapi.json"), ("GET", "/nowhere"), ("POST", "/models"), ("DELETE", "/models/line")]:
        status = browser.run("return (await fetch(given[1], { method: given[0] })).status", method, path)
        same((method, path, status), (method, path, 421))
    same(server.call("GET", "/models/line")[0], 200)


def own_pages_work(browser, server, host):
    """A page of the server's own, by whatever address, looks at things and changes them."""
    browser.open(server.origin(host) + "/health/live")
    script = """
        const options = given[2] ? { headers: { "Content-Type": given[2] }, body: given[3] } : {};
        return (await fetch(given[1], { method: given[0], ...options })).status;
    """
    body = '{"name": "own", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}'
    same(browser.run(script, "POST", "/models", "application/json", body), 201)
    same(browser.run(script, "PUT", "/datasets/own", "text/csv", "a,y\n1,2\n3,4\n"), 201)
    for path in ["/models/own", "/datasets/own"]:
        same(browser.run(script, "DELETE", path), 204)


def answers_stay_closed(browser, server, page):
    """A page of another site sees no answer: neither by CORS nor as part of itself."""
    browser.open(page)
    for mode in ["cors", "no-cors"]:
        script = "return fetch(given[0], { mode: given[1] }).then(() => 'an answer', () => 'nothing')"
        same(browser.run(script, server.origin() + "/health/live", mode), "nothing")


def allowed_pages_work(browser, server, page):
    """A page of an allowed origin asks by CORS, and sees what it may."""
    browser.open(page)
    script = """
        const answer = await fetch(given[0] + "/models", {
            method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": "1" }, body: given[1] });
        return [answer.status, answer.headers.get("Location")];
    """
    body = '{"name": "allowed", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}'
    same(browser.run(script, server.origin(), body), [201, "/models/allowed"])
    same(browser.run("return (await fetch(given[0], { method: 'DELETE' })).status", server.origin() + "/models/allowed"), 204)


def main():
    program = sys.argv[1]
    checks, site = Checks(), Site()
    browser, server = Browser(EVIL), Server(program)
    friendly = Server(program, "--cors-origin", site.origin())
    pages = {
        "another port": site.origin("localhost") + "/index.html", "another site": site.origin(EVIL) + "/index.html",
        "no origin": site.origin() + "/sandbox.html",
    }
    for kind, page in pages.items():
        for way in WAYS:
            checks.one(f"a page of {kind} changes nothing by {way}", nothing_changes, browser, server, page, way)
    # The form first, since it can do no more than resume and cancel the job.
    for way in ["a form", *(way for way in WAYS if way != "a form")]:
        checks.one(
            f"a page of an allowed origin changes something by {way}",
            something_changes, browser, friendly, site.origin() + "/index.html", way,
        )
    checks.one("a page of another origin sees no answer", answers_stay_closed, browser, server, pages["another port"])
    checks.one("a name that leads here by DNS rebinding is refused", other_names_are_refused, browser, server)
    for host in ["localhost", "127.0.0.1", "[::1]", "a.localhost"]:
        checks.one(f"a page of the server's own works at {host}", own_pages_work, browser, server, host)
    fresh = Server(program, "--cors-origin", site.origin())
    checks.one("a page of an allowed origin asks by CORS", allowed_pages_work, browser, fresh, site.origin() + "/index.html")
    browser.quit()
    for each in (server, friendly, fresh):
        checks.one("a server stops with status 0", lambda each=each: same(each.stop(), 0))
    checks.end()


main()
