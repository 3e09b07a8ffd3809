"""Holds files that were written to ONNX's checker, and to what onnxruntime computes of them.

    judge.py FOLDER

For each NAME.OPSET.onnx there are numbers in NAME.json. The last line is 'N passed, N failed'.
"""
import glob, json, os, sys

import numpy as np
import onnx
import onnxruntime

passed = failed = 0
worst = 0.0
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.onnx"))):
    name = os.path.basename(path)
    try:
        onnx.checker.check_model(onnx.load(path), full_check=True)
        session = onnxruntime.InferenceSession(path)
        numbers = json.load(open(os.path.join(sys.argv[1], name.split(".")[0] + ".json")))
        array = lambda value: np.array(value["data"], np.float32).reshape(value["shape"])
        given = {key: array(value) for key, value in numbers["inputs"].items()}
        answers = dict(zip([output.name for output in session.get_outputs()], session.run(None, given)))
        for key, value in numbers["outputs"].items():
            wanted = array(value)
            if answers[key].shape != wanted.shape:
                raise ValueError(f"{key} is {answers[key].shape}, expected {wanted.shape}")
            difference = float(np.abs(answers[key] - wanted).max() / max(1, np.abs(wanted).max()))
            worst = max(worst, difference)
            if not difference <= 1e-5:
                raise ValueError(f"{key} differs by {difference}")
        passed += 1
    except Exception as error:
        failed += 1
        print(f"{name}: {str(error)[:400]}")
print(f"greatest difference {worst:.1e}")
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
