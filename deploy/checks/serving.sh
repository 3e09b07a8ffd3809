# What a container of the image does; to be sourced. $image names it.

# Starts a hardened container on a volume; $url is where it answers. Further arguments go to podman.
start() {
    local name=$1 volume=$2
    shift 2
    podman run --detach --name "$name" --read-only --cap-drop all --security-opt no-new-privileges \
        --memory 512m --cpus 1.5 --pids-limit 128 --tmpfs /tmp --volume "$volume:/data" --publish 127.0.0.1::8080 \
        --volume "$work/secrets:/run/secrets:ro" --env TRAINYARD_TOKEN_FILE=/run/secrets/tokens \
        --env TRAINYARD_CHECKPOINT_INTERVAL=0.5 --env TRAINYARD_LEASE=2 "$@" "$image" >/dev/null
    url=http://$(podman port "$name" 8080/tcp | head -n 1)
    becomes_ready "$name"
}

becomes_ready() {
    local end=$((SECONDS + 30))
    until podman exec "$1" trainyard health >/dev/null 2>&1; do
        if ((SECONDS >= end)) || [[ $(podman inspect --format '{{.State.Running}}' "$1") != true ]]; then
            podman logs "$1"
            fail "it does not become ready"
        fi
        sleep 0.1
    done
}

discard() {
    podman rm --force --time 1 "$1" >/dev/null
    podman volume rm --force "$2" >/dev/null
}

# Nobody but user 10001 reads what a container keeps.
data_is_closed() {
    local open
    open=$(podman exec "$1" find /data -perm /077)
    [[ -z $open ]] || fail "others may read $open"
}

# Waits for a job's end, and prints it.
finished() {
    local job=$1 answer end=$((SECONDS + 120))
    while ((SECONDS < end)); do
        answer=$(call "$url/jobs/$job")
        case $(member .state <<<"$answer") in
            succeeded) echo "$answer" && return ;;
            failed | cancelled) fail "$answer" ;;
        esac
        sleep 0.2
    done
    fail "job $job has not ended: $answer"
}

past_epoch() { (($(call "$url/jobs/$1" | member .progress.epoch) >= $2)); }

container_is_confined() {
    local status sizes
    start confined confined-data
    [[ $(podman exec confined cat /proc/1/comm) == trainyard ]] || fail "process 1 is not the program"
    status=$(podman exec confined cat /proc/1/status)
    grep --quiet --perl-regexp '^Uid:\t10001\t10001\t10001\t10001$' <<<"$status" || fail "$status"
    grep --quiet --perl-regexp '^CapEff:\t0+$' <<<"$status" || fail "$status"
    grep --quiet --perl-regexp '^NoNewPrivs:\t1$' <<<"$status" || fail "$status"
    ! podman exec confined touch /usr/local/bin/x 2>/dev/null || fail "its root can be written"
    sizes=$(podman logs confined 2>&1 | grep ' sizes$')
    for part in cpu-limit=1.5 memory-limit=536870912 prediction-threads=2 prediction-bytes=134217728 max-body=67108864; do
        [[ $sizes == *" $part"* ]] || fail "$part is not among $sizes"
    done
    [[ $(curl --silent --output /dev/null --write-out '%{http_code}' "$url/models") == 401 ]] || fail "no token was asked for"
    data_is_closed confined
    discard confined confined-data
}

# Well while it answers, unwell while it hangs.
health_is_told() {
    start healthy healthy-data
    podman healthcheck run healthy
    podman kill --signal STOP healthy >/dev/null
    ! podman healthcheck run healthy || fail "it is stopped, and passes for healthy"
    podman kill --signal CONT healthy >/dev/null
    podman healthcheck run healthy
    discard healthy healthy-data
}

# The main job: define, train, predict through the published port. Then a twin is trained, killed without warning in the
# midst of it, and finished by a new container on the volume; it must come out with the same weights.
work_survives_kill() {
    local expected found job
    start first work-data
    call "$url/models" --data "$(model whole)" >/dev/null
    call "$url/models" --data "$(model cut)" >/dev/null
    job=$(call "$url/train" --data "$(training whole 150)" | member .id)
    expected=$(finished "$job" | member .weights_sha256)
    [[ $(call "$url/predict" --data "{\"model\": \"whole\", \"instances\": $instances}" | member '.classes[0]') == 0 ]] ||
        fail "a zero is taken for another digit"

    job=$(call "$url/train" --data "$(training cut 150)" | member .id)
    within 60 past_epoch "$job" 4
    podman kill --signal KILL first >/dev/null
    podman wait first >/dev/null
    start second work-data
    # It may have ended by now; that it was taken up twice stays among its events.
    (($(call "$url/jobs/$job/events" | grep --count '"state":"running"') == 2)) || fail "it was not cut in its midst"
    found=$(finished "$job" | member .weights_sha256)
    [[ $found == "$expected" ]] || fail "weights $found, without the kill $expected"
    podman rm --force first >/dev/null
    discard second work-data
}

# SIGTERM while a job trains: an orderly end, and the job goes on in the next container.
stops_in_order() {
    local job start
    start stopped stopped-data
    call "$url/models" --data "$(model long)" >/dev/null
    job=$(call "$url/train" --data "$(training long 100000)" | member .id)
    within 60 past_epoch "$job" 2
    start=$SECONDS
    podman stop --time 15 stopped >/dev/null
    ((SECONDS - start < 12)) || fail "the stop took $((SECONDS - start)) s"
    [[ $(podman inspect --format '{{.State.ExitCode}}' stopped) == 0 ]] || fail "status $(podman inspect --format '{{.State.ExitCode}}' stopped)"
    podman start stopped >/dev/null
    url=http://$(podman port stopped 8080/tcp | head -n 1)
    becomes_ready stopped
    within 30 past_epoch "$job" 3
    discard stopped stopped-data
}

# A data folder that an earlier release wrote: the model predicts as it did, but for what another processor's kernels
# round otherwise, and goes on learning.
older_data_is_taken_over() {
    local fixture=$1 volume=older-data expected found job
    podman volume create "$volume" >/dev/null
    gunzip --stdout "$fixture" | podman volume import "$volume" -
    start older "$volume"
    expected=$(member '.predictions[0][0]' <"${fixture%.tar.gz}.json")
    found=$(call "$url/predict" --data '{"model": "fixture", "instances": [[0.5, -1, 2]]}' | member '.predictions[0][0]')
    jq --exit-status --null-input "($found - ($expected)) | fabs < 1e-6" ||
        fail "it predicts $found, the release that wrote it $expected"
    [[ $(call "$url/jobs/1" | member .state) == succeeded ]] || fail "its job is gone"
    job=$(call "$url/train" --data '{"model": "fixture", "initial_version": 1, "epochs": 2, "loss": "mse",
        "data": {"x": [[1, 2, 3], [3, 2, 1]], "y": [[1], [2]]}}' | member .id)
    [[ $(finished "$job" | member .version) == 2 ]] || fail "it learns no more"
    data_is_closed older
    discard older "$volume"
}

serving_checks() {
    local fixture
    check "a container is confined, and sizes itself by its limits" container_is_confined
    check "the health check tells a server that hangs" health_is_told
    check "a job that was killed with its container ends with the same weights" work_survives_kill
    check "SIGTERM ends in order within the grace period" stops_in_order
    for fixture in "$root"/deploy/fixtures/data-*.tar.gz; do
        check "$(basename "$fixture" .tar.gz) is taken over" older_data_is_taken_over "$fixture"
    done
}
