# Several nodes on one PostgreSQL: the Compose file and the manifests of the cluster; to be sourced.

# podman-compose names containers by project and service.
of_cluster() { echo "trainyard-cluster_$1_1"; }

cluster_compose() { (cd "$work/cluster/deploy" && DATABASE_PASSWORD=$token "$cache/tools/bin/podman-compose" --file compose.cluster.yaml "$@"); }

at_cluster() { call --cacert "$work/cluster/deploy/tls/certificate.pem" "$@"; }

cluster_up() {
    rm -rf "$work/cluster"
    mkdir -p "$work/cluster/deploy/tls"
    cp -r "$root/deploy/compose.cluster.yaml" "$root/deploy/nginx" "$work/cluster/deploy"
    cp "$work/secrets/tokens" "$work/cluster/deploy/tokens"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$work/cluster/deploy/tls/key.pem" \
        -out "$work/cluster/deploy/tls/certificate.pem" 2>/dev/null
    chmod -R a+rX "$work/cluster"
    export TRAINYARD_IMAGE=$image HTTPS_ADDRESS=127.0.0.1:8443 HTTP_ADDRESS=127.0.0.1:8080 TRAINYARD_LEASE=2
    cluster_compose up --detach --no-build
    within 90 three_are_up
}

nodes_in_state() { at_cluster "$secure/cluster" | jq "[.nodes[] | select(.state == \"$1\") | .name] | sort | join(\" \")" --raw-output; }

three_are_up() { [[ $(nodes_in_state up) == "first second serving" ]]; }

cluster_past_epoch() { (($(at_cluster "$secure/jobs/$1" | member .progress.epoch) >= $2)); }

# Waits for a job's end over the proxy, and prints it.
ended_in_cluster() {
    local answer end=$((SECONDS + 120))
    while ((SECONDS < end)); do
        answer=$(at_cluster "$secure/jobs/$1" || true)
        case $(jq --raw-output .state <<<"$answer" 2>/dev/null || true) in
            succeeded) echo "$answer" && return ;;
            failed | cancelled) fail "$answer" ;;
        esac
        sleep 0.2
    done
    fail "job $1 has not ended: $answer"
}

predicts() { at_cluster "$secure/predict" --data "{\"model\": \"$1\", \"instances\": $instances}" | member '.predictions[0][0]'; }

# A job that comes in anywhere runs on a node that trains; the container that runs it is killed, and the other one ends it to
# the same weights, while the proxy's clients notice nothing.
cluster_survives_a_node() {
    local job node expected found model
    for model in whole cut; do at_cluster "$secure/models" --data "$(model "$model")" >/dev/null; done
    job=$(at_cluster "$secure/train" --data "$(training whole 150)" | member .id)
    expected=$(ended_in_cluster "$job" | member .weights_sha256)
    job=$(at_cluster "$secure/train" --data "$(training cut 150)" | member .id)
    within 60 cluster_past_epoch "$job" 3
    node=$(at_cluster "$secure/jobs/$job" | member .node)
    node=${node%.*}
    [[ $node == first || $node == second ]] || fail "job $job runs on $node"
    podman kill --signal KILL "$(of_cluster "$node")" >/dev/null
    for _ in 1 2 3 4 5 6; do predicts whole >/dev/null; done
    found=$(ended_in_cluster "$job")
    [[ $(member .weights_sha256 <<<"$found") == "$expected" ]] || fail "weights of $found, without the kill $expected"
    (($(member .claims <<<"$found") >= 2)) || fail "it was not cut in its midst: $found"
    podman start "$(of_cluster "$node")" >/dev/null
    within 30 three_are_up
}

writes() { at_cluster "$secure/models" --data "$(model "$1")" >/dev/null; }

# While the database is away all that is in memory answers, and afterwards all is well by itself.
cluster_outlives_the_database() {
    local status
    # Each of the three has the model by now.
    for _ in 1 2 3 4 5 6; do predicts whole >/dev/null; done
    podman kill --signal KILL "$(of_cluster database)" >/dev/null
    sleep 2
    for _ in 1 2 3 4 5 6; do predicts whole >/dev/null; done
    status=$(at_cluster --output "$work/answer" --write-out '%{http_code}' "$secure/models" --data "$(model refused)" || true)
    [[ $status == 503 ]] || fail "a write is answered by $status: $(cat "$work/answer")"
    podman exec "$(of_cluster serving)" trainyard health --for predictions
    ! podman exec "$(of_cluster first)" trainyard health || fail "it is ready without its database"
    podman start "$(of_cluster database)" >/dev/null
    within 30 writes accepted
    within 30 three_are_up
}

cluster_down() { cluster_compose down --volumes --timeout 12; }

# The pods of the manifests, with a database beside them that they find by its name.
cluster_pods_serve() {
    local job url=http://127.0.0.1:18081 found
    rendered "$root/deploy/kubernetes"
    podman network create yard >/dev/null
    podman run --detach --name database --network yard --env POSTGRES_USER=trainyard --env POSTGRES_DB=trainyard \
        --env POSTGRES_PASSWORD="$token" --env PGDATA=/var/lib/postgresql/data/pgdata "$postgres_image" >/dev/null
    "$cache/tools/bin/python" "$root/deploy/checks/pods.py" "$work/cluster.yaml" "$image" 18081 "$work"
    for found in "$work"/secret-*; do podman secret create "$(basename "${found#*/secret-}")" "$found" >/dev/null; done
    play() { (cd "$work/empty" && podman kube play --quiet --network yard "$work/$1.yaml" >/dev/null); }
    play migrate
    [[ $(podman wait migrate-migrate) == 0 ]] || fail "$(podman logs migrate-migrate 2>&1)"
    podman logs migrate-migrate | grep --quiet 'brought to v' || fail "$(podman logs migrate-migrate 2>&1)"
    play serving
    play training
    within 60 call "$url/health/ready"
    call "$url/models" --data "$(model played)" >/dev/null
    job=$(call "$url/train" --data "$(training played 2)" | member .id)
    found=$(finished "$job" | member .node)
    [[ $found == training.* ]] || fail "the job ran on $found"
    call "$url/predict" --data "{\"model\": \"played\", \"instances\": $instances}" | member '.predictions[0][0]'
    call "$url/cluster" | jq --exit-status '[.nodes[] | select(.state == "up") | .workers] | sort == [0, 1]'
    podman stop --time 1 database >/dev/null
    # What the probes of the two ask.
    podman exec serving-trainyard trainyard health --for predictions
    within 10 eval '! podman exec training-trainyard trainyard health'
    podman exec training-trainyard trainyard health --live
}

cluster_gone() {
    cluster_down
    podman pod rm --all --force
    podman rm --force --time 1 database
    podman secret rm --all
    podman network rm --force yard
} >/dev/null 2>&1

cluster_checks() {
    check "the Compose file of the cluster brings up three nodes" cluster_up
    check "a node is killed, and its job ends on another one with the same weights" cluster_survives_a_node
    check "the database is killed: predictions go on, and all is well afterwards" cluster_outlives_the_database
    cluster_gone || true
    check "the pods of the cluster's manifests serve and train" cluster_pods_serve
    cluster_gone || true
}
