# podman with all that it keeps in folders of this run, in a mount namespace of its own; to be sourced.

mkdir -p "$work/podman"
cat >"$work/podman/containers.conf" <<END
[containers]
default_ulimits = ["nofile=16384:16384", "nproc=8192:8192"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "netavark"
END
cat >"$work/podman/storage.conf" <<END
[storage]
driver = "overlay"
graphroot = "$work/podman/root"
runroot = "$work/podman/run"
END
export CONTAINERS_CONF=$work/podman/containers.conf CONTAINERS_STORAGE_CONF=$work/podman/storage.conf

# What podman writes outside of these is gone with the namespace.
for folder in /dev/shm /run/netns /run/libpod /run/containers /run/runc /run/lock /var/lib/containers /var/lib/cni; do
    mkdir -p "$folder"
    mount -t tmpfs tmpfs "$folder"
done
