"""Every page in both themes and two widths: nothing runs over, can't be read, has no name, or is refused."""

from tab import picture

# The short form looks at two of the four.
VIEWS = [("light", 1280, 800), ("dark", 360, 740), ("dark", 1280, 800), ("light", 360, 740)]


def addresses(server):
    """Every page of a filled server, with its name."""
    return {
        "jobs": "#/jobs", "job": f"#/jobs/{server.digits}?smooth=0.5", "compared": f"#/jobs/{server.digits},{server.second}",
        "norms": f"#/jobs/{server.normed}?by=time", "diverged": f"#/jobs/{server.diverged}?y=log", "paused": f"#/jobs/{server.paused}", "models": "#/models",
        "new-model": "#/models?new=1", "model": "#/models/digits-cnn", "versions": "#/models/digits-cnn?tab=versions",
        "moved": "#/models/digits-cnn?tab=versions&of=2&minus=1", "code": "#/models/digits-cnn?tab=code", "data": "#/datasets", "pictures": "#/datasets/digits", "table": "#/datasets/boat",
        "series": "#/datasets/sunspots", "waves": "#/datasets/waves", "sounds": "#/datasets/sounds", "draw": "#/try/digits-cnn", "form": "#/try/boat-model", "write": "#/try/poet",
        "experiments": "#/experiments", "new-experiment": "#/experiments?new=1", "experiment": "#/experiments/search", "system": "#/system", "nowhere": "#/nowhere",
        "feature-maps": "#/inside/digits-cnn/activations?layer=conv2d&channel=7&row=digits:test:3",
        "kernels": "#/inside/kept-cnn/kernels?layer=second&filter=1&minus=0", "why": "#/inside/digits-cnn/gradients?row=digits:test:3",
        "why-words": "#/inside/reader/gradients?row=reviews:train:1", "why-table": "#/inside/boat-model/gradients?row=boat:train:5",
        "what-if": "#/inside/digits-cnn/sensitivities?row=digits:test:3", "gates": "#/inside/reader/gates?row=reviews:train:1",
        "gates-series": "#/inside/cells/gates?row=sunspots:test:2", "gates-letters": "#/inside/poet/gates?row=poem:train:0",
        "attention": "#/inside/reader/attention?row=reviews:train:1", "graph": "#/inside/digits-cnn/graph?row=digits:test:3",
        "operations": "#/inside/reader/graph?level=operations&expand=gru&row=reviews:train:1", "check": "#/inside/digits-cnn/check?row=digits:test:3",
        "no-gates": "#/inside/digits-cnn/gates?row=digits:test:3", "not-trained": "#/inside/wide/kernels", "learn": "#/learn", "docs": "#/docs",
        "doc": "#/docs/views/gates", "picture": "#/inside/eye/gradients?row=colours:train:1",
    }


def empty_addresses():
    """The pages of a server that has nothing yet."""
    return {"jobs": "#/jobs", "models": "#/models", "data": "#/datasets", "try": "#/try", "inside": "#/inside", "learn": "#/learn", "experiments": "#/experiments"}


def gone_addresses():
    """Pages of things that are not there, which say so."""
    return {"job": "#/jobs/999", "model": "#/models/none", "data": "#/datasets/none", "try": "#/try/none", "inside": "#/inside/none", "row": "#/inside/digits-cnn/activations?row=gone:test:3", "docs": "#/docs/none"}


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
