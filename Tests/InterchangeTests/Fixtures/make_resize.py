"""Writes ONNX/resize_nearest.onnx and .json: the nearest places of resized axes, as onnxruntime finds them.

Made with onnx 1.23.2 and onnxruntime 1.32.0 (`python3 make_resize.py`)."""

import json
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper

FOLDER = pathlib.Path(__file__).parent / "ONNX"
LENGTHS = {2: [4, 6, 8], 3: [5, 7, 11], 5: [3, 7, 11], 6: [1, 5, 7, 11], 7: [9, 3], 10: [1, 3, 7, 11]}
RULES = ["half_pixel", "asymmetric", "pytorch_half_pixel"]
ROUNDINGS = ["round_prefer_ceil", "round_prefer_floor", "floor", "ceil"]

inputs = [helper.make_tensor_value_info(f"x{length}", TensorProto.FLOAT, ["N", 1, 1, length]) for length in LENGTHS]
nodes, constants, outputs = [], [], []
for length, targets in LENGTHS.items():
    for target in targets:
        # As a factor, which float32 rounds.
        constants.append(helper.make_tensor(f"by{length}_{target}", TensorProto.FLOAT, [4], [1, 1, 1, target / length]))
        for rule in RULES:
            for rounding in ROUNDINGS:
                name = f"{rule}_{rounding}_{length}_{target}"
                nodes.append(helper.make_node(
                    "Resize", [f"x{length}", "", f"by{length}_{target}"], [name], mode="nearest",
                    coordinate_transformation_mode=rule, nearest_mode=rounding))
                outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", 1, 1, None]))
model = helper.make_model(
    helper.make_graph(nodes, "resize", inputs, outputs, constants), opset_imports=[helper.make_opsetid("", 17)],
    ir_version=8)
onnx.checker.check_model(model)
(FOLDER / "resize_nearest.onnx").write_bytes(model.SerializeToString())

given = {f"x{length}": numpy.arange(length, dtype=numpy.float32).reshape(1, 1, 1, length) for length in LENGTHS}
onnxruntime.set_default_logger_severity(3)
session = onnxruntime.InferenceSession(model.SerializeToString())
results = session.run(None, given)
numbers = lambda pairs: {name: {"shape": list(value.shape), "data": value.ravel().tolist()} for name, value in pairs}
(FOLDER / "resize_nearest.json").write_text(json.dumps({
    "inputs": numbers(given.items()),
    "outputs": numbers((output.name, result) for output, result in zip(outputs, results)),
}) + "\n")
