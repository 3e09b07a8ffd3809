"""The pure modules of Inside, Learn and the docs, by tables of cases."""

import modules

SAME = {"padding": "same", "strides": 1}
CASES = [
    ("inside/window.js", "windowOf", [
        ([SAME, [8, 8], [3, 3], [0, 5]], {"start": [-1, 4], "size": [3, 3], "dilation": [1, 1], "reach": [3, 3]}),
        ([{"padding": "same", "strides": [2, 2]}, [8, 8], [3, 3], [1, 1]], {"start": [2, 2], "size": [3, 3], "dilation": [1, 1], "reach": [3, 3]}),
        ([{"padding": "valid", "strides": 2, "dilation_rate": 2}, [9], [3], [1]], {"start": [2], "size": [3], "dilation": [2], "reach": [5]}),
        ([{"padding": "causal"}, [9], [3], [4]], {"start": [2], "size": [3], "dilation": [1], "reach": [3]}),
    ]),
    ("inside/window.js", "productsIn", [
        # A step of one dimension, two channels and two filters, at the edge.
        ([{"type": "Conv1D", "padding": "same"}, {"shape": [3, 2], "values": [1, 2, 3, 4, 5, 6]}, {"shape": [3, 2, 2], "values": list(range(12))}, [0], 1], {
            "window": {"start": [-1], "size": [3], "dilation": [1], "reach": [3]},
            "channels": [{"channel": 0, "input": [0, 1, 3], "kernel": [1, 5, 9], "sum": 32}, {"channel": 1, "input": [0, 2, 4], "kernel": [3, 7, 11], "sum": 58}],
            "sum": 90,
        }),
        ([{"type": "DepthwiseConv2D", "padding": "valid"}, {"shape": [1, 1, 2], "values": [3, 5]}, {"shape": [1, 1, 2, 2], "values": [1, 2, 3, 4]}, [0, 0], 3], {
            "window": {"start": [0, 0], "size": [1, 1], "dilation": [1, 1], "reach": [1, 1]}, "channels": [{"channel": 1, "input": [5], "kernel": [4], "sum": 20}], "sum": 20,
        }),
    ]),
    ("inside/tokens.js", "tokensOf", [
        ([[{"type": "TextVectorization", "definition": {"split": "whitespace", "standardize": "lower_and_strip_punctuation", "output_sequence_length": 4}}], "Good, good!", 4], ["good", "good", "–", "–"]),
        ([[{"type": "TextVectorization", "definition": {"split": "character", "standardize": None}}], "ab c", 4], ["a", "b", " ", "c"]),
        ([[{"type": "TextVectorization", "definition": {"split": "whitespace", "ngrams": 2}}], "a b", 3], None), ([[], [1, 2], 2], None),
    ]),
    ("inside/recurrence.js", "partsAt", [
        ([{"steps": 2, "units": 1, "gates": {"z": {"values": [0.5, 0.25]}, "r": {"values": [1, 1]}, "candidate": {"values": [1, -1]}}, "states": {"h": {"values": [0.5, -0.625]}}, "initial": {"h": [0]}}, 1, 0], {
            "terms": [{"name": "z·h[t−1], kept", "value": 0.125, "kind": "old"}, {"name": "(1−z)·candidate, new", "value": -0.75, "kind": "new"}],
            "sentence": "At step 1, over all 1 units, z lets 25 % of the old state through, and r 100 % of it into the candidate.",
            "lines": ["h[1] = 0.25·0.5 + (1 − 0.25)·(−1) = 0.125 + (−0.75) = −0.625"],
        }),
    ]),
    ("inside/formula.js", "digits", [([0.10000000149011612], "0.1"), ([-0.11992653], "−0.11992653"), ([3], "3")]),
    ("charts/arrays.js", "indexOf", [([7, [2, 2, 2]], [1, 1, 1]), ([3, [5]], [3])]),
    ("charts/arrays.js", "rangeOf", [([[1, None, -2]], {"low": -2, "high": 1, "isSigned": True}), ([[]], {"low": 0, "high": 0, "isSigned": False})]),
    ("charts/arrays.js", "sumsOverLast", [([{"shape": [2, 2], "values": [1, 2, 3, 4]}], [3, 7])]),
    ("pages/inside/sample.js", "rowOf", [(["a:b:test:3"], {"dataset": "a:b", "part": "test", "index": 3}), (["digits"], None), ([None], None)]),
    ("pages/learn/words.js", "functionsOf", [(["y = x\n\n2*x; z=1"], {"y": "x", "y1": "2*x", "z": "1"})]),
    ("pages/learn/words.js", "variablesOf", [([["x1*exp(b) + 1e-3*x1", "2.5e2 - e"]], ["x1", "b", "e"])]),
    ("pages/learn/words.js", "numbersIn", [(["a=1,b=-2e-1,c=,d"], {"a": 1, "b": -0.2})]),
    ("parts/markdown.js", "cellsOf", [(["| a | `b|c` | d \\| e |"], ["a", "`b|c`", "d | e"])]),
    ("parts/markdown.js", "anchorOf", [(["Names and origins"], "names-and-origins"), (["`activations`, kernels"], "activations-kernels")]),
    ("pages/docs/page.js", "addressOf", [
        (["views.md", "page"], "#/docs/views"), (["#curves", "page"], "#/docs/page/curves"), (["data.md#a-b", "page"], "#/docs/data/a-b"), (["../deploy", "page"], None),
        (["https://example.org/", "page"], "https://example.org/"),
    ]),
]


def pure_modules_of_inside(tab, server):
    """Each function gives what its cases say."""
    modules.hold(tab, CASES)


def files_of_numbers_are_read(tab, server):
    """The arrays of a file are those of the JSON of the same request."""
    tab.go("#/system")
    found = tab.run("""
        const base = new URL('.', document.querySelector('script[src]').src);
        const { readSafetensors } = await import(new URL("core/safetensors.js", base));
        const ask = (end) => fetch(`models/digits-cnn/inspect/kernels${end}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ layer: "conv2d" }) });
        const file = readSafetensors(await (await ask("?format=safetensors")).arrayBuffer());
        const { tensors } = await (await ask("")).json();
        return tensors.map(({ name, shape, values }) => String(file.get(name).shape) === String(shape) && values.flat(Infinity).every((one, at) => Math.fround(one) === file.get(name).values[at]));
    """)
    if not found or not all(found):
        raise AssertionError(found)


ALL = [pure_modules_of_inside, files_of_numbers_are_read]
