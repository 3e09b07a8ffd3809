"""What is large: a megabyte in a cell, a hundred classes, two thousand layers, twenty thousand events."""

import json
import time

import samples
from budget import MOST, OBSERVE, tell
from checks import same


def fill(server):
    """What is opened below."""
    server.must("POST", "/models", samples.LINE)
    server.must("PUT", "/datasets/table", "a,y\n1,2\n3,4\n", "text/csv")
    text = "the cat sat on the mat. " * (2**20 // 24)
    server.must("PUT", "/datasets/megabyte", "id,text,label\n" + f'1,"{text}",a\n2,short,b\n', "text/csv")
    server.must("POST", "/models", samples.deep())
    server.must("PUT", "/datasets/hundred", samples.hundred_classes(), "text/csv")
    server.must("POST", "/models", samples.HUNDRED)
    server.hundred = server.train(
        model="hundred", dataset="hundred", loss="sparse_categorical_crossentropy", metrics=["accuracy", "confusion_matrix"], epochs=3
    )


def opened(tab, server, address, shown, what):
    """Opens an address; gives the milliseconds to its content, the longest task, and the elements in the document."""
    tab.devtools("Page.addScriptToEvaluateOnNewDocument", source=OBSERVE)
    found = []
    for _ in range(2):
        tab.open("about:blank")
        start = time.monotonic()
        tab.open(server.origin() + "/" + address)
        tab.until(shown, what)
        found.append([round((time.monotonic() - start) * 1000), *tab.run("return [Math.max(0, ...tasks), document.querySelectorAll('*').length]")])
        tab.settle()
    return min(found)


def a_megabyte_in_a_cell(tab, server):
    """A text of a megabyte is cut short in its cell, and nothing of it stays in the document."""
    shown = "return document.querySelector('table[aria-label=Rows] tbody')?.innerText.includes('the cat sat')"
    took, longest, _ = opened(tab, server, "#/datasets/megabyte", shown, "the rows")
    tell("a text of a megabyte, to its row", took, "ms")
    tell("the longest task", longest, "ms", 2 * MOST["longest task"])
    length = tab.run("return document.querySelector('main').outerHTML.length")
    if length > 60_000:
        raise AssertionError(f"the page has {length} characters")
    tab.quiet()


def a_hundred_classes(tab, server):
    """A confusion matrix of a hundred classes is one canvas; its epochs can be gone through."""
    shown = "return document.querySelector('.matrix canvas')?.getAttribute('aria-label')?.startsWith('Confusion matrix: ')"
    took, longest, elements = opened(tab, server, f"#/jobs/{server.hundred}", shown, "the matrix")
    tell("a matrix of 100 classes, to its drawing", took, "ms")
    tell("the longest task", longest, "ms", 2 * MOST["longest task"])
    if elements > 2500:
        raise AssertionError(f"the page has {elements} elements")
    tab.run("const one = document.getElementById('matrix-epoch'); one.value = '1'; one.dispatchEvent(new Event('input'))")
    tab.until("return document.querySelector('output[for=matrix-epoch]').textContent === '1 of 3'", "the first epoch")
    tab.audit()
    tab.quiet()


def two_thousand_layers(tab, server):
    """A model of 2,000 layers is drawn folded, within a second."""
    shown = "return document.querySelector('.network')?.querySelectorAll('rect').length"
    took, longest, _ = opened(tab, server, "#/models/deep", shown, "the graph")
    tell("a model of 2,000 layers, to its graph", took, "ms", 2 * MOST["content"])
    tell("the longest task", longest, "ms", 2 * MOST["longest task"])
    boxes = tab.run("return document.querySelectorAll('.network rect').length")
    if boxes > 300:
        raise AssertionError(f"the graph has {boxes} boxes")
    tab.audit()
    tab.quiet()


def long_tables_grow(tab, server):
    """Of a table of 2,000 rows so many are made as are scrolled to; it says how many there are."""
    tab.go("#/models/deep")
    rows = "document.querySelectorAll('table[aria-label=Summary] tbody tr').length"
    same(tab.until(f"return {rows}", "the rows") <= 201, True)
    same(tab.run("return document.querySelector('table[aria-label=Summary]').getAttribute('aria-rowcount')"), "2001")
    for _ in range(30):
        before = tab.run(f"const place = document.querySelector('table[aria-label=Summary]').closest('.tall'); place.scrollTop = place.scrollHeight; return {rows}")
        if before == 2000:
            break
        tab.until(f"return {rows} !== {before}", "more rows")
    same(tab.run("return document.querySelector('table[aria-label=Summary] tbody tr:last-child').cells[0].textContent"), server.must("GET", "/models/deep")["layers"][-1]["name"])
    tab.quiet()


def two_thousand_layers_inside(tab, server):
    """Looking into 2,000 layers shows the first of them at once, and others as one scrolls or asks for one."""
    tab.go("#/system")
    tab.run("sessionStorage.setItem('trainyard.input.deep', JSON.stringify({ instance: [1, 2, 3, 4], row: null }))")
    shown = "return document.querySelectorAll('.flow-layer canvas[aria-label]').length >= 10"
    took, longest, elements = opened(tab, server, "#/inside/deep/activations", shown, "the maps")
    tell("feature maps of 2,000 layers, to the first of them", took, "ms", 2 * MOST["content"])
    tell("the longest task", longest, "ms", 2 * MOST["longest task"])
    if elements > 1500:
        raise AssertionError(f"the page has {elements} elements")
    count = "document.querySelectorAll('.flow-layer').length"
    before = tab.run(f"scrollTo(0, document.body.scrollHeight); return {count}")
    tab.until(f"return {count} > {before}", "more layers")
    name = server.must("GET", "/models/deep")["layers"][300]["name"]
    tab.go(f"#/inside/deep/activations?layer={name}")
    tab.until(f"return [...document.querySelectorAll('.flow-layer')].some((one) => one.getAttribute('aria-label') === '{name}' && one.querySelector('canvas'))", "the layer that was asked for")
    tab.quiet()


def twenty_thousand_events(tab, server):
    """A job that tells of 20,000 epochs as fast as it can: all arrive, and the heap stays as it was."""
    tab.go("#/jobs")
    job = server.train("running", model="line", dataset="table", loss="mse", epochs=23_000, optimizer={"type": "SGD", "learning_rate": 1e-5})
    tab.open(server.origin() + f"/#/jobs/{job}")
    epoch = "Number((/Epoch\\s*([\\d\u2009]+) of/.exec(document.querySelector('dl.facts')?.innerText ?? '')?.[1] ?? '0').replaceAll('\u2009', ''))"

    def heap():
        tab.devtools("HeapProfiler.collectGarbage")
        return tab.devtools("Runtime.getHeapUsage")["usedSize"]

    tab.until(f"return {epoch} > 2500", "the first epochs", 120)
    before = heap()
    tab.until(f"return {epoch} >= 22500 || document.querySelector('dl .state')?.textContent === 'succeeded'", "the last epochs", 240)
    tab.until("return document.querySelector('dl .state')?.textContent === 'succeeded'", "the end", 60)
    tab.settle()
    tell("growth of the heap over 20,000 events", max(0, heap() - before), "bytes", MOST["growth"])
    found = tab.until("return document.querySelector('figure canvas')?.getAttribute('aria-label')", "the curve")
    if "by 2.3e+04" not in found and "by 23000" not in found:
        raise AssertionError(f"the curve does not end with the last epoch: {json.dumps(found)}")
    tab.quiet()


ALL = [a_megabyte_in_a_cell, a_hundred_classes, two_thousand_layers, long_tables_grow, two_thousand_layers_inside, twenty_thousand_events]
