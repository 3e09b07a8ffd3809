"""Every page in both themes and two widths: nothing runs over, can't be read, has no name, or is refused."""

from tab import picture

# The short form looks at two of the four.
VIEWS = [("light", 1280, 800), ("dark", 360, 740), ("dark", 1280, 800), ("light", 360, 740)]


def addresses(server):
    """Every page of a filled server, with its name."""
    return {
        "jobs": "#/jobs", "job": f"#/jobs/{server.digits}?smooth=0.5", "compared": f"#/jobs/{server.digits},{server.second}",
        "diverged": f"#/jobs/{server.diverged}?y=log", "paused": f"#/jobs/{server.paused}", "models": "#/models",
        "new-model": "#/models?new=1", "model": "#/models/digits-cnn", "versions": "#/models/digits-cnn?tab=versions",
        "code": "#/models/digits-cnn?tab=code", "data": "#/datasets", "pictures": "#/datasets/digits", "table": "#/datasets/boat",
        "series": "#/datasets/sunspots", "draw": "#/try/digits-cnn", "form": "#/try/boat-model", "write": "#/try/poet",
        "experiments": "#/experiments", "system": "#/system", "nowhere": "#/nowhere",
    }


def empty_addresses():
    """The pages of a server that has nothing yet."""
    return {"jobs": "#/jobs", "models": "#/models", "data": "#/datasets", "try": "#/try", "experiments": "#/experiments"}


def gone_addresses():
    """Pages of things that are not there, which say so."""
    return {"job": "#/jobs/999", "model": "#/models/none", "data": "#/datasets/none", "try": "#/try/none"}


def check(checks, tab, kind, pages, folder, is_long, errors=()):
    """Looks at pages in every theme and width."""
    views = VIEWS if is_long else VIEWS[:2]
    for theme, width, height in views:
        tab.theme(theme)
        tab.size(width, height)
        for name, address in pages.items():
            checks.one(f"{kind}: {name}, {theme}, {width} px", one, tab, address, errors, theme == "light" or is_long)
            picture(tab, folder, f"{kind}-{name}-{theme}-{width}")


def one(tab, address, errors, asks_axe):
    """One page, as it stands once it is there."""
    tab.go(address)
    tab.audit()
    if asks_axe:
        tab.axe()
    tab.quiet(*errors)
