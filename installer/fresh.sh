#!/bin/sh
# Both README commands from a clone, in a Debian root that has never seen the project, with an
# empty environment. Root only: it makes mounts. Prints the minutes each took.
# FRESH_DIR: where the root is built (/var/tmp). FRESH_KEEP: a folder that gets a copy of build/demo.
set -eu
if [ "$(id -u)" != 0 ]; then
    echo "make fresh needs root: it builds a Debian root and mounts into it" >&2
    exit 2
fi
cd "$(dirname "$0")/.."
command -v mmdebstrap >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends mmdebstrap

work=$(mktemp -d "${FRESH_DIR:-/var/tmp}/kiosk-fresh.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT TERM
root="$work/root"
start=$(date +%s)

mmdebstrap --variant=apt --include=python3,make,git,ca-certificates bookworm "$root" >"$work/mmdebstrap.log" 2>&1 \
    || { tail -20 "$work/mmdebstrap.log" >&2; exit 1; }
# Some networks replace TLS certificates by their own authority's: the host knows it.
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
[ -f /etc/hosts ] && cp -L /etc/hosts "$root/etc/hosts"
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
rm -rf "$root/dev"; mkdir -p "$root/dev" "$root/proc" "$root/run" "$root/tmp"
for node in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
    set -- $node
    mknod -m 666 "$root/dev/$1" c "$2" "$3"
done
ln -s /proc/self/fd "$root/dev/fd"
git clone -q --no-hardlinks . "$root/root/kiosk"
echo "root and clone: $(( $(date +%s) - start )) s"

# Loopback is the host's: the network namespace is shared, since packages come over it.
cat > "$root/root/inside.sh" <<'INSIDE'
set -eu
cd /root/kiosk
for target in demo test demo; do
    before=$(date +%s)
    make "$target"
    took=$(( $(date +%s) - before ))
    echo "fresh: make $target: $(( took / 60 )) min $(( took % 60 )) s"
done
INSIDE
# The mounts are made outside the root, in a namespace that ends with it: the root has no mount(8).
cat > "$work/enter.sh" <<'ENTER'
set -eu
root=$1
mount -t proc proc "$root/proc"
mkdir -p "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -sf pts/ptmx "$root/dev/ptmx"
for place in dev/shm run tmp; do mount -t tmpfs -o mode=1777 tmpfs "$root/$place"; done
chmod 755 "$root/run"
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    chroot "$root" /bin/sh /root/inside.sh
ENTER
unshare --mount --pid --fork --kill-child sh "$work/enter.sh" "$root"
if [ -n "${FRESH_KEEP:-}" ]; then mkdir -p "$FRESH_KEEP" && cp -r "$root/root/kiosk/build/demo" "$FRESH_KEEP/"; fi
took=$(( $(date +%s) - start ))
echo "fresh: all of it: $(( took / 60 )) min $(( took % 60 )) s"
