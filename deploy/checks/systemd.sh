# The unit under a real systemd, which is process 1 of a container; to be sourced.

inside() { podman exec systemd "$@"; }

shown() { inside systemctl show --property "$1" --value trainyard; }

unit_is_active() { [[ $(shown ActiveState) == active && $(shown NRestarts) -ge ${1:-0} ]]; }

installs() {
    podman run --detach --name systemd --systemd always --privileged --tmpfs /tmp:exec \
        --volume "$root/deploy:/source/deploy:ro" "$systemd_image" /lib/systemd/systemd >/dev/null
    within 30 inside systemctl is-system-running --wait || inside systemctl list-units --failed
    # As systemd does on a machine, but not in a container: without it a service's credentials stay out of its sight.
    inside mount --make-rshared /
    podman run --rm --entrypoint cat "$image" /usr/local/bin/trainyard >"$work/trainyard"
    chmod +x "$work/trainyard"
    podman cp "$work/trainyard" systemd:/root/trainyard
    inside /source/deploy/install.sh --binary /root/trainyard
    unit_is_active || fail "$(inside journalctl --no-pager --unit trainyard)"
    [[ $(shown StatusText) == "listening on 127.0.0.1:8080" ]] || fail "its status is \"$(shown StatusText)\""
}

# As `call`, from inside, with the token that the installation made.
ask() {
    inside bash -c 'curl --silent --show-error --fail-with-body --max-time 60 \
        --header "Authorization: Bearer $(sed s/full.// /etc/trainyard/tokens)" "$@"' curl "$@"
}

unit_serves() {
    local job
    ask http://127.0.0.1:8080/models --data "$(model unit)" >/dev/null
    job=$(ask http://127.0.0.1:8080/train --data "$(training unit 100000)" | member .id)
    within 60 unit_past_epoch "$job" 2
    [[ $(inside ps -o user= -C trainyard) != root ]] || fail "it runs as root"
    [[ -z $(inside find /var/lib/private/trainyard -perm /077) ]] || fail "others may read its data"
    # Killed, it comes back, and the job goes on.
    inside systemctl kill --kill-who=main --signal=KILL trainyard
    within 20 unit_is_active 1
    within 30 unit_past_epoch "$job" 3
}

unit_past_epoch() { (($(ask "http://127.0.0.1:8080/jobs/$1" | member .progress.epoch) >= $2)); }

# A server that hangs gives no sign of life, and is started anew.
watchdog_bites() {
    inside bash -c 'mkdir -p /etc/systemd/system/trainyard.service.d &&
        printf "[Service]\nWatchdogSec=3\n" >/etc/systemd/system/trainyard.service.d/short.conf &&
        systemctl daemon-reload && systemctl restart trainyard'
    unit_is_active 0 || fail "it does not start with a short watchdog"
    sleep 4
    [[ $(shown NRestarts) == 0 ]] || fail "it was started anew though it answers"
    inside bash -c 'kill -STOP "$(systemctl show --property MainPID --value trainyard)"'
    within 30 unit_is_active 1
}

unit_stops() {
    local begin=$SECONDS
    inside systemctl stop trainyard
    ((SECONDS - begin < 12)) || fail "the stop took $((SECONDS - begin)) s"
    [[ $(shown Result) == success ]] || fail "the result is $(shown Result)"
}

systemd_checks() {
    check "install.sh installs the unit, and it tells when it is ready" installs
    check "the unit serves, unprivileged, and outlives a kill" unit_serves
    check "the watchdog starts a server anew that hangs" watchdog_bites
    check "the unit stops in order" unit_stops
    podman rm --force --time 1 systemd >/dev/null 2>&1 || true
}
