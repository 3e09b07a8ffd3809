"""What stands around every page: the menu, keys, an updated server, a path before it, a tab that nobody sees, forced colours, large letters."""

import http.client
import http.server
import threading

import looks
from checks import same


def the_menu_opens_where_the_window_is_narrow(tab, server):
    """Below 720 px a button opens the navigation; Escape closes it and gives the focus back; what has the focus is never under the head."""
    tab.size(360, 740)
    try:
        tab.go("#/models/digits-cnn")
        same(tab.run("return document.querySelector('nav').checkVisibility()"), False)
        tab.click("button", "Menu")
        tab.until("return document.querySelector('nav').checkVisibility() && document.getElementById('menu').getAttribute('aria-expanded') === 'true'", "the navigation")
        tab.press("\ue004", "\ue00c")
        tab.until("return !document.querySelector('nav').checkVisibility() && document.activeElement.id === 'menu'", "the focus on the button")
        tab.click("button", "Menu")
        tab.click("nav a", "Data")
        tab.until("return document.querySelector('h1').textContent === 'Data' && !document.querySelector('nav').checkVisibility()", "the page, and the menu closed")
        tab.go("#/datasets/boat")
        tab.run("scrollTo(0, document.body.scrollHeight); [...document.querySelectorAll('main button, main [tabindex], main input, main select')].filter((one) => one.checkVisibility() && !one.disabled).at(-1).focus()")
        for _ in range(14):
            # Backwards, so that the page scrolls up to it.
            for kind in ("keyDown", "keyUp"):
                tab.devtools("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9, modifiers=8)
            found = tab.run("""
                const one = document.activeElement, head = document.getElementById("site");
                if (one === document.body || one.id === "skip" || head.contains(one)) return null;
                return one.getBoundingClientRect().top < head.getBoundingClientRect().bottom - 1 && one.outerHTML.slice(0, 120);
            """)
            if found:
                raise AssertionError(f"under the head: {found}")
        tab.quiet()
    finally:
        tab.size(1280, 800)


def the_first_link_skips_to_the_content(tab, server):
    """The first stop of Tab leads past the navigation."""
    tab.go("#/models")
    tab.run("document.activeElement.blur()")
    tab.press("\ue004")
    same(tab.run("return document.activeElement.textContent"), "Skip to content")
    tab.press("\ue007")
    same(tab.run("return document.activeElement.id"), "main")
    tab.quiet()


def keys_are_listed(tab, server):
    """`?` lists the keys of what has the focus, and nothing where a text is typed."""
    for address, what, name in [
        (f"#/jobs/{server.digits}", "figure canvas", "Keys: loss"), ("#/jobs", "[role=grid]", "Keys: Jobs"), (f"#/jobs/{server.digits}", ".matrix canvas", "Keys: Confusion matrix"),
        ("#/try/digits-cnn", "[aria-label=Drawing]", "Keys: Drawing"), ("#/inside/digits-cnn/graph?row=digits:test:3", ".operations .node[tabindex='0']", "Keys: Graph"),
        ("#/inside/reader/gates?row=reviews:train:1", "[aria-label=candidate] canvas", "Keys: Map"),
    ]:
        tab.go(address)
        tab.until(f"const one = document.querySelector(`{what}`); one?.focus(); return one && document.activeElement === one", what)
        tab.press("?")
        tab.until(f"return document.querySelector('dialog h2')?.textContent === '{name}' && document.querySelectorAll('dialog kbd').length", name)
        tab.press("\ue00c")
        tab.until("return !document.querySelector('dialog')", "the dialog to go")
    tab.go("#/jobs")
    tab.run("document.getElementById('text').focus()")
    tab.press("?")
    same(tab.run("return [document.getElementById('text').value, document.querySelector('dialog')]"), ["?", None])
    tab.quiet()


def an_old_tab_says_that_the_server_was_updated(tab, server):
    """Where a module is gone, the page says so and offers to load itself anew; where the server is away, to try again."""
    for address, module, act in [("#/models", "/pages/learn/", "location.hash = '#/learn'"), ("#/jobs", "/pages/jobs/job.js", f"location.hash = '#/jobs/{server.digits}'"), ("#/jobs", "/parts/train.js", None)]:
        for title, button in [("The server was updated", "Reload"), ("The server does not answer", "Retry")]:
            tab.go(address)
            is_gone = button == "Reload"
            # An updated server has none of the old files; of one that is away nothing comes.
            tab.run("""
                const ask = globalThis.fetch;
                globalThis.fetch = (address, options) => (options?.method === "HEAD" ? given[0] ? Promise.resolve(new Response(null, { status: 404 })) : Promise.reject(new TypeError("away")) : ask(address, options));
            """, is_gone)
            tab.devtools("Network.setBlockedURLs", urls=[f"*{module}*"])
            try:
                if act:
                    tab.run(act)
                else:
                    tab.click("button", "New job")
                tab.until(f"return document.querySelector('h1')?.textContent === '{title}' && document.title === '{title} – Trainyard'", title)
                same(tab.run("return document.querySelector('main button').textContent"), button)
            finally:
                tab.devtools("Network.setBlockedURLs", urls=[])
            tab.click("main button", button)
            tab.until(f"return document.querySelector('h1')?.textContent !== '{title}' && document.querySelector('main .region, main .learn, main section')", "the page")
    tab.console()


class Proxy(http.server.BaseHTTPRequestHandler):
    """Serves what lies below `/yard/` from a server's root, as nginx does with `proxy_pass http://server/`."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def pass_on(self):
        if not self.path.startswith("/yard/"):
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=60)
        fields = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "content-length")}
        connection.request(self.command, self.path.removeprefix("/yard"), body or None, fields)
        answer = connection.getresponse()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while data := answer.read1(65536):
                self.wfile.write(data)
        except OSError:
            pass
        connection.close()
        self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = pass_on


def it_works_below_a_path(tab, server):
    """Behind a proxy that serves it below a path the page asks for everything there, and changes things."""
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    proxy.daemon_threads, proxy.behind = True, server.port
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    root = f"http://localhost:{proxy.server_port}/yard/"
    try:
        for address, shown in [
            ("#/jobs", "document.querySelector('.grid-body [role=row]')"), (f"#/jobs/{server.digits}", "document.querySelector('figure canvas')?.getAttribute('aria-label')?.includes('loss fell')"),
            ("#/datasets/colours", "document.querySelector('.tile img')?.naturalWidth > 0"), ("#/inside/digits-cnn/activations?row=digits:test:3", "document.querySelector(\"[aria-label='Channels of conv2d']\")"),
            ("#/docs/views", "document.querySelector('article.doc')"), ("#/system", "document.querySelector('.counter')"),
        ]:
            tab.open("about:blank")
            tab.open(root + address)
            tab.until(f"return {shown}", address)
        tab.open("about:blank")
        tab.open(root + "#/models?new=1")
        tab.until("return document.querySelector('.model-preview')?.innerText.includes('parameters')", "the check of the form")
        tab.run("const one = document.getElementById('model-name'); one.value = 'below'; one.dispatchEvent(new Event('input'))")
        tab.click("button", "Define")
        tab.until("return location.hash === '#/models/below'", "the model")
        asked = [p["request"]["url"] for name, p in tab.events() if name == "Network.requestWillBeSent" and p["request"]["url"].startswith("http") and str(proxy.server_port) in p["request"]["url"]]
        same([url for url in asked if not url.startswith(root) and not url.endswith("favicon.ico")], [])
    finally:
        server.call("DELETE", "/models/below")
        tab.open("about:blank")
        proxy.shutdown()
        tab.console()


def a_hidden_tab_lets_its_stream_go(tab, server):
    """The stream of events ends half a minute after nobody sees the tab, and goes on where it ended when it is seen again."""
    # The half minute is let pass at once, as soon as it is waited for.
    tab.devtools("Page.addScriptToEvaluateOnNewDocument", source="""
        globalThis.later = [];
        const wait = globalThis.setTimeout;
        globalThis.setTimeout = (work, time, ...rest) => (time === 30000 && globalThis.isHidden ? later.push(work) : wait(work, time, ...rest));
        globalThis.isHidden = false;
        Object.defineProperty(Document.prototype, "visibilityState", { get: () => (globalThis.isHidden ? "hidden" : "visible") });
    """)
    tab.go("#/jobs")
    job = server.train("succeeded", model="line", dataset="table", loss="mse", epochs=2)
    tab.until(f"return [...document.querySelectorAll('.grid-body a')].some((one) => one.textContent === '{job}')", "the job by its events")
    tab.events()
    tab.run("isHidden = true; document.dispatchEvent(new Event('visibilitychange'))")
    same(tab.run("return later.length"), 1)
    tab.run("later.pop()()")
    missed = server.train("succeeded", model="line", dataset="table", loss="mse", epochs=2)
    same(tab.run(f"return [...document.querySelectorAll('.grid-body a')].some((one) => one.textContent === '{missed}')"), False)
    tab.run("isHidden = false; document.dispatchEvent(new Event('visibilitychange'))")
    tab.until(f"return [...document.querySelectorAll('.grid-body a')].filter((one) => one.textContent === '{missed}').length === 1", "what was missed")
    same(tab.run("return document.getElementById('stale').hidden"), True)
    events = tab.events()
    asked = [p["request"]["headers"] for name, p in events if name == "Network.requestWillBeSent" and p["request"]["url"].endswith("/events")]
    if not asked or not any(key.lower() == "last-event-id" for key in asked[-1]):
        raise AssertionError(f"the stream did not go on where it ended: {asked}")
    tab.open("about:blank")


def what_loads_and_waits_says_so(tab, server):
    """A region whose answer is late shows a grey shape and is busy; a server that is busy is asked again when it said."""
    tab.go("#/jobs")
    tab.run("""
        const ask = globalThis.fetch;
        globalThis.asked = [];
        globalThis.fetch = async (address, options) => {
            if (address !== "models") return ask(address, options);
            asked.push(performance.now());
            if (asked.length === 1) return new Response("{}", { status: 503, headers: { "Retry-After": "1" } });
            await new Promise((done) => { globalThis.goOn = done; });
            return ask(address, options);
        };
        location.hash = "#/models";
    """)
    tab.until("return document.querySelector('main .region[aria-busy=true] .shape')?.innerText.includes('Loading') && Boolean(globalThis.goOn)", "the grey shape while the second answer is waited for")
    first, second = tab.run("return asked")
    if second - first < 995:
        raise AssertionError(f"asked again after {second - first} ms, not after a second")
    tab.run("goOn()")
    tab.until("return document.querySelector('table[aria-label=Models]') && !document.querySelector('main [aria-busy]')", "the models")
    tab.quiet()


def forced_colours_keep_borders_and_focus(tab, server):
    """Where the system forces its colours, controls have borders, and the focus is marked."""
    tab.devtools("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    try:
        for address in ("#/jobs", "#/try/digits-cnn", "#/models/digits-cnn"):
            tab.go(address)
            same(tab.run("return matchMedia('(forced-colors: active)').matches"), True)
            bare = tab.run("""
                const seen = [...document.querySelectorAll("button, select, input:not([type=range]):not([type=checkbox]):not([type=file]):not([type=color])")].filter((one) => one.checkVisibility());
                return seen.filter((one) => !one.closest(".tabs") && !(parseFloat(getComputedStyle(one).borderTopWidth) >= 1 && getComputedStyle(one).borderTopStyle !== "none")).map((one) => one.outerHTML.slice(0, 100));
            """)
            same((address, bare), (address, []))
            tab.run("document.activeElement.blur()")
            for _ in range(12):
                tab.press("\ue004")
                found = tab.run("const one = document.activeElement, style = getComputedStyle(one); return one === document.body || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || one.outerHTML.slice(0, 120)")
                same(found, True)
    finally:
        tab.theme("light")


def large_letters_and_narrow_windows_fit(tab, server):
    """At 320 px, and with letters of twice the size, no page scrolls sideways."""
    try:
        for width, size in [(320, 14), (1280, 28)]:
            tab.size(width, 800)
            for name, address in looks.addresses(server).items():
                tab.go(address)
                tab.run("document.documentElement.style.fontSize = given[0]; await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))", f"{size}px")
                found = tab.run("""
                    if (document.documentElement.scrollWidth <= innerWidth) return null;
                    const wide = [...document.querySelectorAll("main *, header *")].find((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, .tabs, pre, .tall, dialog, .tokens"));
                    return [document.documentElement.scrollWidth, wide?.outerHTML.slice(0, 160)];
                """)
                same((name, width, size, found), (name, width, size, None))
    finally:
        tab.size(1280, 800)


ALL = [
    the_menu_opens_where_the_window_is_narrow, the_first_link_skips_to_the_content, keys_are_listed, an_old_tab_says_that_the_server_was_updated, it_works_below_a_path,
    a_hidden_tab_lets_its_stream_go, what_loads_and_waits_says_so, forced_colours_keep_borders_and_focus, large_letters_and_narrow_windows_fit,
]
