"""What is drawn beside the curves: norms, experiments, differences of versions, sounds, series."""

import json

from checks import same


def curves_go_by_time_too(tab, server):
    """The curves go by the seconds since the first step where that is asked for; the address keeps it."""
    tab.go(f"#/jobs/{server.digits}")
    tab.until("return document.querySelector('figure canvas')?.getAttribute('aria-label')?.includes('loss fell from')", "the curve")
    tab.run("const one = document.getElementById('curves-by'); one.value = 'time'; one.dispatchEvent(new Event('change'))")
    tab.until("return location.hash.includes('by=time')", "the address")
    seconds = server.must("GET", f"/jobs/{server.digits}/history?metrics=seconds&points=10000")["series"][0]["value"]
    tab.settle()
    tab.run("document.querySelector('figure canvas').focus()")
    tab.press("\ue010")
    told = tab.until("const text = document.querySelector('.values').textContent; return text.startsWith('after ') && text", "the cursor")
    shown = tab.run("""
        const base = new URL('.', document.querySelector('script[src]').src);
        return (await import(new URL("core/format.js", base))).duration(given[0]);
    """, sum(seconds))
    same(told.split(":")[0], f"after {shown}")
    tab.press("\ue011", "\ue014", "+")
    tab.until("return /from=\\d+&to=\\d+/.test(location.hash)", "the zoom in epochs")
    tab.go(f"#/jobs/{server.digits}?by=time")
    tab.until("return document.getElementById('curves-by')?.value === 'time'", "the choice")
    tab.quiet()


def norms_are_drawn(tab, server):
    """Gradient, weight and update of each layer; a layer's tensors where it is chosen; the table has the server's numbers."""
    tab.go(f"#/jobs/{server.normed}")
    label = "document.querySelector('canvas[aria-label*=\"conv2d \"]')?.getAttribute('aria-label')"
    tab.until(f"return {label}?.includes('dense ')", "the norms of both layers")
    same(tab.run("return [...document.querySelectorAll('#norms-layer option')].map((one) => one.value)"), ["", "conv2d", "dense"])
    tab.run("const one = document.getElementById('norms-layer'); one.value = 'dense'; one.dispatchEvent(new Event('change'))")
    tab.until("return document.querySelector('canvas[aria-label*=\"dense/kernel \"]')", "the norms of its tensors")
    tab.click("button", "Table of Update")
    found = tab.until("const all = [...document.querySelectorAll('table[aria-label=\"Update norms\"] tbody tr')].map((row) => [...row.querySelectorAll('span')].map((one) => one.title)); return all.length && all", "the table")
    norms = server.must("GET", f"/jobs/{server.normed}/norms")
    rows = [norms["update"][norms["tensors"].index(name)] for name in ("dense/kernel", "dense/bias")]
    same([[float(number) for number in row] for row in found], [list(pair) for pair in zip(*rows)])
    tab.go(f"#/jobs/{server.digits}")
    tab.until("return document.querySelector('figure canvas')?.getAttribute('aria-label')?.includes('loss')", "the curve")
    same(tab.run("return document.getElementById('norms-layer')"), None)
    tab.quiet()


def an_experiment_is_seen(tab, server):
    """Parallel coordinates, narrowed by fields and by the mouse; the metric against each parameter, read by keys; the leaderboard."""
    tab.go("#/experiments/search")
    told = "document.querySelector('.parallel ~ .note')?.textContent"
    tab.until(f"return {told} === '6 trials'", "the plot")
    best = server.must("GET", "/experiments/search")["leaderboard"][0]
    tab.run("""
        for (const [id, value] of [["axis", "0"], ["axis-from", "0.0005"], ["axis-to", "0.002"]]) {
            const one = document.getElementById(id); one.value = value; one.dispatchEvent(new Event("change"));
        }
    """)
    tab.until(f"return {told}?.startsWith('2 of 6 trials')", "the narrowed plot")
    tab.click("button", "All")
    tab.until(f"return {told} === '6 trials'", "all of it")
    box = tab.run("const one = document.querySelector('canvas.parallel'); one.scrollIntoView({ block: 'center' }); const box = one.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]")
    tab.pointer((box[0] + 44, box[1] + 20), "down", (box[0] + 44, box[1] + box[3] / 2 - 20), "up")
    tab.until(f"return {told}?.startsWith('2 of 6 trials')", "the range that was drawn")
    same(tab.run("return document.getElementById('axis').value"), "0")
    if not float(tab.run("return document.getElementById('axis-from').value")) > 0.001:
        raise AssertionError("the field does not have what was drawn")
    plot = "[...document.querySelectorAll('canvas')].find((one) => one.getAttribute('aria-label')?.startsWith('val_accuracy against batch_size: 6 trials'))"
    tab.run(f"{plot}.scrollIntoView({{ block: 'center' }}); {plot}.focus()")
    tab.press("\ue011")
    tab.until(f"return {plot}.closest('figure').querySelector('.values').textContent.startsWith('trial ')", "the cursor at a point")
    tab.click("button", "Table of learning_rate")
    same(tab.run("return document.querySelectorAll('table[aria-label=\"val_accuracy against learning_rate\"] tbody tr').length"), 6)
    row = tab.run("return document.querySelector('table[aria-label=Leaderboard] tbody tr td').textContent")
    same(row, str(best["trial"]))
    tab.click("button", "Best trial")
    tab.until(f"return location.hash === '#/jobs/{best['jobs'][0]}'", "the job of the best")
    tab.quiet()


def an_experiment_is_started(tab, server):
    """The form tries what is typed, shows faults at the lines and fields that their pointers name, and starts; JSON has the same."""
    tab.go("#/experiments")
    tab.click("button", "New experiment")
    told = "document.querySelector('main [aria-live=polite]')?.innerText"
    tab.until(f"return {told}?.startsWith('10 trials, 100 epochs in all')", "what it takes")
    same(tab.run("return document.querySelectorAll('table[aria-label=\"What it tries\"] tbody tr').length"), 10)
    fill = "const one = document.getElementById([...document.querySelectorAll('main label')].find((one) => one.textContent === given[0]).htmlFor); one.value = given[1]; one.dispatchEvent(new Event('input', { bubbles: true })); one.dispatchEvent(new Event('change')); return one.id"
    line = "const one = document.querySelector(`[aria-label='${given[0]}']`); one.value = given[1]; one.dispatchEvent(new Event('input', { bubbles: true })); one.dispatchEvent(new Event('change'))"
    for label, value in (("Name", "by-form"), ("Model", "digits-cnn"), ("Data", "digits"), ("Search", "grid"), ("Epochs", "1"), ("Validation split", "0.2")):
        tab.run(fill, label, value)
    # A grid has no number of draws from a range.
    tab.until("return document.querySelector(\"[aria-label='Values 1']\").getAttribute('aria-invalid') === 'true'", "the fault at the line")
    tab.run(line, "Rule 1", "choice")
    tab.run(line, "Values 1", "0.001, 0.01")
    tab.click("button", "Add a line")
    same(tab.run("return document.activeElement.getAttribute('aria-label')"), "Place 2")
    tab.run(line, "Place 2", "/model/layers/1/filters")
    tab.run(line, "Values 2", "4, 8")
    tab.until("return [...document.getElementById('places').options].some((one) => one.value === '/model/layers/1/filters')", "the places of the model")
    tab.until(f"return {told}?.startsWith('4 trials, 4 epochs in all')", "the grid")
    tab.run(line, "Values 2", "4, -8")
    tab.click("button", "Start")
    tab.until("return document.activeElement.getAttribute('aria-label') === 'Values 2' && document.activeElement.getAttribute('aria-invalid') === 'true'", "the focus at the fault")
    tab.run(line, "Values 2", "4, 8")
    wrong = tab.run(fill, "Batch size", "none")
    tab.until(f"return document.getElementById({json.dumps(wrong)}).getAttribute('aria-invalid') === 'true'", "the fault at the field")
    tab.run(fill, "Batch size", "64")
    tab.until(f"return {told}?.startsWith('4 trials')", "the grid again")
    tab.audit()
    tab.click("[role=tab]", "JSON")
    body = json.loads(tab.until("return document.getElementById('experiment-json')?.value", "the JSON"))
    same(body["space"], {"/training/optimizer/learning_rate": {"choice": [0.001, 0.01]}, "/model/layers/1/filters": {"choice": [4, 8]}})
    same((body["name"], body["base"]["training"]["batch_size"], body["metric"]), ("by-form", 64, "val_accuracy"))
    tab.run("const one = document.getElementById('experiment-json'); one.value = one.value.replace('\"by-form\"', '\"by form\"'); one.dispatchEvent(new Event('input'))")
    tab.until(f"return {told}?.includes('/name')", "the pointer of the fault")
    tab.run("const one = document.getElementById('experiment-json'); one.value = one.value.replace('\"by form\"', '\"by-form\"'); one.dispatchEvent(new Event('input'))")
    tab.until(f"return {told}?.startsWith('4 trials')", "the grid as JSON")
    tab.click("button", "Start")
    tab.until("return location.hash === '#/experiments/by-form' && document.querySelectorAll('table[aria-label=Leaderboard] tbody tr').length === 4", "the experiment")
    server.wait(lambda: server.must("GET", "/experiments/by-form")["state"] == "succeeded", 60)
    tab.quiet("422")


def versions_differ(tab, server):
    """The difference of two versions: metrics, each tensor's norm as the server has it, a picture."""
    tab.go("#/models/digits-cnn?tab=versions")
    tab.click("button", "Difference of two versions")
    tab.until("return document.getElementById('difference-of')", "the choice of versions")
    for name, value in (("of", "2"), ("minus", "1")):
        tab.run("const one = document.getElementById(given[0]); one.value = given[1]; one.dispatchEvent(new Event('change'))", f"difference-{name}", value)
    row = "[...document.querySelectorAll('table[aria-label=\"Tensors of both\"] tbody tr')].find((row) => row.textContent.startsWith('conv2d/kernel'))"
    found = tab.until(f"return location.hash.includes('of=2&minus=1') && {row}?.querySelector('td span[title]').title", "the norm")
    inspected = server.must("POST", "/models/digits-cnn/inspect/kernels", {"layer": "conv2d", "tensor": "kernel", "version": 2, "minus": 1})
    same(float(found), inspected["tensors"][0]["norm"])
    same(tab.run("return document.querySelectorAll('table[aria-label=\"Metrics of both\"] tbody tr').length > 1"), True)
    tab.click("button", "Picture of conv2d/kernel")
    tab.until("return document.querySelector('img.kernels')?.naturalWidth > 0", "the picture")
    tab.quiet()


def sounds_are_seen_and_heard(tab, server):
    """A recording has its wave form, and a button that plays it."""
    tab.go("#/datasets/sounds")
    wave = "document.querySelector('canvas.wave')"
    label = tab.until(f"const text = {wave}?.getAttribute('aria-label'); return text?.includes('0.3 s') && text", "the wave form")
    if "loudest 0." not in label:
        raise AssertionError(label)
    drawn = f"return {wave}.getContext('2d').getImageData(0, 0, {wave}.width, {wave}.height).data.some((part) => part > 0)"
    tab.until(drawn, "the drawing")
    tab.run("globalThis.heard = []; const play = Audio.prototype.play; Audio.prototype.play = function () { heard.push(this.duration); return play.call(this); }")
    tab.click(".sound button")
    found = tab.until("return globalThis.heard", "the sound")
    same([round(one, 2) for one in found], [0.3])
    tab.quiet()


def series_are_curves(tab, server):
    """A row of a series is drawn as curves, one a column."""
    tab.go("#/datasets/waves")
    tab.until("return [...document.querySelectorAll('canvas.wide')].some((one) => one.getAttribute('aria-label').includes('3 curves of 12 steps, from '))", "the curves")
    tab.go("#/datasets/sunspots")
    tab.until("return [...document.querySelectorAll('canvas.wide')].some((one) => one.getAttribute('aria-label').includes('a series of 24 steps, from '))", "the curve")
    tab.quiet()


def a_training_has_all_options_of_the_schema(tab, server):
    """The form for a job has a field for each option that the server's description names; a fault below opens what hides it."""
    tab.go("#/jobs")
    tab.click("button", "New job")
    tab.until("return document.querySelector('dialog [role=status]')?.textContent.includes('an epoch')", "the estimate")
    schema = server.must("GET", "/openapi.json")["components"]["schemas"]["TrainingRequest"]["properties"]
    labels = set(tab.run("return [...document.querySelectorAll('dialog label')].map((one) => one.textContent.split(':')[0])"))
    for name in set(schema) - {"model", "dataset", "data", "validation_data", "optimizer"}:
        label = name.replace("_", " ").capitalize()
        if label not in labels:
            raise AssertionError(f"no field for {name} among {sorted(labels)}")
    field = "[...document.querySelectorAll('dialog label')].find((one) => one.textContent === {}).htmlFor"
    fill = "const one = document.getElementById({}); one.value = {}; one.dispatchEvent(new Event('input', {{ bubbles: true }})); return one.id"
    for label, value in (("Model", "digits-cnn"), ("Data", "digits"), ("Epochs", "2"), ("Keep epochs", "all"), ("Early stopping: patience", "9"), ("Diagnostics", "true")):
        tab.run("return " + field.format(json.dumps(label)) and fill.format(field.format(json.dumps(label)), json.dumps(value)))
    wrong = tab.run(fill.format(field.format(json.dumps("Priority")), json.dumps("5000")))
    tab.run("document.querySelector('dialog details').open = false")
    tab.click("dialog button", "Train")
    tab.until(f"return document.activeElement.id === {json.dumps(wrong)} && document.querySelector('dialog details').open", "the focus at the fault")
    tab.run(fill.format(field.format(json.dumps("Priority")), json.dumps("3")))
    tab.click("dialog button", "Train")
    job = tab.until("return /^#\\/jobs\\/(\\d+)$/.exec(location.hash)?.[1]", "the job")
    options = server.must("GET", f"/jobs/{job}")
    same([options["priority"], options["options"]["keep_epochs"], options["options"]["diagnostics"]], [3, "all", True])
    same(options["options"]["early_stopping"]["patience"], 9)
    tab.quiet("422")


ALL = [
    curves_go_by_time_too, norms_are_drawn, an_experiment_is_seen, an_experiment_is_started, versions_differ, sounds_are_seen_and_heard, series_are_curves,
    a_training_has_all_options_of_the_schema,
]
