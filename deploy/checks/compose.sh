# The Compose file: the server behind a proxy that speaks TLS; to be sourced.

secure=https://localhost:8443

compose() { (cd "$work/compose/deploy" && "$cache/tools/bin/podman-compose" "$@"); }

over_tls() { call --cacert "$work/compose/deploy/tls/certificate.pem" "$@"; }

status_of() { over_tls --output "$work/answer" --write-out '%{http_code}' "$@" || true; }

# Starts what the file describes, with tokens and a certificate made as docs/deploy.md says. Arguments are another
# configuration of nginx, and the path under which it offers the server.
compose_up() {
    rm -rf "$work/compose"
    mkdir -p "$work/compose/deploy/tls"
    cp -r "$root/deploy/compose.yaml" "$root/deploy/nginx" "$work/compose/deploy"
    [[ -z ${1:-} ]] || cp "$1" "$work/compose/deploy/nginx/nginx.conf"
    cp "$work/secrets/tokens" "$work/compose/deploy/tokens"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$work/compose/deploy/tls/key.pem" \
        -out "$work/compose/deploy/tls/certificate.pem" 2>/dev/null
    chmod -R a+rX "$work/compose"
    export TRAINYARD_IMAGE=$image HTTPS_ADDRESS=127.0.0.1:8443 HTTP_ADDRESS=127.0.0.1:8080
    compose up --detach --no-build
    within 60 over_tls "$secure${2:-}/health/ready"
}

compose_down() { compose down --volumes --timeout 12; }

# Removes what a check that failed left running.
compose_gone() { compose_down >/dev/null 2>&1 || true; }

compose_serves() {
    local job
    over_tls "$secure/models" --data "$(model composed)" >/dev/null
    job=$(over_tls "$secure/train" --data "$(training composed 3)" | member .id)
    over_tls --no-buffer "$secure/jobs/$job/events" | grep --quiet '"state":"succeeded"'
    over_tls "$secure/predict" --data "{\"model\": \"composed\", \"instances\": $instances}" | member '.predictions[0][0]'
    [[ $(curl --silent --insecure --output /dev/null --write-out '%{http_code}' "$secure/models") == 401 ]] ||
        fail "no token was asked for"
    [[ $(status_of http://localhost:8080/models) == 308 ]] || fail "HTTP is not sent to HTTPS"
    # Reached through the proxy alone: its port is not published.
    [[ -z $(podman port trainyard_trainyard_1) ]] || fail "the server is published beside the proxy"
}

# The proxy tells the host and the port that the browser has asked for, so that pages of its own pass, and no others.
origins_pass() {
    [[ $(status_of --request DELETE --header "Origin: $secure" "$secure/models/none") == 404 ]] ||
        fail "a page of its own: $(cat "$work/answer")"
    for origin in https://localhost https://127.0.0.1:8443 https://evil.example null; do
        [[ $(status_of --request DELETE --header "Origin: $origin" "$secure/models/none") == 403 ]] ||
            fail "a page of $origin: $(cat "$work/answer")"
    done
}

# Under a path, as docs/deploy.md says.
path_is_kept() {
    local place
    sed 's|location / {|location /yard/ {|; s|location ~ ^/|location ~ ^/yard/|' "$root/deploy/nginx/nginx.conf" >"$work/nginx.conf"
    TRAINYARD_BASE_PATH=/yard compose_up "$work/nginx.conf" /yard
    place=$(over_tls --include "$secure/yard/models" --data "$(model yard)" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
    [[ $place == /yard/models/yard ]] || fail "the model is at \"$place\""
    [[ $(status_of "$secure$place") == 200 ]] || fail "$place: $(cat "$work/answer")"
    [[ $(over_tls "$secure/yard/openapi.json" | member '.servers[0].url') == /yard ]] || fail "the description names another path"
    [[ $(status_of --header 'X-Forwarded-Prefix: /other' "$secure/yard/openapi.json") == 200 ]]
    [[ $(member '.servers[0].url' <"$work/answer") == /yard ]] || fail "a client said where the server is"
    [[ $(status_of "$secure/models") == 404 ]] || fail "it is there without the path too"
    compose_down
}

# The proxy takes what the program takes, and refuses what it refuses.
proxy_is_in_step() {
    local body large name='{"descr": "|u1", "fortran_order": False, "shape": (1025, 65536), }'
    body=$(podman logs trainyard_trainyard_1 2>&1 | sed -n 's/.* max-body=\([0-9]*\).*/\1/p' | head -n 1)
    grep --quiet "client_max_body_size $((body >> 20))m;" "$work/compose/deploy/nginx/nginx.conf" ||
        fail "the program holds $body bytes of a body"
    # A dataset of 67 MB, and its targets: a file of NPY has a head of 10 bytes, text, and then the numbers.
    npy() { printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "$1" && head --bytes "$2" /dev/zero; }
    large=$work/large.npy
    npy "${name//\"/\'}" $((1025 * 65536)) >"$large"
    npy "{'descr': '|u1', 'fortran_order': False, 'shape': (1025,), }" 1025 >"$work/targets.npy"
    [[ $(status_of --request PUT --form "x=@$large" --form "y=@$work/targets.npy" "$secure/datasets/large") == 201 ]] ||
        fail "a large dataset: $(cat "$work/answer")"
    [[ $(status_of --data-binary "@$large" "$secure/models") == 413 ]] || fail "a large body: $(cat "$work/answer")"
    [[ $(status_of "$secure/predict?input=$(head --bytes 90000 /dev/zero | tr '\0' 1)") =~ ^4(00|04|22)$ ]] ||
        fail "a long target: $(cat "$work/answer")"
    rm "$large"
}

# An event is there when it happens: that of a job that waits is all that comes for a while.
events_are_unbuffered() {
    local first waiting
    over_tls "$secure/models" --data "$(model eventful)" >/dev/null
    first=$(over_tls "$secure/train" --data "$(training eventful 100000)" | member .id)
    waiting=$(over_tls "$secure/train" --data "$(training eventful 1)" | member .id)
    (over_tls --no-buffer --max-time 5 "$secure/jobs/$waiting/events" || true) | grep --max-count 1 '^data:' ||
        fail "no event came in 5 s"
    over_tls --request POST "$secure/jobs/$first/cancel" >/dev/null
}

compose_checks() {
    check "the Compose file brings up server and proxy" compose_up
    check "define, train and predict over TLS" compose_serves
    check "pages of the proxy's own origin pass, and no others" origins_pass
    check "the proxy's bounds are the program's" proxy_is_in_step
    check "events pass the proxy when they happen" events_are_unbuffered
    check "the Compose file takes all down" compose_down
    check "the proxy offers the server under a path" path_is_kept
    compose_gone
}
