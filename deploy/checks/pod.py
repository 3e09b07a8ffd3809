"""Turns the rendered StatefulSet into what `podman kube play` knows: pod.py MANIFESTS IMAGE PORT FOLDER.

FOLDER gets pod.yaml, and secret.yaml, which has to be made a secret of podman's by that name before.
"""

import base64
import sys

import yaml

path, image, port, folder = sys.argv[1:]
with open(path) as file:
    manifests = {manifest["kind"]: manifest for manifest in yaml.safe_load_all(file)}
stateful = manifests["StatefulSet"]["spec"]
pod = {"apiVersion": "v1", "kind": "Pod", **stateful["template"]}
pod["metadata"]["name"] = "trainyard"
[container] = pod["spec"]["containers"]
container["image"] = image
container["ports"][0]["hostPort"] = int(port)
for volume in pod["spec"]["volumes"]:
    if "secret" in volume:
        # The standard, without which podman 4.3 stops with a nil pointer.
        volume["secret"]["optional"] = False
claims = []
for claim in stateful["volumeClaimTemplates"]:
    name = claim["metadata"]["name"]
    claims.append({"apiVersion": "v1", "kind": "PersistentVolumeClaim", **claim})
    pod["spec"]["volumes"].append({"name": name, "persistentVolumeClaim": {"claimName": name}})
secret = manifests["Secret"]
# podman 4.3 hands out what stands there without decoding it.
secret["data"] = {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}
for name, documents in {"secret": [secret], "pod": [manifests["ConfigMap"], *claims, pod]}.items():
    with open(f"{folder}/{name}.yaml", "w") as file:
        yaml.safe_dump_all(documents, file)
