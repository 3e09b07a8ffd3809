"""What the views inside may cost: on the server, and from a change of the input to what is drawn."""

import statistics
import time

from budget import OBSERVE, tell

# A GRU of 128 units over 256 steps.
WIDE = {"version": 0, "instance": [[(step * 7 + at) % 13 / 13 for at in range(16)] for step in range(256)]}


def gates_of_a_long_sequence_are_quick(tab, server):
    """The gates of 128 units over 256 steps: within 100 ms on the server, and drawn without a long task."""
    server.must("POST", "/models/wide/inspect/gates", WIDE | {"values": False})
    computed, answered = [], []
    for _ in range(5):
        start = time.monotonic()
        answer = server.must("POST", "/models/wide/inspect/gates", WIDE | {"values": False})
        answered.append((time.monotonic() - start) * 1000)
        computed.append(answer["cost"]["milliseconds"])
    tell("gates of GRU-128 over 256 steps, computed, median", round(statistics.median(computed), 1), "ms", 100)
    tell("the same, answered", round(statistics.median(answered), 1), "ms", 100)
    tab.devtools("Page.addScriptToEvaluateOnNewDocument", source=OBSERVE)
    tab.go("#/inside/wide/gates")
    longest, drawn = [], []
    for turn in range(4):
        found = tab.run("""
            const field = document.getElementById("input-json");
            const rows = [...Array(256)].map((_, step) => [...Array(16)].map((_, at) => ((step * 7 + at + given[0]) % 13) / 13));
            field.value = JSON.stringify(rows);
            tasks.length = 0;
            const name = () => [...document.querySelectorAll(".formula code")].at(-1)?.textContent;
            const before = name();
            const start = performance.now();
            field.dispatchEvent(new Event("input", { bubbles: true }));
            while (name() === before) await new Promise((done) => requestAnimationFrame(done));
            const time = performance.now() - start;
            await new Promise((done) => setTimeout(done, 300));
            return [time, Math.max(0, ...tasks)];
        """, turn)
        drawn.append(found[0])
        longest.append(found[1])
    tell("from typing to the gates drawn, of it 120 ms of rest", round(min(drawn)), "ms", 500)
    tell("the longest task meanwhile", min(longest), "ms", 50)


def loaded(tab):
    """The bytes of modules and styles since the cache was cleared."""
    tab.settle()
    events = tab.events()
    urls = {p["requestId"]: p["request"]["url"] for name, p in events if name == "Network.requestWillBeSent"}
    return sum(p["encodedDataLength"] for name, p in events if name == "Network.loadingFinished" and "/assets/" in urls.get(p["requestId"], "") and not urls[p["requestId"]].endswith("icon.svg"))


def the_frame_and_each_view_are_small(tab, server):
    """What Inside loads around the views, with the input; and each view when its tab is opened."""
    tab.go("#/experiments")
    tab.devtools("Network.clearBrowserCache")
    tab.events()
    tab.run("location.hash = '#/inside/digits-cnn/none'")
    tab.until("return document.querySelector('main').innerText.includes('There is no view')", "the frame")
    tell("the frame of Inside", loaded(tab), "bytes", 40_000)
    worst = ("", 0)
    for view in ("activations", "kernels", "gradients", "sensitivities", "gates", "attention", "graph", "check"):
        tab.go("#/inside/reader/none")
        tab.devtools("Network.clearBrowserCache")
        tab.events()
        tab.run("location.hash = `#/inside/reader/${given[0]}`", view)
        tab.until("return document.querySelector('[role=tabpanel] section .region-body > div')", view)
        worst = max(worst, (view, loaded(tab)), key=lambda one: one[1])
    tell(f"the largest view inside, {worst[0]}", worst[1], "bytes", 40_000)


def the_first_view_is_small(tab, server):
    """The frame with its first view, a drawing's feature maps, from the overview: no more than any page may take."""
    tab.go("#/jobs")
    tab.devtools("Network.clearBrowserCache")
    tab.events()
    tab.run("location.hash = '#/inside/digits-cnn/activations?row=digits:test:3'")
    tab.until("return document.querySelector(\"[aria-label='Channels of conv2d']\")", "the maps")
    tell("the frame of Inside and its first view", loaded(tab), "bytes", 40_000)


def maps_follow_the_pen(tab, server):
    """Feature maps are drawn anew while one draws, without a long task."""
    tab.devtools("Page.addScriptToEvaluateOnNewDocument", source=OBSERVE)
    tab.go("#/inside/digits-cnn/activations?layer=conv2d&channel=7&row=digits:test:3")
    box = tab.until("const one = document.querySelector('[aria-label=Drawing]')?.getBoundingClientRect(); return one && [one.x, one.y, one.width]", "the board")
    longest = []
    for step in range(4):
        tab.run("tasks.length = 0")
        tab.pointer((box[0] + 60 + 20 * step, box[1] + 40), "down", (box[0] + 80 + 20 * step, box[1] + 160), "up")
        tab.settle()
        longest.append(max(tab.run("return tasks"), default=0))
    tell("the longest task while one draws over the maps", min(longest), "ms", 50)


ALL = [the_frame_and_each_view_are_small, the_first_view_is_small, gates_of_a_long_sequence_are_quick, maps_follow_the_pen]
