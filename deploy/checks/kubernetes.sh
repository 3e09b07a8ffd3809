# The manifests, by podman in place of a cluster; to be sourced.

# podman knows no StatefulSet: what stands in it becomes a claim and a pod, and nothing in them is changed but the image
# and a port of this machine.
pod_serves() {
    local job name url=http://127.0.0.1:18080
    rendered "$@"
    "$cache/tools/bin/python" "$root/deploy/checks/pod.py" "$work/production.yaml" "$image" 18080 "$work"
    name=$(grep --only-matching 'trainyard-tokens-[a-z0-9]*' "$work/secret.yaml")
    podman secret create "$name" "$work/secret.yaml"
    (cd "$work/empty" && podman kube play --quiet "$work/pod.yaml")
    within 60 call "$url/health/ready"
    call "$url/models" --data "$(model played)" >/dev/null
    job=$(call "$url/train" --data "$(training played 2)" | member .id)
    finished "$job" >/dev/null
    call "$url/predict" --data "{\"model\": \"played\", \"instances\": $instances}" | member '.predictions[0][0]'
    [[ $(podman exec trainyard-trainyard cat /proc/1/comm) == trainyard ]] || fail "process 1 is not the program"
    podman logs trainyard-trainyard 2>&1 | grep ' sizes$' | grep --quiet 'workers=2' || fail "the ConfigMap is not heard"
    podman kube down "$work/pod.yaml"
    podman secret rm "$name"
}

kubernetes_checks() {
    check "the pod of the manifests serves" pod_serves
    podman kube down "$work/pod.yaml" >/dev/null 2>&1 || true
}
