"""The page Learn, the docs that are served with the page, and the links to them."""

import json
import pathlib
import re

from checks import same
from samples import HOSTILE

DOCS = pathlib.Path(__file__).parents[3] / "docs"
PAGES = ["#/jobs", "#/models", "#/datasets", "#/try/digits-cnn", "#/inside/digits-cnn/kernels", "#/learn", "#/experiments", "#/system"]


def write(tab, field, text):
    """Puts a text into a field, as if it was typed."""
    tab.run(f"const one = document.getElementById({json.dumps(field)}); one.value = {json.dumps(text)}; one.dispatchEvent(new Event('input', {{ bubbles: true }}))")


def functions_are_differentiated_while_one_types(tab, server):
    """Four ways give the derivatives of what is typed; the graph has values, tangents and adjoints; the address keeps all."""
    tab.go("#/learn")
    tab.until("return document.querySelectorAll('.operations .node').length === 7", "the graph of the first functions")
    write(tab, "functions", "f = a*sin(b)\ng = a^2 + relu(b)")
    tab.until("return document.getElementById('at-a') && document.getElementById('at-b')", "the fields of the variables")
    write(tab, "at-a", "1.5")
    write(tab, "at-b", "0.25")
    answer = server.must("POST", "/differentiate", {"functions": {"f": "a*sin(b)", "g": "a^2 + relu(b)"}, "at": {"a": 1.5, "b": 0.25}, "step": 0.001})
    row = "[...document.querySelectorAll('table[aria-label=\"Four ways\"] tr')].find((one) => one.innerText.startsWith('∂f/∂b'))"
    found = tab.until(f"const row = {row}; const cells = row && [...row.querySelectorAll('td span')].map((one) => one.title); return cells && cells[3].startsWith('1.45') && cells", "the derivative")
    same([float(one.replace("−", "-")) for one in found], [answer["jacobian"][way]["f"]["b"] for way in ("forward", "reverse", "numerical", "symbolic")])
    same(tab.run("return [...document.querySelectorAll('table[aria-label=\"Errors and passes\"] tbody tr')].map((one) => one.querySelectorAll('td')[1].textContent)"), [str(answer["passes"][way]) for way in ("forward", "reverse", "numerical", "symbolic")])
    tab.run("const one = document.getElementById('adjoint'); one.value = 'g'; one.dispatchEvent(new Event('change'))")
    tab.until("return [...document.querySelectorAll('.operations .node')].find((one) => one.textContent.startsWith('a')).textContent.includes('adjoint 3')", "the adjoint by a")
    tab.run("location.reload()")
    tab.until("return document.getElementById('functions')?.value === 'f = a*sin(b)\\ng = a^2 + relu(b)' && document.getElementById('at-b')?.value === '0.25' && document.getElementById('adjoint')?.value === 'g'", "all after a reload")
    tab.quiet()


def a_mistake_is_told_where_it_is(tab, server):
    """What can't be read is told at the field, and the last answer stays."""
    tab.go("#/learn")
    tab.until("return document.querySelectorAll('.operations .node').length === 7", "the graph")
    write(tab, "functions", "y1 = x1*exp(x2")
    tab.until("return document.getElementById('functions').getAttribute('aria-invalid') === 'true' && document.getElementById('functions-fault').textContent.includes('y1')", "the fault")
    same(tab.run("return document.querySelectorAll('.operations .node').length"), 7)
    write(tab, "functions", "y1 = x1*exp(x2)")
    tab.until("return !document.getElementById('functions').hasAttribute('aria-invalid') && document.querySelectorAll('.operations .node').length === 4", "the graph again")
    write(tab, "functions", "")
    tab.until("return document.querySelector('main').innerText.includes('Type a function of at least one variable')", "the empty state")
    write(tab, "functions", HOSTILE)
    tab.until("return document.querySelector('[role=alert]:not(:empty)')", "a fault of words that look like markup")
    same(tab.run("return document.querySelectorAll('main img, main script').length"), 0)
    tab.quiet("422", "400")


def growth_is_counted(tab, server):
    """A formula put into itself: its derivative explodes as a formula, and grows by the same amount as a graph."""
    tab.go("#/learn?times=3")
    expected = server.must("POST", "/differentiate", {"iterate": {"x": "4*x*(1-x)"}, "at": {"x": 0.2}, "times": 8})["growth"][-1]
    tab.until("return document.querySelector('figure canvas')?.getAttribute('aria-label')?.includes('the graph of reverse mode')", "the curves")
    tab.run("const one = document.getElementById('times'); one.value = '8'; one.dispatchEvent(new Event('input'))")
    tab.until("return document.querySelector('main').innerText.includes('Put into itself 8 times')", "eight times")
    tab.click("button", "Table of Nodes by how often it was put into itself")
    cells = tab.until("const rows = document.querySelectorAll('table[aria-label=Growth] tbody tr'); return rows.length === 8 && [...rows[7].querySelectorAll('td')].map((one) => one.textContent.replace(/\\u2009/g, ''))", "the table")
    same(cells, [str(expected[name]) for name in ("times", "function", "symbolic", "graph")])
    tab.until("return location.hash.includes('times=8')", "the address")
    tab.quiet()


def every_page_is_explained(tab, server):
    """Each page links a part of the docs that is there; back leads to the page again."""
    for address in PAGES:
        tab.go(address)
        heading = tab.text("h1")
        tab.click(".page-head a", f"Explain {tab.text('nav a[aria-current=page]')}")
        tab.until("return document.querySelector('article.doc')", f"the docs of {address}")
        tab.until("const [, , , section] = location.hash.split('/'); return !section || document.activeElement?.id === `doc-${section}`", f"the part that {address} names")
        tab.quiet()
        tab.run("history.back()")
        tab.until(f"return document.querySelector('h1').textContent === {json.dumps(heading)}", f"{address} again")


def the_docs_are_served_whole(tab, server):
    """Every page of the docs is in the contents, is shown without a rest of Markdown, and its links lead somewhere."""
    tab.go("#/docs")
    listed = tab.run("return [...document.querySelectorAll('.contents a')].map((one) => one.getAttribute('href').split('/')[2])")
    same(sorted(listed), sorted(path.stem for path in DOCS.glob("*.md")))
    ids, links = {}, []
    for name in listed:
        tab.go(f"#/docs/{name}")
        ids[name] = tab.run("return [...document.querySelectorAll('.doc [id]')].map((one) => one.id)")
        links += tab.run("return [...document.querySelectorAll('.doc a')].map((one) => one.getAttribute('href')).filter((href) => href.startsWith('#'))")
        text = tab.run("const copy = document.querySelector('.doc').cloneNode(true); for (const one of copy.querySelectorAll('pre, code')) one.remove(); return copy.textContent")
        if rest := re.search(r".{0,30}(\]\(|\*\*|```|^#+ |\|-).{0,30}", text, re.M):
            raise AssertionError(f"{name}: {rest[0]}")
        tab.quiet()
    for link in links:
        _, _, name, *section = link.split("/")
        if name not in ids or section and f"doc-{section[0]}" not in ids[name]:
            raise AssertionError(f"{link} leads nowhere")
    for section in ("activations-kernels", "gates", "attention", "gradients", "sensitivities", "graph", "check"):
        if f"doc-{section}" not in ids["views"]:
            raise AssertionError(f"views has no {section}")


def modules_come_when_they_are_wanted(tab, server):
    """The overview loads nothing of Inside, Learn or the docs."""
    tab.open("about:blank")
    tab.devtools("Network.clearBrowserCache")
    tab.events()
    tab.go("#/jobs", fresh=False)
    urls = [p["request"]["url"] for name, p in tab.events() if name == "Network.requestWillBeSent"]
    if found := [url for url in urls if re.search(r"/(inside|learn|docs|input)/|inside\.css|docs\.css", url)]:
        raise AssertionError(found)


ALL = [
    functions_are_differentiated_while_one_types, a_mistake_is_told_where_it_is, growth_is_counted, every_page_is_explained, the_docs_are_served_whole,
    modules_come_when_they_are_wanted,
]
