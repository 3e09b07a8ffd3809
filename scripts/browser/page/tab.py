"""A browser with the page of a server, and what one waits for there."""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from webdriver import Browser  # noqa: E402

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AUDIT = (pathlib.Path(__file__).parent / "audit.js").read_text()


class Tab(Browser):
    """One tab, which remembers whatever its console or the network showed that it should not."""

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.faults = []
        for command in ("Network.enable", "Page.enable"):
            self.devtools(command)
        self.hears()

    def use(self, server):
        """Goes on with another server's page."""
        self.server = server
        self.open("about:blank")
        # What the other one's page asked for is no fault of this one's.
        self.events()

    def hears(self):
        """Has each page note what it was refused."""
        source = "globalThis.refused = []; addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective + ' ' + e.blockedURI));"
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source=source)

    def go(self, address, fresh=True):
        """Opens an address of the page, and waits until it stands and nothing of it loads any more."""
        if fresh:
            self.open("about:blank")
        self.open(self.server.origin() + "/" + address)
        self.settle()

    def settle(self):
        """Waits until a heading is there and no region loads."""
        self.until("return document.querySelector('h1') && !document.querySelector('[aria-busy=true]') && (await new Promise((done) => "
                   "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true), 60)))))"
                   " && !document.querySelector('[aria-busy=true]')", "the page to stand")

    def until(self, script, what, seconds=20):
        """Waits until a script returns something true, and gives it."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.run(script)
            if found:
                return found
            if time.monotonic() > deadline:
                text = self.run("return document.body.innerText.slice(0, 600)")
                raise AssertionError(f"waited {seconds} s for {what}; the page says: {text}")
            time.sleep(0.03)

    def text(self, selector="main"):
        """The text of an element."""
        return self.run("return document.querySelector(given[0])?.innerText ?? ''", selector)

    def click(self, selector, text=""):
        """Clicks what a selector finds, where it has that text or name."""
        script = """
            const fits = (one) => !given[1] || (one.textContent.trim() === given[1] || one.getAttribute("aria-label") === given[1]);
            const found = [...document.querySelectorAll(given[0])].find((one) => fits(one) && one.checkVisibility());
            found?.scrollIntoView({ block: "center" });
            const box = found?.getBoundingClientRect();
            return found && [box.x + box.width / 2, box.y + box.height / 2];
        """
        place = self.until(script.replace("given[0]", repr(selector)).replace("given[1]", repr(text)), f"{selector} {text}")
        self.pointer(tuple(place), "down", "up")

    def quiet(self, *expected):
        """Raises where the console has a message beside those expected, a request went elsewhere, or one was refused."""
        told = [message for _, message in self.console() if not any(part in message for part in expected)]
        if told:
            raise AssertionError(f"the console says: {told[:3]}")
        refused = self.run("return globalThis.refused ?? []")
        if refused:
            raise AssertionError(f"refused by the policy: {refused[:3]}")
        own = (self.server.origin() + "/", "blob:" + self.server.origin(), "about:", "data:", "chrome")
        for name, parameters in self.events():
            if name == "Network.requestWillBeSent" and not parameters["request"]["url"].startswith(own):
                raise AssertionError(f"a request went to {parameters['request']['url']}")

    def audit(self):
        """Raises where contrast, names, sizes or landmarks are not as they have to be."""
        faults = self.run(AUDIT)
        if faults:
            raise AssertionError("; ".join(faults[:8]))

    def axe(self):
        """Raises where axe-core finds that a rule of WCAG 2.2 AA is broken; does nothing where it isn't installed."""
        source = next(pathlib.Path(sys.prefix).glob("lib/python3*/site-packages/axe_playwright_python/axe.min.js"), None)
        if source is None:
            return
        self.devtools("Runtime.evaluate", expression=source.read_text())
        script = """
            const { violations } = await axe.run(document, { runOnly: given[0] });
            return violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary.slice(0, 200)}`);
        """
        if found := self.run(script, RULES):
            raise AssertionError("; ".join(found[:5]))


def picture(tab, folder, name):
    """Keeps what is seen, where a folder is given."""
    if folder:
        os.makedirs(folder, exist_ok=True)
        pathlib.Path(folder, name + ".png").write_bytes(tab.picture())
