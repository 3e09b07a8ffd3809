# What all stages of deploy/test share; to be sourced.
#
# folders: $root the source, $cache what the next run can use again, $work this run's own.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=$root/.build-deploy
base_image=docker.io/library/debian:bookworm-slim
build_image=docker.io/library/swift:6.2-bookworm
nginx_image=docker.io/library/nginx:1.28-bookworm
postgres_image=docker.io/library/postgres:15-bookworm
systemd_image=localhost/trainyard-systemd
token=full-access-for-the-deployment-test

say() { printf '%s\n' "$*" >&3; }

fail() {
    echo "$*" >&2
    exit 1
}

# Runs a check in a shell of its own, in which the first command that fails ends it; what it printed is shown then.
#
#   check "what holds" function arguments...
check() {
    local name=$1 log=$work/log status start=$SECONDS
    shift
    set +e
    (
        set -euo pipefail
        trap - EXIT
        "$@"
    ) >"$log" 2>&1
    status=$?
    set -e
    if ((status == 0)); then
        say "ok       $name ($((SECONDS - start)) s)"
        echo passed >>"$work/results"
    else
        say "FAILED   $name ($((SECONDS - start)) s)"
        sed 's/^/         | /' "$log" >&3
        echo failed >>"$work/results"
    fi
}

# Notes that something can't be checked here; an error where the caller wants none left out.
skip() {
    if [[ -n ${TRAINYARD_DEPLOY_REQUIRED:-} ]]; then
        say "FAILED   $1: $2, and TRAINYARD_DEPLOY_REQUIRED is set"
        echo failed >>"$work/results"
    else
        say "skipped  $1: $2"
        echo skipped >>"$work/results"
    fi
}

# Tries a command until it succeeds, for as many seconds.
within() {
    local seconds=$1 end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= end)); then
            echo "not within $seconds s: $*" >&2
            return 1
        fi
        sleep 0.1
    done
}

# curl with the token: the answer's body, or an error for a status from 400 on.
call() { curl --silent --show-error --fail-with-body --max-time 60 --header "Authorization: Bearer $token" "$@"; }

# The value at a path of the JSON on standard input, as in `member .version`; an error where it is missing.
member() { jq --exit-status --raw-output "$1"; }

model() {
    cat <<END
{"name": "$1", "input_shape": [8, 8, 1], "seed": 7, "layers": [
  {"type": "Rescaling", "scale": 0.0625},
  {"type": "Conv2D", "filters": 16, "kernel_size": 3, "padding": "same", "activation": "relu"},
  {"type": "MaxPooling2D", "pool_size": 2}, {"type": "Flatten"}, {"type": "Dropout", "rate": 0.2},
  {"type": "Dense", "units": 10, "activation": "softmax"}]}
END
}

training() {
    cat <<END
{"model": "$1", "dataset": "digits", "epochs": $2, "batch_size": 16, "seed": 3, "metrics": ["accuracy"],
 "optimizer": {"type": "Adam", "learning_rate": 0.002}, "loss": "sparse_categorical_crossentropy"}
END
}

instances='[[0,0,5,13,9,1,0,0,0,0,13,15,10,15,5,0,0,3,15,2,0,11,8,0,0,4,12,0,0,8,8,0,0,5,8,0,0,9,8,0,0,4,11,0,1,12,7,0,0,2,14,5,10,12,0,0,0,0,6,13,10,0,0,0]]'
