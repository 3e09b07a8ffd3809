"""What people do on the page: watch, break off, go back, use keys, draw."""

import json

from checks import same
from samples import DIGITS_TRAINING, HOSTILE

# Some tens of epochs a second, for as long as it takes.
LONG = DIGITS_TRAINING | {"epochs": 10**5}


def the_list_is_live(tab, server):
    """A job that is posted elsewhere appears, and its epoch moves, without a reload."""
    tab.go("#/jobs")
    tab.run("globalThis.mark = 1")
    job = server.train("running", **LONG)
    row = f"[...document.querySelectorAll('[role=row]')].find((row) => row.querySelector('a')?.textContent === '{job}')"
    tab.until(f"return {row}?.innerText.includes('running')", "the row of the job")
    first = tab.run(f"return {row}.querySelector('.c-epoch').innerText")
    tab.until(f"return {row}.querySelector('.c-epoch').innerText !== {json.dumps(first)}", "another epoch")
    tab.until(f"return /^Job {job} running$/.test(document.getElementById('announcer').textContent)", "the announcement")
    server.must("POST", f"/jobs/{job}/cancel")
    tab.until(f"return {row}.innerText.includes('cancelled')", "the end of the job")
    same(tab.run("return globalThis.mark"), 1)
    tab.quiet()


def a_job_is_live_and_obeys(tab, server):
    """Curves grow; Pause, Resume, Cancel and Delete do what they say."""
    job = server.train("running", **LONG)
    tab.go(f"#/jobs/{job}")
    name = "return document.querySelector('figure canvas')?.getAttribute('aria-label')"
    first = tab.until(name, "the curve")
    tab.until(f"return ({name.removeprefix('return ')}) !== {json.dumps(first)}", "a longer curve")
    tab.click("button", "Pause")
    tab.until("return document.querySelector('dl .state').textContent === 'paused'", "the pause")
    tab.click("button", "Resume")
    tab.until("return document.querySelector('dl .state').textContent === 'running'", "the job to go on")
    tab.click("button", "Cancel")
    tab.click("dialog button", "Cancel the job")
    tab.until("return document.querySelector('dl .state').textContent === 'cancelled'", "the end")
    tab.click("button", "Delete")
    tab.click("dialog button", "Delete the job")
    tab.until("return location.hash === '#/jobs' && document.querySelector('[role=grid]')", "the list")
    same(server.call("GET", f"/jobs/{job}")[0], 404)
    tab.quiet()


def a_lost_server_is_told_and_found_again(tab, server):
    """A bar tells of the lost connection; what happened meanwhile is there when the server is back."""
    tab.go("#/jobs")
    rows = tab.run("return document.querySelectorAll('.grid-body [role=row]').length")
    server.kill()
    tab.until("return /^Not connected since \\d\\d:\\d\\d, trying again$/.test(document.getElementById('stale').textContent)", "the bar")
    same(tab.run("return document.querySelectorAll('.grid-body [role=row]').length"), rows)
    server.start()
    job = server.train(**(LONG | {"epochs": 2}))
    tab.until("return document.getElementById('stale').hidden", "the bar to go", 60)
    tab.until(f"return [...document.querySelectorAll('.grid-body a')].filter((a) => a.textContent === '{job}').length === 1", "the new job")
    tab.console()


def a_region_that_failed_is_tried_again(tab, server):
    """An error names what is wrong and the request; Retry asks again."""
    tab.go("#/jobs/999")
    text = tab.until("return document.querySelector('[role=alert]')?.innerText", "the error")
    if "999" not in text or "Request " not in text or "Retry" not in text:
        raise AssertionError(text)
    tab.click("[role=alert] button", "Retry")
    tab.until("return document.querySelector('[role=alert]')?.innerText.includes('999')", "the error again")
    tab.quiet("404")


def hostile_words_stay_words(tab, server):
    """Headers, cells and labels that look like markup are shown as they are, on every page that has them."""
    for address in [
        "#/datasets/hostile", "#/datasets", "#/models/hostile-model", "#/models/hostile-model?tab=definition", "#/try/hostile-model",
        f"#/jobs/{server.hostile}", "#/jobs", "#/models/hostile-model?tab=tensors", "#/models/hostile-model?tab=versions&of=1&minus=0",
        "#/models?new=1", "#/models", "#/experiments",
        "#/experiments/search", "#/system", "#/datasets/" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "#/try/%3Cimg%20src%3Dx%3E",
        "#/experiments/%3Cimg%20src%3Dx%3E", "#/jobs/%3Cimg%20src%3Dx%3E", "#/models/" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "#/%3Cscript%3Ealert(1)",
    ]:
        tab.go(address)
        same(tab.run("return [document.querySelectorAll('main img:not([alt]), main script, main iframe').length, globalThis.alerted ?? null]"), [0, None])
        tab.quiet("404", "400", "422")
    tab.go("#/datasets/hostile")
    tab.until("return document.querySelector('main').innerText.includes(given[0])".replace("given[0]", json.dumps(HOSTILE[:20])), "the words")
    tab.go("#/datasets")
    tab.until("return document.getElementById('file')", "the file field")
    tab.run("""
        const transfer = new DataTransfer();
        transfer.items.add(new File(['a,"<img src=x onerror=alert(3)>"\\n1,2\\n3,4\\n'], "<img src=x onerror=alert(4)>.csv", { type: "text/csv" }));
        const field = document.getElementById("file");
        field.files = transfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
    """)
    tab.until("const text = document.querySelector('main').innerText; return text.includes('alert(3)') && text.includes('alert(4)')", "the preview")
    tab.go(f"#/jobs/{server.hostile}")
    tab.click("button", "Evaluate")
    tab.until("return document.querySelector('table[aria-label=Classes]')?.innerText.includes('onerror')", "the label")
    tab.quiet()


def addresses_are_kept(tab, server):
    """Deep links, reload, back and forward give the same heading, settings and selection."""
    tab.go(f"#/jobs/{server.digits}?y=log&smooth=0.6")
    state = "return [document.querySelector('h1').textContent, document.getElementById('log-y')?.checked, document.getElementById('smoothing')?.value]"
    expected = [f"Job {server.digits}", True, "0.6"]
    same(tab.until("return document.getElementById('smoothing')?.value", "the slider") and tab.run(state), expected)
    tab.click("nav a", "Models")
    tab.until("return document.querySelector('h1').textContent === 'Models'", "the models")
    tab.until("return document.activeElement === document.querySelector('h1')", "the focus on the heading")
    tab.click("main a", "digits-cnn")
    tab.until("return document.title === 'Model digits-cnn – Trainyard'", "the model")
    tab.run("history.go(-2)")
    tab.until("return document.getElementById('smoothing')?.value", "the job again")
    same(tab.run(state), expected)
    tab.run("location.reload()")
    tab.until("return document.getElementById('smoothing')?.value", "the job after a reload")
    same(tab.run(state), expected)
    tab.run("history.forward()")
    tab.until("return document.querySelector('h1').textContent === 'Models'", "the models again")
    tab.quiet()


def curves_are_read_by_keys(tab, server):
    """A chart's cursor moves by arrows, + zooms, 0 shows the whole; Table shows the same numbers."""
    tab.go(f"#/jobs/{server.digits}")
    tab.until("return document.querySelector('figure canvas')?.getAttribute('aria-label')?.includes('loss fell from')", "the curve")
    tab.run("document.querySelector('figure canvas').focus()")
    tab.press("\ue011", "\ue014")
    tab.until("return document.querySelector('.values').textContent.startsWith('epoch 2: loss ')", "the cursor")
    tab.press("+")
    tab.until("return /from=\\d+&to=\\d+/.test(location.hash)", "the zoom")
    tab.press("0")
    tab.until("return !location.hash.includes('from=')", "the whole")
    tab.click("button", "Table of loss")
    tab.until("return document.querySelectorAll('table[aria-label=loss] tbody tr').length === 6", "the table")
    same(tab.run("return document.querySelector('table[aria-label=loss] tbody td').textContent"), "1")
    tab.quiet()


def a_form_names_its_faults(tab, server):
    """A fault that the server finds stands at the field that its pointer names, which gets the focus."""
    tab.go("#/jobs")
    tab.click("button", "New job")
    tab.until("return document.querySelector('dialog [role=status]')?.textContent.includes('an epoch')", "the estimate")
    script = "const label = [...document.querySelectorAll('dialog label')].find((one) => one.textContent === given[0]); return label.htmlFor"
    field = tab.run(script, "Epochs")
    tab.run("const one = document.getElementById(given[0]); one.value = 'many'; one.dispatchEvent(new Event('input', { bubbles: true }))", field)
    fault = "document.getElementById(" + json.dumps(field) + ").getAttribute('aria-invalid') === 'true' && document.getElementById(" + json.dumps(field + "-fault") + ").textContent"
    tab.until(f"return {fault}", "the fault")
    tab.click("dialog button", "Train")
    tab.until(f"return document.activeElement.id === {json.dumps(field)}", "the focus")
    tab.press("\ue00c")
    tab.until("return !document.querySelector('dialog') && document.activeElement.textContent === 'New job'", "the focus to come back")
    tab.quiet("422")


def every_control_is_reached_by_tab(tab, server):
    """Tab goes through each page: every control once, in sight, with a focus that is seen."""
    tab.size(1280, 800)
    for address in [
        "#/jobs", f"#/jobs/{server.digits}", "#/models", "#/models/digits-cnn", "#/datasets/boat", "#/try/digits-cnn", "#/system",
        "#/inside/digits-cnn/activations?layer=conv2d&channel=7&row=digits:test:3", "#/inside/reader/gates?row=reviews:train:1", "#/inside/digits-cnn/graph?row=digits:test:3",
        "#/learn", "#/docs/views",
    ]:
        tab.go(address)
        wanted = tab.run("""
            const all = [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")];
            const seen = all.filter((one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility() && !one.closest("dialog"));
            seen.forEach((one, index) => { one.dataset.order = index; });
            document.activeElement.blur();
            return seen.length;
        """)
        reached = []
        for _ in range(wanted + 25):
            tab.press("\ue004")
            found = tab.run("""
                const one = document.activeElement;
                if (one === document.body) return null;
                const style = getComputedStyle(one), box = one.getBoundingClientRect(), rect = one.querySelector?.(":scope > rect");
                const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || rect && parseFloat(getComputedStyle(rect).strokeWidth) >= 2;
                // What came or was made anew since then is numbered as it is reached.
                one.dataset.order ??= `later ${globalThis.later = (globalThis.later ?? 0) + 1}`;
                return [one.dataset.order, isMarked, box.bottom > 0 && box.top < innerHeight, one.outerHTML.slice(0, 120)];
            """)
            if found is None:
                break
            if not found[1] or not found[2]:
                raise AssertionError(f"{address}: the focus is not to be seen at {found[3]}")
            reached.append(found[0])
        here = tab.run("return [...document.querySelectorAll('[data-order]')].map((one) => one.dataset.order)")
        missing = [order for order in map(str, range(wanted)) if order not in reached and order in here]
        if missing:
            text = tab.run("return document.querySelector(`[data-order='${given[0]}']`)?.outerHTML.slice(0, 200)", missing[0])
            raise AssertionError(f"{address}: {len(missing)} of {wanted} controls are not reached by Tab, such as {text}")
        if len(set(reached)) != len(reached):
            twice = next(order for order in reached if reached.count(order) > 1)
            text = tab.run("return document.querySelector(`[data-order='${given[0]}']`)?.outerHTML.slice(0, 200)", twice)
            raise AssertionError(f"{address}: a control is reached twice: {text}")


def the_list_is_walked_by_arrows(tab, server):
    """Arrow keys move through the list of jobs; Enter on a job opens it."""
    tab.go("#/jobs")
    tab.run("document.querySelector('[role=grid]').focus()")
    tab.press("\ue015", "\ue015")
    tab.until("return document.activeElement.closest('[role=row]')?.getAttribute('aria-rowindex') === '3'", "the second row")
    name = tab.run("return document.activeElement.textContent")
    tab.press("\ue007")
    tab.until(f"return document.querySelector('h1').textContent === 'Job {name}'", "the job")
    tab.quiet()


def six_tabs_stay_alive(tab, server):
    """Six tabs of one browser at once: each goes on showing what happens."""
    tab.go("#/jobs")
    first = tab._call("GET", "/window")
    windows = [first]
    for _ in range(5):
        windows.append(tab._call("POST", "/window/new", {"type": "tab"})["handle"])
        tab._call("POST", "/window", {"handle": windows[-1]})
        tab.open(server.origin() + "/#/jobs")
        tab.until("return document.querySelector('[role=grid]')", "the list")
    job = server.train("running", **LONG)
    try:
        for window in windows:
            tab._call("POST", "/window", {"handle": window})
            tab.until(f"return [...document.querySelectorAll('.grid-body a')].some((a) => a.textContent === '{job}')", "the job in each tab")
    finally:
        server.must("POST", f"/jobs/{job}/cancel")
        for window in windows[1:]:
            tab._call("POST", "/window", {"handle": window})
            tab._call("DELETE", "/window")
        tab._call("POST", "/window", {"handle": first})


def an_upload_is_previewed_and_stored(tab, server):
    """A file that is chosen shows what was recognised; a type is overridden; Store goes to the data."""
    tab.go("#/datasets")
    tab.until("return document.getElementById('file')", "the file field")
    tab.run("""
        const transfer = new DataTransfer();
        transfer.items.add(new File(["a;b;zip\\n1,5;x;0800\\n2,5;y;0900\\n3,5;x;0700\\n"], "my table.csv", { type: "text/csv" }));
        const field = document.getElementById("file");
        field.files = transfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
    """)
    tab.until("return document.querySelector('main').innerText.includes('separator “;”')", "the preview")
    tab.run("const select = document.querySelector('select[aria-label=\"Type of zip\"]'); select.value = 'category'; select.dispatchEvent(new Event('change'))")
    tab.until("return document.querySelector('main').innerText.includes('0800')", "the type to be taken")
    tab.click("button", "Store")
    tab.until("return document.querySelector('h1').textContent === 'Data my-table'", "the data")
    same([c["type"] for c in server.must("GET", "/datasets/my-table")["columns"]], ["number", "category", "category"])
    tab.quiet()


def three_minutes(tab, server):
    """By mouse alone: the built-in digits trained, a digit drawn and recognised, its feature maps seen."""
    tab.go("#/")
    tab.click("main button", "Train the built-in digits")
    tab.until("return document.querySelector('dl .state')?.textContent === 'succeeded'", "the training", 120)
    tab.until("return document.querySelector('.matrix canvas')?.getAttribute('aria-label')?.startsWith('Confusion matrix: ')", "the matrix")
    tab.click("main a", "Try this model")
    box = tab.until("const one = document.querySelector('[aria-label=Drawing]')?.getBoundingClientRect(); return one && [one.x, one.y, one.width, one.height]", "the board")
    x, y, width, height = box
    points = [(3.0, 2.0), (4.2, 1.0), (4.2, 3.0), (4.2, 5.0), (4.2, 7.2)]
    tab.pointer(*[step for at, place in enumerate(points) for step in ([(x + place[0] * width / 8, y + place[1] * height / 8)] + (["down"] if at == 0 else []))], "up")
    tab.until("return document.querySelector('section .answer-class')?.textContent === '1'", "a one to be recognised")
    same(tab.run("return document.querySelector('.answer-class').closest('section').querySelector('h2').textContent"), "Answer")
    tab.click("main a", "Look inside")
    tab.click("[aria-label='Channels of conv2d'] [role=option]", "Channel 2 of conv2d")
    maps = "const all = document.querySelectorAll('.pixel .heat canvas')"
    x, y, width, height = tab.until(f"{maps}; all[1]?.scrollIntoView({{ block: 'center' }}); const box = all[1]?.getBoundingClientRect(); return box?.width > 20 && [box.x, box.y, box.width, box.height]", "a feature map")
    tab.pointer((x + width * 0.55, y + height * 0.45))
    tab.until("return document.querySelector('.pixel .products')?.innerText.includes('Kernel') && /^relu\\(.* = \\S+$/.test([...document.querySelectorAll('.pixel .formula code')].at(-1).textContent)", "the window and its kernel")
    tab.click("main a", "Try")
    tab.until("return document.querySelector('section .answer-class')?.textContent === '1'", "the drawing again")
    tab.click("button", "Clear")
    tab.until("return !document.querySelector('.answer-class')", "the board to be cleared")
    tab.quiet()


def text_is_generated_token_by_token(tab, server):
    """A model that says what comes next writes on."""
    tab.go("#/try/poet")
    tab.until("return document.querySelector('form input')?.value === 'the cat sat on t'", "a beginning")
    tab.click("button", "Generate")
    tab.until("return /^\\d+ tokens, ended by /.test(document.querySelector('.generated + .note')?.textContent)", "the text")
    tab.quiet()


ALL = [
    the_list_is_live, a_job_is_live_and_obeys, a_region_that_failed_is_tried_again, hostile_words_stay_words, addresses_are_kept,
    curves_are_read_by_keys, a_form_names_its_faults, every_control_is_reached_by_tab, the_list_is_walked_by_arrows, six_tabs_stay_alive,
    an_upload_is_previewed_and_stored, text_is_generated_token_by_token, a_lost_server_is_told_and_found_again,
]
