"""What lists and tables tell: the filter, the export, where versions came from, the operations of layers, the rows that went most wrong."""

import base64
import csv
import http.client
import io

from checks import same
from inside import last_request


def jobs_are_filtered(tab, server):
    """By state, by model and by words; the address keeps it."""
    tab.go("#/jobs")
    tab.until("return [...document.getElementById('model').options].some((one) => one.value === 'poet')", "the models to choose from")
    tab.run("const one = document.getElementById('model'); one.value = 'digits-cnn'; one.dispatchEvent(new Event('change'))")
    tab.until("return location.hash.includes('model=digits-cnn') && [...document.querySelectorAll('.grid-body .c-model')].every((one) => one.textContent === 'digits-cnn')", "the jobs of one model")
    expected = len(server.must("GET", "/jobs?model=digits-cnn&limit=1000")["jobs"])
    tab.until(f"return document.querySelector('.filters [role=status]').textContent.startsWith('{expected} of ')", "their number")
    tab.run("const one = document.getElementById('state'); one.value = 'failed'; one.dispatchEvent(new Event('change'))")
    tab.until("return document.querySelector('main').innerText.includes('No job is like that.')", "none")
    tab.run("location.reload()")
    tab.until("return document.getElementById('model')?.value === 'digits-cnn' && document.getElementById('state').value === 'failed'", "both after a reload")
    tab.quiet()


def a_history_is_exported_whole(tab, server):
    """Export has every epoch with all digits, also while the curves show a part."""
    tab.go(f"#/jobs/{server.digits},{server.second}?from=2&to=3")
    tab.until("return document.querySelector('figure canvas')", "the curves")
    tab.run("""
        globalThis.kept = null;
        const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => { blob.text().then((text) => { kept = text; }); return make.call(URL, blob); };
        HTMLAnchorElement.prototype.click = function () { globalThis.named = this.download; };
    """)
    tab.click("button", "Export")
    rows = list(csv.DictReader(io.StringIO(tab.until("return globalThis.kept", "the file"))))
    same(tab.run("return named"), f"job-{server.digits}-{server.second}.csv")
    expected = [(job, epoch) for job in (server.digits, server.second) for epoch in server.must("GET", f"/jobs/{job}")["history"]]
    same(len(rows), len(expected))
    for row, (job, epoch) in zip(rows, expected):
        same((row["job"], int(row["epoch"])), (job, epoch["epoch"]))
        for name in ("loss", "val_loss", "accuracy", "learning_rate"):
            same(float(row[name]), epoch[name])
    same([name for name in rows[0] if "confusion" in name], [])
    tab.quiet()


def versions_tell_their_data(tab, server):
    """A version names the data it was trained on, where they are as they were."""
    tab.go("#/models/reader?tab=versions")
    tab.until("return [...document.querySelectorAll('table[aria-label=Versions] tbody a')].some((one) => one.getAttribute('href') === '#/datasets/reviews')", "the data")
    tab.quiet()


def layers_tell_their_operations(tab, server):
    """Beside the parameters stand the operations that each layer takes, as the view `graph` counts them; the boxes say them too."""
    nodes = {node["layer"]: node["operations"] for node in server.must("POST", "/models/digits-cnn/inspect/graph", {"level": "layers"})["nodes"]}
    tab.go("#/models/digits-cnn")
    read = "[...document.querySelectorAll('table[aria-label=Summary] tbody tr')].map((row) => [row.cells[0].textContent, row.cells[4].textContent])"
    found = tab.until(f"const all = {read}; return all.length && all.every(([, text]) => text !== '–') && all", "the operations")
    same({name: int(text.replace("\u2009", "")) for name, text in found}, {name: nodes[name] for name, _ in found})
    tab.until("return [...document.querySelectorAll('.network .node')].every((one) => / operations$/.test(one.getAttribute('aria-label')))", "the boxes")
    tab.quiet()


def the_worst_rows_are_what_they_are(tab, server):
    """Each of the rows that went most wrong is shown as itself: a drawing pixel by pixel, a text, a picture."""
    tab.go(f"#/jobs/{server.digits}")
    tab.click("button", "Evaluate")
    tab.until("return document.querySelectorAll('.region .tiles .tile canvas').length === 20", "the drawings")
    worst = server.must("POST", "/evaluate", {"model": "digits-cnn", "version": 1, "dataset": "digits"})["worst"]
    for at in (0, 7):
        row = server.must("GET", f"/datasets/digits/rows?offset={worst[at]['row']}&limit=1")["rows"][0]["values"]["x"]
        drawn = tab.run("""
            const tile = document.querySelectorAll(".region .tiles .tile")[given[0]];
            const canvas = tile.querySelector("canvas");
            return [tile.innerText.includes(`row ${given[1]}`), canvas.width, [...canvas.getContext("2d").getImageData(0, 0, 8, 8).data].filter((_, at) => at % 4 === 0)];
        """, at, worst[at]["row"])
        pixels = [pixel[0] if isinstance(pixel, list) else pixel for line in row for pixel in line]
        low, high = min(pixels), max(pixels)
        same(drawn[:2], [True, 8])
        same(all(abs(shown - 255 * (pixel - low) / (high - low)) <= 1 for shown, pixel in zip(drawn[2], pixels)), True)
    for model, dataset, what in [("reader", "reviews", "one.innerText.includes(' movie number ')"), ("eye", "colours", "one.querySelector('img')?.naturalWidth > 0"), ("ear", "sounds", "one.querySelector('canvas.wave')")]:
        job = next(one["id"] for one in server.must("GET", f"/jobs?model={model}&limit=10")["jobs"])
        tab.go(f"#/jobs/{job}")
        tab.click("button", "Evaluate")
        tab.until(f"const all = [...document.querySelectorAll('.region .tiles .tile')]; for (const one of all) one.scrollIntoView(); return all.length && all.every((one) => {what})", f"the rows of {dataset}")
    tab.quiet()


def a_row_is_the_row_that_is_asked_about(tab, server):
    """Where the data name no parts, a row of them is the row that every view gets, and its target the one that is checked."""
    for index in (2, 3, 58):
        values = server.must("GET", f"/datasets/reviews/rows?offset={index}&limit=1")["rows"][0]["values"]
        tab.go(f"#/inside/reader/check?row=reviews:train:{index}")
        tab.until("return document.querySelector('.answer-class')?.textContent.startsWith('They ')", "the check")
        sent = tab.run("return document.getElementById('input-text').value")
        body = last_request(tab, "check")
        same((sent, body.get("instance"), body.get("target"), body.get("row")), (values["text"], values["text"], values["label"], None))
    tab.go("#/inside/eye/gradients?row=colours:train:9")
    tab.until("return document.querySelector('main').innerText.includes('Completeness: ')", "the parts")
    tab.settle()
    picture = server_bytes(server, "/datasets/colours/rows/9/image")
    same(base64.b64decode(last_request(tab, "gradients")["instance"]["b64"]) == picture, True)
    tab.quiet()


def server_bytes(server, path):
    """A file that the server has."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", path)
    return connection.getresponse().read()


ALL = [
    jobs_are_filtered, a_history_is_exported_whole, versions_tell_their_data, layers_tell_their_operations, the_worst_rows_are_what_they_are,
    a_row_is_the_row_that_is_asked_about,
]
