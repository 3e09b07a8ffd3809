#!/usr/bin/env bash
# Builds Trainyard and installs it as a service of systemd, on Debian or Ubuntu, as root:
#
#   deploy/install.sh [--binary FILE] [--no-start]
#
# --binary    installs a program that is built already
# --no-start  installs and enables the service without starting it
#
# Run again, it upgrades: the new program takes over the data, tokens and settings that are there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

fail() {
    echo "install: $*" >&2
    exit 1
}

binary=
start=yes
while (($#)); do
    case $1 in
        --binary) binary=${2:?"--binary needs a file"} && shift ;;
        --no-start) start=no ;;
        *) fail "unknown argument $1; known: --binary FILE, --no-start" ;;
    esac
    shift
done

((EUID == 0)) || fail "run it as root: it writes to /usr/local/bin, /etc/systemd/system and /etc/trainyard"
command -v systemctl >/dev/null || fail "systemctl is missing: this installs a service of systemd"

if [[ -z $binary ]]; then
    "$root/scripts/setup"
    options=(--package-path "$root" --scratch-path "$root/.build-install" --configuration release)
    swift build "${options[@]}" --product trainyard --static-swift-stdlib -debug-info-format none \
        -Xlinker -s -Xlinker --no-export-dynamic
    binary=$(swift build "${options[@]}" --show-bin-path)/trainyard
    "$root/scripts/build-ranks" "$(dirname "$binary")"
fi
missing=$(ldd "$binary" | sed -n 's/^[[:space:]]*\(.*\) => not found.*/\1/p')
packages="libdnnl2 libgcrypt20 libpng16-16 libsqlite3-0 libturbojpeg0 libwebp7 libwebpdemux2 zlib1g"
[[ -z $missing ]] || fail "libraries of $binary are missing: ${missing//$'\n'/, }; apt-get install $packages"

# Beside the old one first: a program that runs can't be written to, but its name can go to another.
install -m 0755 "$binary" /usr/local/bin/trainyard.new
mv /usr/local/bin/trainyard.new /usr/local/bin/trainyard
# What jobs with ranks need is beside it, or not there at all.
ranks=$(dirname "$binary")/libtrainyard-gloo.so
[[ ! -e $ranks || $ranks -ef /usr/local/bin/libtrainyard-gloo.so ]] || install -m 0755 "$ranks" /usr/local/bin/
install -m 0644 "$root/deploy/systemd/trainyard.service" /etc/systemd/system/trainyard.service

install -d -m 0700 /etc/trainyard
if [[ ! -e /etc/trainyard/tokens ]]; then
    (umask 077 && echo "full $(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" >/etc/trainyard/tokens)
    echo "install: made a token, it is in /etc/trainyard/tokens"
fi

systemctl daemon-reload
systemctl enable --quiet trainyard.service
if [[ $start == no ]]; then
    echo "install: installed; systemctl start trainyard starts it"
    exit 0
fi
# Returns once the server has told that it is ready.
systemctl restart trainyard.service || fail "it did not start; journalctl --unit trainyard tells why"
systemctl status --no-pager --lines=0 trainyard.service
