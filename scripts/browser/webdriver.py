"""A browser that is driven by WebDriver (https://www.w3.org/TR/webdriver2/), over plain HTTP."""

import atexit
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
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "timeouts": {"script": 30000}}
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
