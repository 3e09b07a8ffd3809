"""Writes seeds for each reader of files into a folder, out of the reference files of its tests.

    make-seeds.py FOLDER        FOLDER/READER/NUMBER, a byte of choice before each file
"""
import base64
import gzip
import json
import pathlib
import sys
import zipfile

fixtures = pathlib.Path(__file__).parents[2] / "Tests/FeaturesTests/Fixtures"
sources = {"jpeg": "image_jpeg", "png": "image_png", "webp": "image_webp", "wav": "wav", "zip": "zips", "array": "arrays"}
# By hand, where the tables of the tests are mostly CSV.
more = {
    "json": [
        b'[{"a": 1, "b": "x"}, {"a": null, "b": "\\u00e9", "c": [1, 2]}]',
        b'{"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2.5, null]]}',
        b'{"a": {"0": 1, "1": 2}, "b": {"0": true, "1": false}}',
        b'{"a": [1, 2, 3], "b": ["2024-01-02", null, ""]}',
        b'{"x": [[1, 2], [3, 4]], "y": [0, 1], "x_test": [[5, 6]], "y_test": [1]}',
        b'{"schema": {"fields": [{"name": "a"}]}, "data": [{"a": 1}]}',
    ],
    "ndjson": [
        b'{"a": 1, "b": "x"}\n{"a": -2.5e3, "b": null}\n',
        b'\xef\xbb\xbf{"a": [1, 2]}\r\n\r\n{"a": [3, 4], "c": {"d": 1}}\r\n',
    ],
    "text": [
        "one line\nand Привет 🙂\r\n\r\nthe last".encode(),
        b"\xff\xfea\x00\n\x00b\x00",
        "a\nb".encode("utf-16-be"),
        b"caf\xe9",
        gzip.compress(b"packed\nlines\n", mtime=0),
    ],
}
reader_of = {"text/csv": "csv", "application/json": "json", "application/x-ndjson": "ndjson", "text/plain": "text"}

seeds: dict[str, list[bytes]] = {name: list(files) for name, files in more.items()}
for reader, source in {**sources, "": "tables"}.items():
    for case in json.loads(gzip.decompress((fixtures / f"{source}.json.gz").read_bytes())):
        if "b64" not in (case.get("input") or {}):
            continue
        name = reader or reader_of.get(case.get("media_type", "").split(";")[0], "csv")
        seeds.setdefault(name, []).append(base64.b64decode(case["input"]["b64"]))
models = fixtures.parents[1]
for file in sorted((models / "InterchangeTests/Fixtures/ONNX").rglob("*.onnx")):
    if file.stat().st_size < 8000:
        seeds.setdefault("onnx", []).append(file.read_bytes())
for file in sorted((models / "InterchangeTests/Fixtures").rglob("*.keras")):
    if not zipfile.is_zipfile(file):
        continue
    with zipfile.ZipFile(file) as archive:
        config = archive.read("config.json") if "config.json" in archive.namelist() else b""
        if 0 < len(config) < 8000:
            seeds.setdefault("definition", []).append(config)
seeds["definition"].append(
    b'{"name": "m", "input_shape": [null, 3], "layers": [{"type": "GRU", "units": 4, "return_sequences": true},'
    b' {"type": "Divide", "inputs": ["gru", "gru"]}, {"type": "Power", "exponent": 0.5}, {"type": "Dense", "units": 2}]}'
)
for name, files in seeds.items():
    folder = pathlib.Path(sys.argv[1]) / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(files):
        (folder / str(number)).write_bytes(bytes([number % 28]) + file)
