"""LeNet-5 behind FastAPI, on PyTorch or onnxruntime: fastapi_server.py pytorch|onnxruntime PORT"""
import sys
import tempfile

import onnxruntime
import torch
import uvicorn
from fastapi import FastAPI

from networks import Network, sample, workload

kind, port = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(1)
work = workload("lenet-32")
network = Network(work["model"]).eval()
app = FastAPI()
if kind == "onnxruntime":
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/model.onnx"
        torch.onnx.export(network, (sample(work, 1),), path, dynamo=False, input_names=["x"],
                          dynamic_axes={"x": {0: "rows"}})
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@app.post("/predict")
def predict(body: dict):
    x = torch.tensor(body["instances"], dtype=torch.float32).reshape(-1, 1, 28, 28)
    if kind == "onnxruntime":
        return {"predictions": torch.softmax(torch.from_numpy(session.run(None, {"x": x.numpy()})[0]), 1).tolist()}
    with torch.inference_mode():
        return {"predictions": torch.softmax(network(x), 1).tolist()}


uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
