"""Writes ONNX's own node tests into a folder: for each a folder with its file, its numbers, and what it is like.

    node-cases.py FOLDER

The tests take weights, axes and shapes as inputs of the graph, which exporters never do. So beside `all.onnx`, the test as
it is, there is `only_K.onnx` for each input K, where all others are constants.
"""
import json, os, sys, warnings

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases

warnings.filterwarnings("ignore")
folder = sys.argv[1]


def numbers(array):
    array = np.asarray(array)
    if array.dtype.kind not in "fiub" and array.dtype.name != "bfloat16":
        return None
    values = array.astype(np.float64).flatten()
    if not np.isfinite(values).all():
        return None
    return {"shape": list(array.shape), "data": [float(v) for v in values]}


written = 0
for case in collect_testcases(None):
    try:
        inputs, outputs = case.data_sets[0]
        tensors = [a if isinstance(a, onnx.TensorProto) else numpy_helper.from_array(np.asarray(a)) for a in inputs]
        given = [numbers(numpy_helper.to_array(t)) for t in tensors]
        wanted = [numbers(numpy_helper.to_array(a) if isinstance(a, onnx.TensorProto) else a) for a in outputs]
    except Exception:
        continue
    graph = case.model.graph
    if None in given or None in wanted or len(given) != len(graph.input):
        continue
    place = os.path.join(folder, case.name)
    os.makedirs(place)
    operators = sorted({node.op_type for node in graph.node})
    half = any(numpy_helper.to_array(t).dtype.name in ("float16", "bfloat16") for t in tensors)
    training = any(a.name == "training_mode" and a.i for node in graph.node for a in node.attribute)
    # What is dropped in training is dropped by chance, where any is.
    training = training or "training_dropout" in case.name and "zero_ratio" not in case.name
    json.dump({"operators": operators, "training": training, "half": half, "inputs": given, "outputs": wanted}, open(f"{place}/case.json", "w"))
    open(f"{place}/all.onnx", "wb").write(case.model.SerializeToString())
    for only in range(len(tensors) if len(tensors) > 1 else 0):
        model = onnx.ModelProto()
        model.CopyFrom(case.model)
        for number, (value, tensor) in enumerate(zip(graph.input, tensors)):
            if number != only:
                constant = model.graph.initializer.add()
                constant.CopyFrom(tensor)
                constant.name = value.name
        open(f"{place}/only_{only}.onnx", "wb").write(model.SerializeToString())
    written += 1
print(written)
