#!/usr/bin/env python3
"""Writes the built-in datasets as Swift source, into Sources/Features/Embedded.

    python3 -m venv /tmp/embed && /tmp/embed/bin/pip install numpy==2.4.6 scikit-learn==1.9.1 statsmodels==0.15.0
    /tmp/embed/bin/python scripts/embed-datasets.py

The same versions give the same bytes. Sources and licences of the data: README.md beside the output.
"""

import base64
import gzip
import io
import pathlib
import textwrap

import numpy
import sklearn.datasets
import statsmodels.datasets.sunspots

FOLDER = pathlib.Path(__file__).parent.parent / "Sources/Features/Embedded"


def npy_gzip(array):
    """The base64 lines of a gzip NPY file."""
    file = io.BytesIO()
    numpy.save(file, array)
    packed = gzip.compress(file.getvalue(), compresslevel=9, mtime=0)
    return textwrap.wrap(base64.b64encode(packed).decode(), 100)


def write(name, summary, literals):
    """A Swift file of one enum with a multi-line string literal for each of `literals`."""
    lines = [f"/// {summary}", "///", "/// Written by scripts/embed-datasets.py; sources and licences in README.md beside this file."]
    lines.append(f"enum {name} {{")
    for index, (literal, doc, text) in enumerate(literals):
        lines += [""] * (index > 0)
        lines += [f"    /// {doc}", f'    static let {literal} = """']
        lines += ["        " + line for line in text] + ['        """']
    lines.append("}")
    (FOLDER / f"{name}.swift").write_text("\n".join(lines) + "\n")


digits = sklearn.datasets.load_digits()
images = digits.images.astype("uint8")
assert images.shape == (1797, 8, 8) and (images == digits.images).all()
write(
    "DigitsData",
    "The 1,797 handwritten digits of 8×8 pixels that scikit-learn distributes.",
    [
        ("images", "Base64 of a gzip NPY file: bytes from 0 to 16, `[1797, 8, 8]`.", npy_gzip(images)),
        ("labels", "Base64 of a gzip NPY file: bytes from 0 to 9, `[1797]`.", npy_gzip(digits.target.astype("uint8"))),
    ],
)

sunspots = statsmodels.datasets.sunspots.load_pandas().data
assert len(sunspots) == 309 and list(sunspots.columns) == ["YEAR", "SUNACTIVITY"]
records = [f"{int(year)},{activity:g}" for year, activity in sunspots.itertuples(index=False)]
write(
    "SunspotsData",
    "The yearly sunspot numbers from 1700 to 2008 that statsmodels distributes.",
    [("table", "A CSV file.", ["YEAR,SUNACTIVITY"] + records)],
)
