"""A browser that is driven by WebDriver (https://www.w3.org/TR/webdriver2/), over plain HTTP."""

import atexit
import base64
import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile


class Browser:
    """A headless Chromium; names of `hosts` lead to the loopback interface."""

    def __init__(self, *hosts):
        self.folder = tempfile.mkdtemp()
        command = [shutil.which("chromedriver"), "--port=0"]
        self.driver = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.driver.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                break
        else:
            raise SystemExit("chromedriver did not start")
        self.connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=60)
        arguments = [
            "--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--disable-component-update",
            "--disable-background-networking", "--user-data-dir=" + self.folder,
            "--host-resolver-rules=" + ", ".join(f"MAP {name} 127.0.0.1" for name in hosts),
        ]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        options = {"binary": shutil.which("chromium"), "args": arguments}
        wanted = {
            "browserName": "chrome", "goog:chromeOptions": options, "timeouts": {"script": 30000},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        self.session = ""
        # Without it the browser would live on.
        atexit.register(self.quit)
        self.session = "/session/" + self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def open(self, url):
        """Loads a page."""
        self._call("POST", "/url", {"url": url})

    def enter(self, frame):
        """Goes into a frame of the page, by its number."""
        self._call("POST", "/frame", {"id": frame})

    def size(self, width, height):
        """Gives pages a window of that size, also below what a window of a desktop may have."""
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    def theme(self, name):
        """Has pages see a system that prefers `light` or `dark`."""
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def devtools(self, command, **parameters):
        """Sends a command of the DevTools protocol, and gives its answer."""
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def console(self):
        """The messages that have come to the console since it was asked last."""
        return [(entry["level"], entry["message"]) for entry in self._call("POST", "/se/log", {"type": "browser"})]

    def events(self):
        """The events of the DevTools protocol since it was asked last, as (name, parameters)."""
        entries = [json.loads(entry["message"])["message"] for entry in self._call("POST", "/se/log", {"type": "performance"})]
        return [(entry["method"], entry["params"]) for entry in entries]

    def press(self, *keys):
        """Presses keys one after another, each a letter or one of WebDriver's codes."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def pointer(self, *steps):
        """Moves the mouse, presses it and lets it go: `(x, y)`, "down" or "up", in pixels of the window."""
        actions = [
            {"type": "pointerDown" if step == "down" else "pointerUp", "button": 0}
            if isinstance(step, str)
            else {"type": "pointerMove", "duration": 30, "x": round(step[0]), "y": round(step[1])}
            for step in steps
        ]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions}
        self._call("POST", "/actions", {"actions": [mouse]})

    def picture(self):
        """What the window shows, as a PNG."""
        return base64.b64decode(self._call("GET", "/screenshot"))

    def run(self, script, *arguments):
        """Runs a function body in the page, which may await; gives what it returns."""
        wrapped = (
            "const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);"
            f"(async (...given) => {{ {script} }})(...given)"
            ".then(value => done({ value }), error => done({ error: String(error) }));"
        )
        outcome = self._call("POST", "/execute/async", {"script": wrapped, "args": list(arguments)})
        if "error" in outcome:
            raise AssertionError(outcome["error"])
        return outcome.get("value")

    def quit(self):
        """Ends the browser."""
        atexit.unregister(self.quit)
        try:
            if self.session:
                self._call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _call(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        self.connection.request(method, self.session + path, text, {"Content-Type": "application/json"})
        value = json.loads(self.connection.getresponse().read())["value"]
        if isinstance(value, dict) and "error" in value and "stacktrace" in value:
            raise AssertionError(f"{method} {path}: {value['error']}: {value['message']}")
        return value
