"""Turns the rendered manifests of the cluster into what `podman kube play` knows: pods.py MANIFESTS IMAGE PORT FOLDER.

FOLDER gets serving.yaml, training.yaml and migrate.yaml, a pod of each, and a file secret-NAME for each secret, as podman wants
it for the use that the pods have of it.
"""

import base64
import json
import sys

import yaml

path, image, port, folder = sys.argv[1:]
with open(path) as file:
    manifests = list(yaml.safe_load_all(file))
config = next(manifest for manifest in manifests if manifest["kind"] == "ConfigMap")
owners = {manifest["metadata"]["name"].removeprefix("trainyard-"): manifest
          for manifest in manifests if manifest["kind"] in ("Deployment", "Job")}
for name, owner in owners.items():
    pod = {"apiVersion": "v1", "kind": "Pod", **owner["spec"]["template"]}
    pod["metadata"]["name"] = name
    # podman knows none of it.
    pod["spec"].pop("topologySpreadConstraints", None)
    [container] = pod["spec"]["containers"]
    container["image"] = image
    if name == "serving":
        container["ports"][0]["hostPort"] = int(port)
    for variable in container.get("env", []):
        if "valueFrom" in variable:
            assert variable.pop("valueFrom") == {"fieldRef": {"fieldPath": "metadata.name"}}
            variable["value"] = name
    for volume in pod["spec"].get("volumes", []):
        if "secret" in volume:
            # The standard, without which podman 4.3 stops with a nil pointer.
            volume["secret"]["optional"] = False
    with open(f"{folder}/{name}.yaml", "w") as file:
        yaml.safe_dump_all([config, pod], file)
for secret in manifests:
    if secret["kind"] != "Secret":
        continue
    name = secret["metadata"]["name"]
    with open(f"{folder}/secret-{name}", "w") as file:
        if "tokens" in secret["data"]:
            # podman 4.3 hands out what stands in one for a volume without decoding it.
            secret["data"] = {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}
            yaml.safe_dump(secret, file)
        else:
            json.dump(secret["data"], file)
