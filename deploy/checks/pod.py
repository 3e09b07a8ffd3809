"""Turns the rendered StatefulSet into what `podman kube play` knows: pod.py MANIFESTS IMAGE PORT."""

import sys

import yaml

path, image, port = sys.argv[1:]
with open(path) as file:
    manifests = {manifest["kind"]: manifest for manifest in yaml.safe_load_all(file)}
stateful = manifests["StatefulSet"]["spec"]
pod = {"apiVersion": "v1", "kind": "Pod", **stateful["template"]}
pod["metadata"]["name"] = "trainyard"
[container] = pod["spec"]["containers"]
container["image"] = image
container["ports"][0]["hostPort"] = int(port)
claims = []
for claim in stateful["volumeClaimTemplates"]:
    name = claim["metadata"]["name"]
    claims.append({"apiVersion": "v1", "kind": "PersistentVolumeClaim", **claim})
    pod["spec"]["volumes"].append({"name": name, "persistentVolumeClaim": {"claimName": name}})
yaml.safe_dump_all([manifests["ConfigMap"], manifests["Secret"], *claims, pod], sys.stdout)
