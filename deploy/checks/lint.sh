# Checks that need no container; to be sourced.

dockerfile_lints() { "$cache/tools/bin/hadolint" "${1:-$root/deploy/Dockerfile}"; }

scripts_parse() {
    local script
    for script in "$root"/deploy/{test,install.sh} "$root"/deploy/checks/*; do
        [[ $script == *.txt || $script == *.py ]] || bash -n "$script"
    done
}

# The unit has no fault, and its exposure is 2.0 at most.
unit_is_sound() {
    local unit=${1:-$root/deploy/systemd/trainyard.service} said
    # It looks whether the program is there, which it isn't on this machine.
    sed 's|^ExecStart=/usr/local/bin/trainyard|ExecStart=/bin/true|' "$unit" >"$work/trainyard.service"
    said=$(systemd-analyze verify "$work/trainyard.service" 2>&1) || true
    [[ -z $said ]] || fail "$said"
    systemd-analyze security --offline=true --threshold=20 "$unit" | tail -n 1
}

# The manifests as kubectl would send them, with a token of this run: production.yaml and cluster.yaml.
rendered() {
    local folder=${1:-$root/deploy/kubernetes} overlay
    rm -rf "$work/kubernetes"
    cp -r "$folder" "$work/kubernetes"
    echo "TRAINYARD_STORE=postgresql://trainyard:$token@database/trainyard?sslmode=disable" >"$work/kubernetes/overlays/cluster/store.env"
    for overlay in production cluster; do
        echo "full $token" >"$work/kubernetes/overlays/$overlay/tokens"
        "$cache/tools/bin/kubectl" kustomize "$work/kubernetes/overlays/$overlay" >"$work/$overlay.yaml"
    done
}

manifests_are_valid() {
    rendered "$@"
    holds production Namespace ServiceAccount ConfigMap Secret Service StatefulSet PodDisruptionBudget NetworkPolicy
    holds cluster Namespace ServiceAccount ConfigMap Secret Secret Job Deployment Deployment Service \
        HorizontalPodAutoscaler HorizontalPodAutoscaler PodDisruptionBudget PodDisruptionBudget NetworkPolicy NetworkPolicy NetworkPolicy
}

# Asserts that the manifests of an overlay are valid, and of these kinds.
holds() {
    local overlay=$1 kind
    shift
    "$cache/tools/bin/kubernetes-validate" --strict --no-warn "$work/$overlay.yaml"
    for kind; do grep --quiet --line-regexp "kind: $kind" "$work/$overlay.yaml" || fail "there is no $kind"; done
    [[ $(grep --count '^kind: ' "$work/$overlay.yaml") == $# ]] || fail "$overlay has others too: $(grep '^kind: ' "$work/$overlay.yaml")"
}

lint() {
    check "the scripts can be read" scripts_parse
    check "the Dockerfile passes hadolint" dockerfile_lints
    check "the unit passes systemd-analyze, exposure at most 2.0" unit_is_sound
    check "the manifests pass kustomize and the validator" manifests_are_valid
}
