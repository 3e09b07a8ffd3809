# Shows that each check fails where its subject is broken, and for that reason; to be sourced.

# Passes where a check fails and says why.
#
#   refused "a part of what it says" function arguments...
refused() {
    local sentence=$1 status
    shift
    set +e
    (
        set -euo pipefail
        "$@"
    ) >"$work/refusal" 2>&1
    status=$?
    set -e
    ((status)) || fail "$* passes"
    grep --quiet --fixed-strings --regexp "$sentence" "$work/refusal" || { cat "$work/refusal" && fail "it fails for another reason"; }
}

# Makes a broken image out of the good one; standard input has lines for a Dockerfile.
variant() {
    image=localhost/broken
    { echo "FROM localhost/trainyard" && cat; } |
        podman build --quiet --pull=never --format docker --network none --tag "$image" --file - "$work/empty" >/dev/null
}

# Removes the containers and volumes that a refused check left.
sweep() {
    podman rm --all --force --time 1 >/dev/null 2>&1
    podman volume rm --all --force >/dev/null 2>&1
    image=localhost/trainyard
}

without_user() {
    variant <<<"USER 0"
    refused '{{.Config.User}} is "0"' image_is_configured
    # Root without capabilities can't even write to the volume, which belongs to the user.
    refused "it does not become ready" container_is_confined
}

with_a_shell() {
    variant <<<'ENTRYPOINT ["sh", "-c", "trainyard serve; exit $?"]'
    refused '.Config.Entrypoint' image_is_configured
    refused "process 1 is not the program" container_is_confined
    refused "the stop took" stops_in_order
}

without_library() {
    variant <<<$'USER 0\nRUN rm /usr/lib/x86_64-linux-gnu/libdnnl.so.2*\nUSER 10001:10001'
    refused "not found" image_holds_no_more
    refused "it does not become ready" work_survives_kill
}

with_more() {
    variant <<<$'USER 0\nRUN head -c 100000000 /dev/urandom >/ballast\nUSER 10001:10001'
    refused "bytes" image_is_small
    variant <<<$'USER 0\nRUN sed -n "/^Package: tar$/,/^$/p" /var/lib/dpkg/status | sed s/tar/gcc/ >>/var/lib/dpkg/status\nUSER 10001:10001'
    refused "packages beside the base's" image_holds_no_more
}

open_to_all() {
    variant <<<"ENV TRAINYARD_ANONYMOUS=anyone"
    refused "status" image_asks_for_tokens
}

without_health() {
    variant <<<'HEALTHCHECK CMD ["true"]'
    refused "passes for healthy" health_is_told
}

without_volume() {
    variant <<<"ENV TRAINYARD_DATA=/tmp/data"
    refused "it was not cut in its midst" work_survives_kill
}

with_wrong_data() {
    cp "$root"/deploy/fixtures/data-0.1.0.tar.gz "$work/wrong.tar.gz"
    echo '{"predictions": [[1]]}' >"$work/wrong.json"
    refused "it predicts" older_data_is_taken_over "$work/wrong.tar.gz"
}

without_port() {
    sed 's/\$http_host/$host/' "$root/deploy/nginx/nginx.conf" >"$work/nginx.conf"
    compose_up "$work/nginx.conf"
    refused "a page of its own" origins_pass
    compose_down
}

with_buffering() {
    sed '/proxy_buffering/d' "$root/deploy/nginx/nginx.conf" >"$work/nginx.conf"
    compose_up "$work/nginx.conf"
    refused "no event came" events_are_unbuffered
    compose_down
    sed 's/client_max_body_size 0/client_max_body_size 64m/' "$root/deploy/nginx/nginx.conf" >"$work/nginx.conf"
    compose_up "$work/nginx.conf"
    refused "a large dataset" proxy_is_in_step
    compose_down
}

with_faulty_files() {
    sed 's/:bookworm-slim/:latest/; s/--yes //' "$root/deploy/Dockerfile" >"$work/Dockerfile"
    refused DL3014 dockerfile_lints "$work/Dockerfile"
    sed 's/^ProtectSystem=.*//; s/^DynamicUser=.*//; s/^PrivateUsers=.*//' "$root/deploy/systemd/trainyard.service" >"$work/unit.service"
    refused "exposure level" unit_is_sound "$work/unit.service"
    sed 's/^WatchdogSec/Watchdogsec/' "$root/deploy/systemd/trainyard.service" >"$work/unit.service"
    refused "Watchdogsec" unit_is_sound "$work/unit.service"
    cp -r "$root/deploy/kubernetes" "$work/faulty"
    sed -i 's/readOnlyRootFilesystem/readonlyRootFilesystem/' "$work/faulty/base/statefulset.yaml"
    refused "readonlyRootFilesystem" manifests_are_valid "$work/faulty"
    sed -i '/poddisruptionbudget/d' "$work/faulty/base/kustomization.yaml"
    sed -i 's/readonlyRootFilesystem/readOnlyRootFilesystem/' "$work/faulty/base/statefulset.yaml"
    refused "there is no PodDisruptionBudget" manifests_are_valid "$work/faulty"
    echo "  - poddisruptionbudget.yaml" >>"$work/faulty/base/kustomization.yaml"
    sed -i 's/averageValue/averagevalue/' "$work/faulty/cluster/autoscaling.yaml"
    refused "averagevalue" manifests_are_valid "$work/faulty"
}

broken_checks() {
    local name
    mkdir -p "$work/empty"
    for name in without_user with_a_shell without_library with_more open_to_all without_health without_volume \
        with_wrong_data without_port with_buffering with_faulty_files; do
        check "what is broken is found: ${name//_/ }" "$name"
        sweep
    done
}
