"""The client of MLflow's scoring server, and requests as TensorFlow Serving's samples send them; the default model is `line`."""

import json

import numpy
import pandas
import requests
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

from server import same


def native(server, instances):
    answer = requests.post(server.url + "/predict", json={"model": "line", "instances": instances}, timeout=60)
    return answer.json()["predictions"]


def check_data_frames_and_arrays(server):
    wanted = native(server, [[1, 2], [3, 4]])
    client = ScoringServerClient("127.0.0.1", server.port)
    client.wait_server_ready(timeout=60)
    for data in (pandas.DataFrame({"a": [1.0, 3.0], "b": [2.0, 4.0]}), numpy.array([[1.0, 2.0], [3.0, 4.0]])):
        same(client.invoke(data).get_predictions().values.tolist(), wanted)


def check_tensorflow_serving_samples(server):
    wanted = native(server, [[1, 2], [3, 4]])
    url = server.url + "/v1/models/line:predict"
    rows = requests.post(url, data=json.dumps({"signature_name": "serving_default", "instances": [[1, 2], [3, 4]]}), timeout=60)
    same(rows.json()["predictions"], wanted)
    columns = requests.post(url, data=json.dumps({"inputs": {"input": [[1, 2], [3, 4]]}}), timeout=60)
    same(columns.json()["outputs"], wanted)
    states = requests.get(server.url + "/v1/models/line", timeout=60).json()["model_version_status"]
    same({one["state"] for one in states}, {"AVAILABLE"})
    same(requests.post(url, data="{}", timeout=60).json(), {"error": "Missing 'inputs' or 'instances' key"})
