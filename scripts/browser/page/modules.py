"""The modules that know no network, by tables of cases: imported in the browser that they are for."""

from checks import same

CASES = [
    ("core/format.js", "metric", [
        ([2.345678], "2.346"), ([0.1], "0.1"), ([0.000012], "1.2e-05"), ([0], "0"), ([None], "NaN"), ([1234567], "1.235e+06"), ([-0.25], "−0.25"),
        ([99.999], "100"), ([12345.6], "12346"),
    ]),
    ("core/format.js", "count", [([1437], "1\u2009437"), ([0], "0"), ([1234567], "1\u2009234\u2009567"), ([None], "–")]),
    ("core/format.js", "bytes", [([512], "512\u2009B"), ([474472], "463\u2009KiB"), ([1536], "1.5\u2009KiB"), ([2**31], "2.0\u2009GiB")]),
    ("core/format.js", "duration", [([0.42], "0.4 s"), ([12], "12 s"), ([192], "3 min 12 s"), ([7500], "2 h 5 min"), ([3600], "1 h"), ([None], "–")]),
    ("core/format.js", "shape", [([[8, 8, 1]], "8 × 8 × 1"), ([[None, 3]], "any × 3"), ([[]], "one value"), ([{"a": [], "b": [2]}], "a, b 2")]),
    ("charts/ticks.js", "ticks", [
        ([[0, 1], 5], [0, 0.2, 0.4, 0.6, 0.8, 1]), ([[0.13, 2.4], 5], [0.5, 1, 1.5, 2]), ([[1, 6], 9, False, True], [1, 2, 3, 4, 5, 6]),
        ([[0.001, 10], 5, True], [0.001, 0.01, 0.1, 1, 10]), ([[1, 10000], 4], [5000, 10000]),
    ]),
    ("charts/scale.js", "extent", [
        ([[1, None, 3]], {"domain": [0.92, 3.08], "dropped": 0}), ([[-1, 0, 4], True], {"domain": [2, 8], "dropped": 2}),
        ([[]], {"domain": [0, 1], "dropped": 0}),
    ]),
    ("charts/cursor.js", "nearest", [([[1, 4, 9], 5], 1), ([[1, 4, 9], 8], 2), ([[], 3], -1), ([[1, 4], 2.5], 0)]),
    ("core/router.js", "parse", [(["#main"], None)]),
    ("core/router.js", "link", [
        ([["jobs", "17,18"], {"y": "log", "smooth": None}], "#/jobs/17,18?y=log"), ([["datasets", "a/b"]], "#/datasets/a%2Fb"),
    ]),
    ("parts/form.js", "segments", [(["/a~1b/0/m~0n"], ["a/b", "0", "m~n"])]),
    ("parts/form.js", "fieldOf", [
        (["/optimizer/learning_rate", ["/epochs", "/optimizer/learning_rate"]], "/optimizer/learning_rate"),
        (["/metrics/0", ["/metrics"]], "/metrics"), (["/optimizer", ["/optimizer/type"]], "/optimizer/type"), (["/data", ["/epochs"]], None),
    ]),
    ("parts/schema.js", "distinct", [([["Adam", "adam", "mean_squared_error", "mse", "MeanSquaredError"]], ["Adam", "mean_squared_error", "mse"])]),
    ("parts/schema.js", "fieldsOf", [
        ([{"properties": {
            "epochs": {"type": "integer", "minimum": 1, "maximum": 9, "default": 1}, "shuffle": {"type": "boolean", "default": True},
            "rate": {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "null"}], "description": "How far"},
            "stop": {"anyOf": [{"$ref": "#/components/schemas/Stop"}, {"type": "null"}]},
            "keep": {"anyOf": [{"const": "all"}, {"type": "integer", "minimum": 1}]}, "skipped": {},
        }}, {"Stop": {"type": "object", "properties": {"mode": {"type": "string", "enum": ["min", "max"], "default": "min"}}}}, {"skips": ["/skipped"]}], [
            # The browser is given members in the order of their names.
            {"pointer": "/epochs", "label": "Epochs", "hint": "1 to 9, default 1", "value": "", "kind": "integer"},
            {"pointer": "/keep", "label": "Keep", "hint": "\"all\" or at least 1", "value": "", "kind": "word"},
            {"pointer": "/rate", "label": "Rate", "hint": "How far; above 0", "value": "", "kind": "number"},
            {"pointer": "/shuffle", "label": "Shuffle", "hint": "", "value": "", "kind": "boolean",
             "options": [["", "yes (default)"], ["true", "yes"], ["false", "no"]]},
            {"pointer": "/stop/mode", "label": "Stop: mode", "hint": "", "value": "", "kind": "select", "options": [["", "min (default)"], "min", "max"]},
        ]),
    ]),
    ("parts/sound.js", "peaksOf", [([[0, 1, -1, 0.5, 0, 0], 3], [[0, 1], [-1, 0.5], [0, 0]]), ([[0.5], 4], [[0.5, 0.5]])]),
    ("parts/picture.js", "curvesOf", [
        ([[1, 2, 3, 4]], [[1, 2, 3, 4]]), ([[[1, 5], [2, 6], [3, None], [4, 8]]], [[1, 2, 3, 4], [5, 6, None, 8]]), ([[[1, 2], [3]] * 2], None), (["abcd"], None),
    ]),
    ("parts/picture.js", "isPicture", [([[[0] * 8] * 8], True), ([[[0] * 3] * 24], False), ([[[[0]] * 8] * 8], True), ([[1, 2]], False)]),
    ("charts/parallel.js", "axisOf", [
        ([{"name": "units", "values": [32, 64, 32]}], {
            "name": "units", "numbers": [32, 64, 32], "words": [], "isLog": False, "domain": [30.72, 65.28], "marks": [[32, "32"], [64, "64"]]}),
        ([{"name": "rule", "values": ["SGD", {"type": "Adam"}, "SGD"]}], {
            "name": "rule", "numbers": [0, 1, 0], "words": ["SGD", '{"type":"Adam"}'], "isLog": False, "domain": [-0.04, 1.04],
            "marks": [[0, "SGD"], [1, '{"type":"Adam"']]}),
    ]),
    ("pages/jobs/norms.js", "layersOf", [([["a/kernel", "a/bias", "b/cell/kernel", "c"]], ["a", "b/cell", "c"])]),
    ("pages/jobs/norms.js", "sums", [
        ([{"tensors": ["a/kernel", "a/bias", "b/kernel"], "epoch": [1, 2], "update": [[3, 0], [4, 1], [2, None]]}, "update"],
         [{"name": "a", "values": [5, 1]}, {"name": "b", "values": [2, None]}]),
    ]),
    ("core/events.js", "cut", [
        (["id: 7\nevent: epoch\ndata: {}\n\n: waiting\n\nid: 8\nev"], {"events": [{"id": "7", "name": "epoch", "data": "{}"}], "rest": "id: 8\nev"}),
    ]),
    ("pages/models/difference.js", "lineDifference", [
        ([["a", "b", "c"], ["a", "x", "c"]], [
            {"kind": "same", "line": "a"}, {"kind": "gone", "line": "b"}, {"kind": "new", "line": "x"}, {"kind": "same", "line": "c"},
        ]),
    ]),
    ("pages/models/new.js", "argumentsOf", [(['units: 10, activation: "relu"'], {"units": 10, "activation": "relu"}), (["units 10"], None)]),
    ("pages/experiments/space.js", "listOf", [
        (["0.001, 1e-2"], [0.001, 0.01]), (["Adam, SGD"], ["Adam", "SGD"]), (['{"type": "Adam"}, "SGD"'], [{"type": "Adam"}, "SGD"]), (["relu, 3"], ["relu", 3]), ([" "], []),
    ]),
    ("pages/experiments/space.js", "spaceOf", [
        ([[{"place": " /training/epochs", "rule": "int", "given": "1, 8"}, {"place": "", "rule": "choice", "given": "1"}]], {"/training/epochs": {"int": [1, 8]}}),
    ]),
    ("pages/experiments/space.js", "isAt", [
        (["/space/~1training~1epochs/int", "/training/epochs"], True), (["/space/~1training~1epochs", "/training/epochs"], True), (["/space/~1training~1epochs2", "/training/epochs"], False),
    ]),
    ("pages/experiments/space.js", "placesIn", [
        ([{"layers": [{"type": "Rescaling", "name": "r", "scale": 0.5}, {"type": "Dense", "units": 3, "activation": "relu", "inputs": ["r"]}]}],
         ["/model/layers/0/scale", "/model/layers/1/activation", "/model/layers/1/units"]),
    ]),
    ("pages/jobs/headline.js", "headline", [
        ([{"loss": 1, "accuracy": 0.5, "val_accuracy": 0.4}], {"name": "val_accuracy", "value": 0.4}), ([{"loss": 1}], None),
    ]),
    ("charts/matrix.js", "matrixFinding", [
        ([[[5, 1], [0, 4]], ["a", "b"]], "Confusion matrix: 9 of 10 rows right; most often a was taken for b, 1 times"),
    ]),
]


def pure_modules(tab, server):
    """Each function gives what its cases say."""
    hold(tab, CASES)


def hold(tab, tables):
    """Raises where a function of a module gives something else than its cases say."""
    tab.go("#/system")
    for module, name, cases in tables:
        for given, expected in cases:
            found = tab.run(
                "const base = new URL('.', document.querySelector('script[src]').src);"
                "const module = await import(new URL(given[0], base)); return module[given[1]](...given[2]) ?? null",
                module, name, given,
            )
            if isinstance(found, dict) and "domain" in found:
                found["domain"] = [round(x, 6) for x in found["domain"]]
            same((name, given, found), (name, given, expected))


def networks_are_laid_out(tab, server):
    """Ranks follow the longest way from the input; a long chain of like blocks is folded; a graph stays bounded."""
    found = tab.run("""
        const base = new URL('.', document.querySelector('script[src]').src);
        const { folded, layered, nodesOf } = await import(new URL("charts/layering.js", base));
        const branch = layered(nodesOf([{ name: "x", type: "InputLayer" }, { name: "a", type: "Dense" },
            { name: "b", type: "Dense", inputs: ["x"] }, { name: "c", type: "Dense", inputs: ["b"] }, { name: "add", type: "Add", inputs: ["a", "c:1"] }]));
        const chain = [...Array(2000)].map((_, index) => ({ name: `l${index}`, type: ["Conv2D", "BatchNormalization", "ReLU"][index % 3] }));
        const start = performance.now();
        const boxes = folded(nodesOf(chain));
        layered(boxes);
        return [["x", "a", "b", "c", "add"].map((name) => branch.places.get(name).rank), boxes.length, boxes[0].members.length, performance.now() - start];
    """)
    same(found[0], [0, 1, 1, 2, 3])
    if found[1] > 10 or found[2] < 1900 or found[3] > 200:
        raise AssertionError(f"2,000 layers became {found[1]} boxes, the first of {found[2]}, in {found[3]} ms")


ALL = [pure_modules, networks_are_laid_out]
