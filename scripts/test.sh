#!/usr/bin/env bash
# Runs pytest with the words given: a browser at hand, and what the tests write in memory, where there is room for it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

needed=$((4 * 1024 * 1024)) # KB, with room for what the database server logs

memory() {
  local left
  [ -w /dev/shm ] && left=$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1) && [ "$left" -gt "$needed" ]
}

CHROMIUM=$(bash scripts/ensure_chromium.sh)
export CHROMIUM
if memory; then
  TMPDIR=$(mktemp -d /dev/shm/jixiao-XXXXXX)
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
  chmod 755 "$TMPDIR" # the database server of the tests runs as somebody else
fi
.venv/bin/python -m pytest -n 4 --dist loadfile "$@"
