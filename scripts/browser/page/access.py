"""Tokens: none, a wrong one, one for reading, one for everything."""

from checks import same

READ, FULL = "reader-token-0123456789", "owner-token-0123456789"


def give(tab, token):
    """Types a token into the dialog, and uses it."""
    tab.until("return document.querySelector('dialog input[type=password]') === document.activeElement", "the dialog with its field")
    tab.run("document.getElementById('token').value = ''")
    tab.press(*token)
    tab.click("dialog button", "Use")


def token_is_asked_for_and_kept_to_the_field(tab, server):
    """A wrong token is refused beneath its field; a right one opens what was asked for, and is nowhere but in the tab."""
    tab.open(server.origin() + "/#/models")
    give(tab, "not-a-token")
    tab.until("return document.getElementById('token-error').textContent.includes(\"doesn't know\")", "the error")
    same(tab.run("return document.getElementById('token').getAttribute('aria-invalid')"), "true")
    give(tab, FULL)
    tab.until("return !document.querySelector('dialog') && document.querySelector('main').innerText.includes('line')", "the models")
    where = tab.run("return [location.href, document.title, document.cookie, JSON.stringify(localStorage), document.documentElement.outerHTML].join(' ')")
    if FULL in where:
        raise AssertionError("the token is in address, title, cookie, storage or document")
    same(tab.run("return Object.values(sessionStorage)"), [FULL])
    for name, parameters in tab.events():
        if name != "Network.requestWillBeSent":
            continue
        request = parameters["request"]
        fields = {key.lower(): value for key, value in request["headers"].items()}
        rest = str(request["url"]) + str(request.get("postData", "")) + str({k: v for k, v in fields.items() if k != "authorization"})
        if FULL in rest:
            raise AssertionError(f"the token is in a request beside its field: {request['url']}")
    tab.quiet("401", "422")


def forgotten_token_is_asked_for_again(tab, server):
    """"Forget token" takes it out of the tab."""
    tab.click("button", "Forget token")
    tab.until("return document.querySelector('dialog input[type=password]')", "the dialog")
    same(tab.run("return sessionStorage.length"), 0)
    tab.quiet("401", "422")


def reader_sees_all_and_changes_nothing(tab, server):
    """A token that may only read hides nothing, and disables what it may not do, saying why."""
    give(tab, READ)
    tab.until("return document.querySelector('main').innerText.includes('line')", "the models")
    tab.click("main a", "line")
    tab.until("return [...document.querySelectorAll('button')].some((one) => one.textContent === 'Delete')", "the model")
    for name in ("Train", "Delete"):
        found = tab.run("const one = [...document.querySelectorAll('button')].find((one) => one.textContent === given[0]); return [one.disabled, one.title]", name)
        same(found, [True, "This token may read, not change anything"])
    tab.quiet("401", "403")


def reader_looks_inside_and_learns(tab, server):
    """What changes nothing is open to a token that may only read: views and derivatives."""
    tab.go("#/inside/line/kernels", fresh=False)
    tab.until("return document.querySelector('main').innerText.includes('dense/kernel')", "the weights")
    tab.go("#/learn", fresh=False)
    tab.until("return document.querySelectorAll('.operations .node').length === 7", "the graph")
    tab.quiet("401", "403")


ALL = [token_is_asked_for_and_kept_to_the_field, forgotten_token_is_asked_for_again, reader_sees_all_and_changes_nothing, reader_looks_inside_and_learns]
