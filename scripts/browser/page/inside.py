"""The page Inside: each view of a row, of what is drawn and typed, and of every version."""

import json

from checks import same

ROW = {"dataset": "digits", "part": "test", "index": 3}
AT = "row=digits:test:3"
VIEWS = {
    "activations": "conv2d", "kernels": "conv2d/kernel", "gradients": "Completeness: ", "sensitivities": "Changes of the outputs", "graph": "softmax",
    "check": "They agree",
}


def ask(server, model, view, **body):
    """A view's answer, asked for without the page."""
    return server.must("POST", f"/models/{model}/inspect/{view}", body)


def last_request(tab, view):
    """The last body that the page has sent to a view."""
    found = None
    for name, parameters in tab.events():
        if name == "Network.requestWillBeSent" and f"/inspect/{view}" in parameters["request"]["url"]:
            found = json.loads(parameters["request"]["postData"])
    return found


def formula(tab):
    """The lines of the formula that is seen."""
    return tab.run("return [...document.querySelectorAll('.formula-lines')].find((one) => one.checkVisibility()).innerText.split('\\n')")


def number(text):
    """A number as the page writes it."""
    return float(text.strip("()").replace("−", "-"))


def box_of(tab, selector, at=0):
    """Where an element lies in the window, once it is there."""
    return tab.until(
        f"const one = document.querySelectorAll({json.dumps(selector)})[{at}]; one?.scrollIntoView({{ block: 'center' }});"
        " const box = one?.getBoundingClientRect(); return box && box.width > 4 && [box.x, box.y, box.width, box.height]",
        selector,
    )


def every_view_opens_with_a_row(tab, server):
    """An address with a row asks its view at once, and keeps the row; a reload gives the same."""
    for view, sign in VIEWS.items():
        tab.go(f"#/inside/digits-cnn/{view}?{AT}")
        script = "const main = document.querySelector('main'); return (main.innerText + [...main.querySelectorAll('[aria-label]')].map((one) => one.getAttribute('aria-label')).join(' ')).includes(" + json.dumps(sign) + ")"
        tab.until(script, f"{sign} in {view}")
        state = "return [document.querySelector('h1').textContent, document.querySelector('[role=tab][aria-selected=true]').textContent, document.getElementById('row-index').value, location.hash.includes('row=digits')]"
        before = tab.run(state)
        same(before[0::2], ["Inside digits-cnn", "3"])
        tab.run("location.reload()")
        tab.until(script, f"{sign} after a reload")
        same(tab.until(f"const now = await (async () => {{ {state} }})(); return now[2] === '3' && now", "the row"), before)
        tab.quiet()
    for view, layer in [("gates", "gru"), ("attention", "look")]:
        tab.go(f"#/inside/reader/{view}?row=reviews:train:1")
        tab.until("return document.querySelector('.formula-lines code')", f"the formula of {view}")
        same(tab.run("return [document.getElementById('layer').value, document.querySelector('[role=alert]:not(:empty)')]"), [layer, None])
        tab.quiet()


def a_pixel_shows_the_window_that_made_it(tab, server):
    """Over a pixel of a map stand the window, the kernel and their sum, with the numbers that the server has."""
    for model, layer, at in [("digits-cnn", "conv2d", (2, 3, 5)), ("kept-cnn", "second", (0, 1, 4))]:
        tab.go(f"#/inside/{model}/activations?layer={layer}&{AT}")
        tab.click(f"[aria-label='Channels of {layer}'] [role=option]", f"Channel {at[2]} of {layer}")
        place = tab.until("return document.querySelectorAll('.pixel .heat canvas').length === 2", "the map") and box_of(tab, ".pixel .heat canvas", 1)
        found = next(one for one in ask(server, model, "activations", row=ROW, layers=[layer])["layers"])
        value = found["values"][at[0]][at[1]][at[2]]
        height, width = found["shape"][:2]
        tab.pointer((place[0] + (at[1] + 0.5) * place[2] / width, place[1] + (at[0] + 0.5) * place[3] / height))
        tab.until(f"return document.querySelector('.pixel').innerText.includes('{layer}[{at[0]}, {at[1]}, {at[2]}] = ')", "the number")
        last = tab.until("const all = [...document.querySelectorAll('.pixel .formula code')]; return all.length > 2 && all.at(-1).textContent", "the formula")
        before, after = last.removeprefix("relu(").split(") = relu(")
        inside, result = after.split(") = ")
        total = sum(number(one) for one in before.split(" + "))
        for one, other in [(total, number(inside)), (max(0.0, number(inside)), number(result)), (number(result), value)]:
            if abs(one - other) > 2e-3 * max(1, abs(other)):
                raise AssertionError(f"{last}, and the server says {value}")
        same(tab.run("return document.querySelector('.pixel .heat-mark').hidden"), False)
    tab.run("document.querySelectorAll('.pixel .heat canvas')[1].focus()")
    tab.press("\ue014")
    tab.until(f"return document.querySelector('.pixel').innerText.includes('second[{at[0]}, {at[1] + 1}, {at[2]}] = ')", "the next pixel")
    tab.quiet()


def the_input_stays_while_views_and_versions_change(tab, server):
    """What was drawn is what every view and every version is asked about; the row leaves the address."""
    tab.go(f"#/inside/digits-cnn/activations?{AT}")
    tab.until("return document.querySelector('[aria-label=\"Channels of conv2d\"]')", "the maps")
    x, y, width, _ = box_of(tab, "[aria-label=Drawing]")
    tab.click("button", "Clear")
    tab.until("return document.querySelector('main').innerText.includes('Choose a row of the data, or draw')", "the empty view")
    tab.pointer((x + width * 0.5, y + 20), "down", (x + width * 0.5, y + width - 20), "up")
    tab.until("return document.querySelector('[aria-label=\"Channels of conv2d\"]') && !location.hash.includes('row=')", "the drawing's maps")
    tab.settle()
    drawn = last_request(tab, "activations")
    if "row" in drawn or max(max(map(max, row)) for row in drawn["instance"]) < 8:
        raise AssertionError(f"what was drawn is not what was sent: {drawn}")
    tab.click("[role=tab]", "Why")
    tab.until("return document.querySelector('main').innerText.includes('Completeness: ')", "the parts")
    same(last_request(tab, "gradients")["instance"], drawn["instance"])
    tab.run("document.getElementById('version').focus()")
    tab.press("\ue011")
    tab.until("return location.hash.includes('version=0')", "the version in the address")
    tab.settle()
    sent = last_request(tab, "gradients")
    same((sent["instance"], sent["version"]), (drawn["instance"], 0))
    tab.run("location.reload()")
    tab.until("return document.querySelector('main').innerText.includes('Completeness: ')", "the parts after a reload")
    same(last_request(tab, "gradients")["instance"], drawn["instance"])
    tab.quiet()


def kept_epochs_are_versions_too(tab, server):
    """The slider goes from the first weights over the epochs that were kept to the newest version."""
    tab.go(f"#/inside/kept-cnn/kernels?layer=first&version=job:{server.kept}@2")
    text = "return document.querySelector('.versions-slider output').textContent"
    tab.until(f"return (await (async () => {{ {text} }})()) === 'epoch 2 of job {server.kept}'", "the epoch")
    same(tab.run("return document.getElementById('version').max"), "4")
    tab.run("document.getElementById('version').focus()")
    tab.press("\ue011")
    tab.until("return location.hash.includes('version=0')", "the first weights")
    tab.settle()
    same(last_request(tab, "kernels")["version"], 0)
    tab.run("const one = document.getElementById('minus'); one.value = '1'; one.dispatchEvent(new Event('change'))")
    tab.until("return document.querySelector('main').innerText.includes('the difference has a norm of')", "the difference")
    tab.quiet()


def try_goes_on_inside(tab, server):
    """"Look inside" goes on with what was drawn, and with the version."""
    tab.go("#/try/digits-cnn?version=1")
    x, y, width, _ = box_of(tab, "[aria-label=Drawing]")
    tab.run("const one = document.querySelector('[aria-label=Drawing]'); one.focus()")
    if tab.run("return document.querySelector('.answer-class') !== null"):
        tab.click("button", "Clear")
    tab.pointer((x + width * 0.3, y + 30), "down", (x + width * 0.7, y + width - 30), "up")
    answer = tab.until("return document.querySelector('.answer-class')?.textContent", "the answer")
    tab.settle()
    answer = tab.text(".answer-class")
    tab.click("main a", "Look inside")
    tab.until("return document.querySelector('h1').textContent === 'Inside digits-cnn'", "the page")
    tab.until("return document.querySelector('[aria-label=\"Channels of conv2d\"]')", "the maps")
    sent = last_request(tab, "activations")
    same(sent["version"], 1)
    same(str(ask(server, "digits-cnn", "activations", version=1, instance=sent["instance"], values=False)["class"]), answer)
    tab.click("main a", "Try")
    tab.until(f"return document.querySelector('.answer-class')?.textContent === {json.dumps(answer)}", "the same drawing in Try")
    tab.quiet()


def gates_are_computed_while_one_types(tab, server):
    """A text that is typed has its gates; the formula has the numbers of the server; steps and units move by keys."""
    tab.go("#/inside/reader/gates?row=reviews:train:1")
    tab.until("return document.querySelectorAll('.token').length === 10", "the tokens")
    tab.run("const one = document.getElementById('input-text'); one.value = ''; one.focus()")
    tab.press(*"good movie")
    tab.until("return [...document.querySelectorAll('.token')].slice(0, 3).map((one) => one.textContent).join() === 'good,movie,–' && !location.hash.includes('row=')", "the tokens typed")
    tab.settle()
    tab.click(".token", "Step 1: movie")
    tab.run("const one = document.getElementById('unit'); one.value = '2'; one.dispatchEvent(new Event('input'))")
    line = tab.until("return [...document.querySelectorAll('.formula code')].map((one) => one.textContent).find((text) => text.startsWith('h[1] = '))", "the formula")
    answer = ask(server, "reader", "gates", instance="good movie")
    z, candidate = (answer["gates"][name]["values"][1][2] for name in ("z", "candidate"))
    h = answer["states"]["h"]["values"]
    expected = h[1][2]
    if abs(number(line.split(" = ")[-1]) - expected) > 1e-3 * abs(expected) or abs(z * h[0][2] + (1 - z) * candidate - expected) > 1e-6:
        raise AssertionError(f"{line}; the server says {expected}")
    share = round(100 * sum(answer["gates"]["z"]["values"][1]) / 6)
    if f"z lets {share} % of the old state through" not in tab.text("main"):
        raise AssertionError(tab.text("main"))
    tab.run("document.querySelector('[aria-label=candidate] canvas').focus()")
    tab.press("\ue015", "\ue014")
    tab.until("return [...document.querySelectorAll('.formula code')].at(-1).textContent.startsWith('h[1] = ') && document.getElementById('unit').value === '0'", "the step by keys")
    tab.quiet()
    tab.go("#/inside/cells/gates?row=sunspots:test:2")
    tab.until("return [...document.querySelectorAll('.formula code')].some((one) => /^c\\[23\\] = /.test(one.textContent))", "the cell of an LSTM")
    same(tab.run("return [...document.querySelectorAll('.flow-layer')].map((one) => one.getAttribute('aria-label'))"), ["i", "f", "candidate", "o", "h", "c"])
    tab.quiet()


def attention_tells_who_looks_at_whom(tab, server):
    """A row of the matrix is told in words, its weights add up to one."""
    tab.go("#/inside/reader/attention?row=reviews:train:1")
    x, y, width, height = box_of(tab, ".sided canvas")
    tab.pointer((x + width * 0.35, y + height * 0.25))
    tab.until("return /“great” \\(2\\) takes \\S+ % from “movie” \\(3\\)/.test(document.querySelector('main').innerText)", "the sentence")
    tab.click("button", "Table of Weights")
    cells = tab.until("const rows = document.querySelectorAll('table[aria-label=\"Attention weights\"] tbody tr'); return rows.length === 10 && [...rows[2].querySelectorAll('td')].map((one) => one.textContent)", "the table")
    if abs(sum(map(number, cells)) - 1) > 0.01:
        raise AssertionError(cells)
    tab.quiet()


def forward_and_backward_say_the_same(tab, server):
    """A click on an element gives all outputs by one forward pass; the backward pass has the same number."""
    tab.go(f"#/inside/digits-cnn/sensitivities?{AT}")
    x, y, width, height = box_of(tab, ".attribution canvas")
    tab.pointer((x + width * 3.5 / 8, y + height * 2.5 / 8), "down", "up")
    tab.until("return location.hash.includes('element=2%2C3%2C0')", "the element in the address")
    line = tab.until("return [...document.querySelectorAll('.formula code')].map((one) => one.textContent).find((text) => text.includes('x[2, 3, 0]: forward'))", "the formula")
    forward, backward = (number(one.split(" ")[-1]) for one in line.split(": ")[1].split(", "))
    answer = ask(server, "digits-cnn", "sensitivities", row=ROW, element=[2, 3, 0])
    expected = answer["outputs"][0]["logit_sensitivity"][answer["class"]]
    if abs(forward - backward) > 1e-5 or abs(forward - expected) > 1e-6:
        raise AssertionError(f"{line}; the server says {expected}")
    same(tab.run("return document.querySelectorAll('table[aria-label=\"Changes of the outputs\"] tr').length"), 10)
    if "10" not in tab.text(".costs") or "1 backward pass" not in tab.text(".costs"):
        raise AssertionError(tab.text(".costs"))
    tab.quiet()


def why_is_told_for_the_class_that_is_chosen(tab, server):
    """Another class has other derivatives; the completeness error is that of the server; words are shaded."""
    tab.go(f"#/inside/digits-cnn/gradients?{AT}")
    tab.until("return document.querySelector('main').innerText.includes('Completeness: ')", "the parts")
    tab.run("const one = document.getElementById('class'); one.value = '7'; one.dispatchEvent(new Event('change'))")
    tab.until("return document.querySelector('main').innerText.includes('of class 7, which is') && location.hash.includes('class=7')", "the class")
    answer = ask(server, "digits-cnn", "gradients", row=ROW, method="integrated_gradients", of={"index": 7})
    text = tab.until("return [...document.querySelectorAll('p')].map((one) => one.title).find((title) => title.includes(' against '))", "all digits")
    same([number(one) for one in text.split(" against ")], [answer["completeness"][name] for name in ("sum", "difference")])
    same(tab.run("return ['Input', 'Saliency', 'Integrated gradients', 'Grad-CAM'].map((name) => document.querySelector(`.attribution[aria-label='${name}'] canvas`) !== null)"), [True] * 4)
    tab.go("#/inside/reader/gradients?row=reviews:train:1")
    tab.until("return document.querySelectorAll('.shaded-token[title^=\"great: \"]').length === 2", "the shaded words")
    tab.quiet()


def pictures_of_any_size_are_looked_into(tab, server):
    """A picture of the data: its numbers come as files, and every view has them; a dropped one takes its place."""
    for view, what in [("activations?layer=conv2d_1&channel=2&", "channel 2"), ("gradients?", "Completeness: "), ("sensitivities?", "All outputs by one element"), ("kernels?", "conv2d/kernel"), ("graph?", "Conv2D"), ("check?", "They ")]:
        tab.go(f"#/inside/eye/{view}row=colours:train:1")
        tab.until(f"return document.querySelector('main').innerText.includes({json.dumps(what)}) && document.querySelector('img.preview')", what)
        tab.settle()
        same(tab.run("return [document.querySelector('[role=alert]:not(:empty)')?.textContent ?? null, location.hash.includes('row=colours')]"), [None, True])
        tab.quiet()
    tab.go("#/inside/eye/gradients?row=colours:train:1")
    tab.until("return document.querySelector(\".attribution[aria-label='Grad-CAM'] canvas\")", "Grad-CAM")
    tab.settle()
    strange = """
        const canvas = document.querySelector(`.attribution[aria-label='${given[0]}'] canvas`);
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let at = 0; at < data.length; at += 4) count += data[at] === 150 && data[at + 1] === 20 && data[at + 2] === 150;
        return [canvas.width, count];
    """
    for name in ("Input", "Saliency", "Integrated gradients", "Grad-CAM"):
        same((name, tab.run(strange, name)), (name, [64, 0]))
    tab.run("""
        const bytes = await (await fetch("datasets/colours/rows/2/image")).blob();
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], "one.png", { type: "image/png" }));
        const field = document.getElementById("file");
        field.files = transfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
    """)
    tab.until("return !location.hash.includes('row=') && document.querySelector('main').innerText.includes('Your own input.')", "the dropped picture")
    tab.settle()
    if "b64" not in (last_request(tab, "gradients") or {}).get("instance", {}):
        raise AssertionError("the dropped picture is not what was sent")
    tab.quiet()


def the_graph_is_walked(tab, server):
    """Next goes through the values, then back through the derivatives; operations have their rules."""
    tab.go(f"#/inside/digits-cnn/graph?{AT}")
    tab.until("return document.querySelectorAll('.operations .node').length === 6", "the layers")
    tab.click("button", "Next")
    tab.until("return document.querySelector('.node[data-mark=now]').textContent.startsWith('Input') && document.querySelector('output[for=step]').textContent === 'forwards: value 1 of 6'", "the first node")
    tab.run("const one = document.getElementById('step'); one.value = '7'; one.dispatchEvent(new Event('input'))")
    tab.until("return document.querySelector('.node[data-mark=now]').textContent.startsWith('Dense') && document.querySelector('output[for=step]').textContent === 'backwards: derivative 1 of 6'", "the way back")
    tab.run("const one = document.getElementById('level'); one.value = 'operations'; one.dispatchEvent(new Event('change'))")
    tab.until("return document.querySelectorAll('.operations .node').length > 12", "the operations")
    tab.run("const one = [...document.querySelectorAll('.operations .node')].find((one) => one.textContent.startsWith('relu')); one.focus()")
    tab.press("\ue007")
    tab.until("return [...document.querySelectorAll('.formula code')].some((one) => one.textContent === 'backward: ā += ȳ where a > 0')", "the rule")
    tab.quiet()
    tab.go("#/inside/reader/graph?level=operations&expand=gru&row=reviews:train:1")
    tab.until("return document.querySelectorAll('.operations .node').length > 20", "the steps written out")
    tab.quiet()


def the_check_agrees_and_asks_for_a_target(tab, server):
    """Forward mode, backward mode and differences stand side by side; what is drawn needs a target."""
    tab.go(f"#/inside/digits-cnn/check?{AT}")
    tab.until("return document.querySelector('.answer-class')?.textContent === 'They agree'", "the verdict")
    rows = tab.run("return [...document.querySelectorAll('table[aria-label=\"Along one random direction of all weights\"] td')].map((one) => one.textContent)")
    answer = ask(server, "digits-cnn", "check", row=ROW)
    same([number(one) for one in rows], [answer["direction"][name] for name in ("forward", "reverse", "numerical")])
    if "least" not in tab.run("return document.querySelector('figure canvas').getAttribute('aria-label')"):
        raise AssertionError("the curve has no finding")
    x, y, width, _ = box_of(tab, "[aria-label=Drawing]")
    tab.pointer((x + 20, y + 20), "down", (x + width - 20, y + 20), "up")
    tab.until("return document.getElementById('wanted')", "the question for a target")
    tab.run("document.getElementById('wanted').focus()")
    tab.press("7", "\ue007")
    tab.until("return document.querySelector('.answer-class')?.textContent.startsWith('They ') && location.hash.includes('target=7')", "the verdict of the drawing")
    tab.quiet()


def what_is_not_there_is_told(tab, server):
    """A row past the end, a dataset that is gone, a view that isn't one, a layer that doesn't fit: in words, with a way on."""
    tab.go("#/inside/digits-cnn/activations?row=digits:test:99999")
    tab.until("return document.querySelector('[role=alert]')?.innerText.includes('there is no row 99999')", "the row")
    tab.go("#/inside/digits-cnn/activations?row=gone:test:0")
    tab.until("return document.querySelector('[role=alert]')?.innerText.includes('gone')", "the dataset")
    tab.go("#/inside/digits-cnn/dreams")
    tab.until("return document.querySelector('main').innerText.includes('There is no view “dreams”')", "the view")
    tab.click("main a", "All views")
    tab.until("return document.querySelectorAll('[role=tab]').length === 8", "the tabs")
    tab.go(f"#/inside/digits-cnn/gates?{AT}")
    tab.until("return document.querySelector('main').innerText.includes('This model has no recurrent layer')", "the missing gates")
    tab.go(f"#/inside/digits-cnn/activations?{AT}&version=77")
    tab.until("return document.querySelector('[role=alert]')?.innerText.includes('77')", "the version")
    tab.quiet("404")


def views_are_walked_by_keys_and_addresses(tab, server):
    """Arrow keys go from tab to tab; back and forward give the page as it was."""
    tab.go(f"#/inside/digits-cnn/activations?{AT}")
    tab.run("document.querySelector('[role=tab][aria-selected=true]').focus()")
    tab.press("\ue014")
    tab.until("return document.querySelector('[role=tab][aria-selected=true]').textContent === 'Kernels' && location.hash.startsWith('#/inside/digits-cnn/kernels') && location.hash.includes('row=digits')", "the next view")
    tab.until("const one = document.querySelector('[aria-label^=\"Filters of\"] [role=option]'); one?.focus(); return one", "the filters")
    tab.press("\ue014", "\ue014")
    tab.until("return location.hash.includes('filter=2') && document.activeElement.getAttribute('aria-selected') === 'true'", "the filter by keys")
    tab.click("nav a", "Learn")
    tab.until("return document.querySelector('h1').textContent === 'Learn'", "another page")
    tab.run("history.back()")
    tab.until("return document.querySelector('[role=tab][aria-selected=true]')?.textContent === 'Kernels' && document.querySelector('[role=option][aria-selected=true]')?.title === 'Filter 2'", "the view as it was")
    tab.go("#/inside")
    tab.until("return /^#\\/inside\\/.+/.test(location.hash) && document.querySelector('[role=tab]')", "the newest model")
    tab.quiet()


def hostile_words_stay_words_inside(tab, server):
    """Tokens, labels and columns that look like markup are shown as they are."""
    for address in ["#/inside/reader/gates", "#/inside/reader/attention", "#/inside/reader/gradients", "#/inside/hostile-model/gradients", "#/inside/hostile-model/activations", "#/inside/hostile-model/graph", "#/inside/%3Cimg%20src%3Dx%3E"]:
        tab.go(address)
        if "reader" in address:
            tab.run("const one = document.getElementById('input-text'); one.value = '<img src=x onerror=alert(1)> javascript:alert(1) <script>alert(2)</script>'; one.dispatchEvent(new Event('input', { bubbles: true }))")
            tab.until("return !location.hash.includes('row=')", "the text to be taken")
            tab.settle()
        same(tab.run("return document.querySelectorAll('main img:not([alt]), main script, main iframe').length"), 0)
        tab.quiet("404", "400")


ALL = [
    every_view_opens_with_a_row, a_pixel_shows_the_window_that_made_it, the_input_stays_while_views_and_versions_change, kept_epochs_are_versions_too,
    try_goes_on_inside, gates_are_computed_while_one_types, attention_tells_who_looks_at_whom, forward_and_backward_say_the_same,
    why_is_told_for_the_class_that_is_chosen, pictures_of_any_size_are_looked_into, the_graph_is_walked, the_check_agrees_and_asks_for_a_target, what_is_not_there_is_told,
    views_are_walked_by_keys_and_addresses, hostile_words_stay_words_inside,
]
