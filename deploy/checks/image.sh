# What the image is; to be sourced. $image names it.

of_image() { podman image inspect --format "$1" "$image"; }

image_is_small() {
    local bytes
    bytes=$(of_image '{{.Size}}')
    say "         the image has $((bytes / 1000000)) MB"
    ((bytes < 120000000)) || fail "$bytes bytes"
}

# Asserts that a property of the image's configuration has a value.
property() {
    local found
    found=$(of_image "$1")
    [[ $found == "$2" ]] || fail "$1 is \"$found\", not \"$2\""
}

image_is_configured() {
    local version
    property '{{.Config.User}}' 10001:10001
    property '{{json .Config.Entrypoint}}' '["trainyard"]'
    property '{{json .Config.Cmd}}' '["serve"]'
    property '{{json .Config.Volumes}}' '{"/data":{}}'
    property '{{json .Config.ExposedPorts}}' '{"8080/tcp":{}}'
    property '{{.Config.StopSignal}}' SIGTERM
    property '{{json .HealthCheck.Test}}' '["CMD","trainyard","health"]'
    version=$(podman run --rm "$image" --version)
    property '{{index .Labels "org.opencontainers.image.version"}}' "${version#trainyard }"
    property '{{index .Labels "org.opencontainers.image.title"}}' Trainyard
    property '{{index .Labels "org.opencontainers.image.licenses"}}' Apache-2.0
}

# It holds the program, its library for ranks, the packages of what both link and of libpq, and a shell.
image_holds_no_more() {
    local packages libraries loaded expected files named
    expected="base-files busybox-static libc6 libcom-err2 libdnnl2 libffi8 libgcc-s1 libgcrypt20 libgloo0 libgmp10"
    expected+=" libgnutls30 libgomp1 libgpg-error0 libgssapi-krb5-2 libhiredis0.14 libhogweed6 libibverbs1"
    expected+=" libidn2-0 libk5crypto3"
    expected+=" libkeyutils1 libkrb5-3 libkrb5support0 libldap-2.5-0 libnettle8 libnl-3-200 libnl-route-3-200 libp11-kit0 libpng16-16 libpq5"
    expected+=" libsasl2-2 libsqlite3-0 libssl3 libstdc++6 libtasn1-6 libturbojpeg0 libunistring2 libwebp7"
    expected+=" libwebpdemux2 ocl-icd-libopencl1 zlib1g"
    packages=$(podman run --rm --entrypoint cat "$image" /var/lib/dpkg/status | sed -n 's/^Package: //p' | xargs)
    [[ $packages == "$expected" ]] || fail "its packages: $packages"
    libraries=$(podman run --rm --entrypoint /lib64/ld-linux-x86-64.so.2 "$image" --list /usr/local/bin/trainyard)
    loaded=$(podman run --rm --entrypoint /lib64/ld-linux-x86-64.so.2 "$image" --list "/lib/$(uname -m)-linux-gnu/libpq.so.5")
    loaded+=$(podman run --rm --entrypoint /lib64/ld-linux-x86-64.so.2 "$image" --list /usr/local/bin/libtrainyard-gloo.so)
    ! grep --fixed-strings --regexp 'not found' --regexp libswift --regexp libFoundation <<<"$libraries$loaded" ||
        fail "it should link C libraries that are there, and have Swift's inside: $libraries$loaded"
    files=$(podman run --rm --entrypoint find "$image" /usr -type f -name '*.so*' | wc -l)
    # And the two that are loaded.
    named=$(grep '=> /\|ld-linux' <<<"$libraries"$'\n'"$loaded" | sed 's/(.*//' | sort --unique | wc -l)
    ((files == named + 2)) || fail "$files libraries, and it links $libraries, and loads $loaded"
    podman run --rm --entrypoint sh "$image" -c 'ls /data && id -u | grep -qx 10001' || fail "there is no shell for its user"
}

image_asks_for_tokens() {
    local said status=0
    said=$(timeout --signal KILL 10 podman run --rm "$image" 2>&1) || status=$?
    [[ $status == 64 && $said == *"--host 0.0.0.0: "*"--token-file"* ]] || fail "status $status: $said"
}

image_checks() {
    check "the image is smaller than 120 MB" image_is_small
    check "the image is configured as it says" image_is_configured
    check "the image holds the program, its libraries and no more" image_holds_no_more
    check "for all interfaces it asks for tokens" image_asks_for_tokens
}
