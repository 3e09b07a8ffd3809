"""Inside models of other kinds than one picture: sounds, layers of two directions, several heads, several inputs and outputs."""

import json

from checks import same
from inside import ask, formula, last_request, number

# The row 1 of the reviews, which have no parts.
REVIEW = "good fine great movie number 1 it was good"
SIGNS = {
    "activations": "Layer by layer", "kernels": "Minus version", "gradients": "Differentiated is the", "sensitivities": "All outputs by one element",
    "graph": "nodes", "check": "They ",
}


def opens(tab, model, row, views):
    """Each view shows what it has of a row, without a fault."""
    for view in views:
        tab.go(f"#/inside/{model}/{view}?row={row}")
        tab.until(f"return document.querySelector('[role=tabpanel]')?.innerText.includes({json.dumps(SIGNS[view])})", f"{view} of {model}")
        same((view, tab.run("return document.querySelector('[role=alert]:not(:empty)')?.textContent ?? null")), (view, None))
        tab.quiet()


def sounds_are_looked_into(tab, server):
    """A recording is heard, and every view has what became of it; another one that is dropped takes its place."""
    opens(tab, "ear", "sounds:train:1", SIGNS)
    tab.go("#/inside/ear/activations?layer=conv2d&channel=3&row=sounds:train:1")
    tab.until("return document.querySelectorAll('.pixel .heat canvas').length === 2", "the map")
    same(tab.run("return document.querySelector('audio')?.getAttribute('aria-label')"), "The sound")
    first = last_request(tab, "activations")["instance"]
    tab.run("""
        const bytes = await (await fetch("datasets/sounds/rows/4/audio")).blob();
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], "one.wav", { type: "audio/wav" }));
        const field = document.getElementById("file");
        field.files = transfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
    """)
    tab.until("return !location.hash.includes('row=') && document.querySelector('main').innerText.includes('Your own input.')", "the dropped sound")
    tab.settle()
    sent = last_request(tab, "activations")["instance"]
    found = ask(server, "ear", "activations", instance=sent, layers=["conv2d"])["layers"][0]
    told = tab.run("return [...document.querySelectorAll('.flow-layer')].find((one) => one.getAttribute('aria-label') === 'conv2d').querySelector('.note').textContent")
    shown = tab.run("""
        const base = new URL('.', document.querySelector('script[src]').src);
        const { metric } = await import(new URL("core/format.js", base));
        return `${metric(given[0])} to ${metric(given[1])}`;
    """, found["minimum"], found["maximum"])
    same((told.startswith(shown), sent != first), (True, True))
    tab.quiet()


def both_directions_have_gates(tab, server):
    """A layer that goes both ways shows each direction; backwards, the state before a step is that of the step behind it."""
    opens(tab, "both-ways", "reviews:train:1", SIGNS)
    tab.go("#/inside/both-ways/kernels?layer=turn&row=reviews:train:1")
    tab.until("return document.querySelector('[aria-label=\"turn/backward/recurrent_kernel\"] canvas')", "the kernels of both directions")
    for layer, direction, state in [("turn", "forward", "c"), ("turn", "backward", "c"), ("again", "backward", "h")]:
        tab.go(f"#/inside/both-ways/gates?layer={layer}&direction={direction}&unit=1&row=reviews:train:1")
        tab.until("return document.querySelectorAll('.token').length === 10", "the tokens")
        tab.click(".token", "Step 4: number")
        line = tab.until(f"return [...document.querySelectorAll('.formula code')].map((one) => one.textContent).find((text) => text.startsWith('{state}[4] = '))", "the formula")
        answer = ask(server, "both-ways", "gates", instance=REVIEW, layer=layer, direction=direction)
        values = answer["states"][state]["values"]
        gates = {name: array["values"][4][1] for name, array in answer["gates"].items()}
        before = values[5 if direction == "backward" else 3][1]
        expected = gates["f"] * before + gates["i"] * gates["candidate"] if state == "c" else gates["z"] * before + (1 - gates["z"]) * gates["candidate"]
        if abs(expected - values[4][1]) > 1e-6 or abs(number(line.split(" = ")[-1]) - expected) > 1e-3 * max(abs(expected), 1e-3):
            raise AssertionError(f"{layer} {direction}: {line}; the server says {values[4][1]}, the gates {expected}")
        same("The layer runs backwards: the step before is 5." in tab.text("main"), direction == "backward")
        tab.quiet()


def every_head_is_shown(tab, server):
    """Of several heads each has its own weights; the address keeps which is shown; the open table follows."""
    opens(tab, "heads", "reviews:train:1", SIGNS)
    tab.go("#/inside/heads/attention?row=reviews:train:1")
    tab.until("return document.querySelector('.sided canvas')", "the matrix")
    same(tab.run("return [...document.getElementById('head').options].map((one) => one.value)"), ["0", "1", "2"])
    tab.click("button", "Table of Weights")
    weights = ask(server, "heads", "attention", instance=REVIEW, layer="look")["weights"]
    same(weights["shape"], [3, 10, 10])
    shown = "const rows = document.querySelectorAll('table[aria-label=\"Attention weights\"] tbody tr'); return rows.length === 10 && [...rows[2].querySelectorAll('td')].map((one) => one.textContent)"
    for head in (2, 1):
        tab.run("const one = document.getElementById('head'); one.value = given[0]; one.dispatchEvent(new Event('change'))", str(head))
        tab.until(f"return location.hash.includes('head={head}')", "the head in the address")
        expected = weights["values"][head][2]
        script = f"const cells = await (async () => {{ {shown} }})(); const wanted = {json.dumps(expected)}; return cells && cells.every((cell, at) => Math.abs(Number(cell) - wanted[at]) < 1e-3 * wanted[at]) && cells"
        tab.until(script, f"the weights of head {head}")
        line = formula(tab)[1]
        if abs(number(line.split(" = ")[-1]) - weights["values"][head][0][0]) > 1e-3:
            raise AssertionError(line)
    tab.run("location.reload()")
    tab.until("return document.getElementById('head')?.value === '1'", "the head after a reload")
    tab.quiet()


def several_inputs_and_outputs_are_looked_into(tab, server):
    """Each input is a field, each output is chosen by name with the words of its own classes."""
    opens(tab, "pair", "couples:train:3", SIGNS)
    tab.go("#/inside/pair/gradients?row=couples:train:3")
    tab.until("return document.getElementById('output')", "the choice of outputs")
    same(tab.run("return [...document.getElementById('class').options].map((one) => one.textContent)"), ["the greatest", "left", "right"])
    tab.until("return document.querySelector('main').innerText.includes('Differentiated is the logit side of class ')", "what is differentiated")
    tab.run("const one = document.getElementById('class'); one.value = '0'; one.dispatchEvent(new Event('change'))")
    tab.until("return document.querySelector('main').innerText.includes('of class left, which is')", "the class by its word")
    tab.run("const one = document.getElementById('output'); one.value = 'size'; one.dispatchEvent(new Event('change'))")
    tab.until("return document.querySelector('main').innerText.includes('Differentiated is the output size') && location.hash.includes('output=size')", "the other output")
    slopes = [one["values"] for one in ask(server, "pair", "gradients", instance={"a": [3], "b": [3]}, of={"output": "size"}, by=["a", "b"])["gradients"]]
    cells = tab.run("return [...document.querySelectorAll('.attribution[aria-label=Saliency] tbody tr')].map((row) => row.innerText.split(/\\s+/))")
    same([cell[0] for cell in cells], ["a", "b"])
    for cell, slope in zip(cells, slopes):
        if abs(number(cell[-1]) - slope[0]) > 1e-3 * abs(slope[0]):
            raise AssertionError(f"{cells}; the server says {slopes}")
    tab.go("#/inside/pair/sensitivities?output=size&row=couples:train:3")
    tab.until("return document.getElementById('by')?.options.length === 2", "the choice of inputs")
    tab.run("const one = document.getElementById('by'); one.value = 'b'; one.dispatchEvent(new Event('change'))")
    tab.until("return location.hash.includes('by=b') && document.querySelector('table[aria-label=\"Changes of the outputs\"]')?.innerText.includes('size')", "the other input")
    tab.go("#/inside/pair/check?row=couples:train:3")
    tab.until("return [...document.querySelectorAll('.formula code')].some((one) => /loss = \\S+ of side \\+ \\S+ of size = /.test(one.textContent))", "the losses of both")
    same(last_request(tab, "check")["target"], {"side": "right", "size": 6})
    tab.run("const one = document.getElementById('cell-a'); one.value = '6'; one.dispatchEvent(new Event('input', { bubbles: true }))")
    tab.until("return document.getElementById('wanted')", "the question for a target")
    tab.go("#/try/pair")
    tab.click("button", "A row of the data")
    tab.until("return document.querySelectorAll('.answer-class').length === 2", "both answers")
    tab.quiet()


def maps_have_tables(tab, server):
    """Each map has a twin with its numbers, which follows them."""
    tab.go("#/inside/digits-cnn/gradients?row=digits:test:3")
    tab.click("button", "Table of Saliency")
    gradient = ask(server, "digits-cnn", "gradients", row={"dataset": "digits", "part": "test", "index": 3})["gradients"][0]["values"]
    read = "return [...document.querySelectorAll('table[aria-label=Saliency] tbody tr')].map((row) => [...row.querySelectorAll('span')].map((one) => Number(one.title)))"
    found = tab.until(f"const all = await (async () => {{ {read} }})(); return all.length === 8 && all", "the table")
    same(all(abs(one - other[0]) < 1e-6 for row, line in zip(found, gradient) for one, other in zip(row, line)), True)
    tab.run("const one = document.getElementById('row-index'); one.value = '4'; one.dispatchEvent(new Event('input'))")
    tab.until(f"const all = await (async () => {{ {read} }})(); return all.length === 8 && JSON.stringify(all) !== {json.dumps(json.dumps(found, separators=(',', ':')))}", "the numbers of another row")
    for address, name in [
        ("#/inside/digits-cnn/activations?layer=conv2d&channel=7&row=digits:test:3", "Table of The chosen map"), ("#/inside/kept-cnn/kernels?layer=second&filter=1", "Table of Chosen filter of second/kernel"),
        ("#/inside/reader/gates?row=reviews:train:1", "Table of candidate"), ("#/inside/cells/gates?row=sunspots:test:2", "Table of Input"),
    ]:
        tab.go(address)
        tab.click("button", name)
        tab.until("return document.querySelector('figure [aria-pressed=true]')?.closest('figure').querySelectorAll('tbody tr').length", name)
        tab.audit()
        tab.quiet()


ALL = [sounds_are_looked_into, both_directions_have_gates, every_head_is_shown, several_inputs_and_outputs_are_looked_into, maps_have_tables]
