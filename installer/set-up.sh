#!/bin/sh
# Everything a machine needs for make demo and make test: Debian packages, .venv, locked
# dependencies, the impostor's portrait. Does nothing that was done already.
set -eu
cd "$(dirname "$0")/.."

missing=""
for name in $(grep -v '^#' installer/debian-packages.txt); do
    dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || missing="$missing $name"
done
if [ -n "$missing" ]; then
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    echo "installing:$missing"
    $as_root apt-get update -q
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing
fi

wanted=$(sha256sum requirements.lock | cut -d' ' -f1)
if [ "$(cat .venv/locked 2>/dev/null || true)" != "$wanted" ]; then
    rm -rf .venv
    /usr/bin/python3 -m venv .venv
    .venv/bin/pip install --quiet --require-hashes --no-deps -r requirements.lock
    echo "$wanted" > .venv/locked
fi

[ -f build/portraits/impostor.jpg ] || .venv/bin/python -m sandbox.portraits fetch build/portraits
