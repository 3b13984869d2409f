#!/usr/bin/env bash
# Writes the hash locks of requirements/ and package-lock.json. UPGRADE=1 takes the newest allowed versions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

upgrade=()
[ -z "${UPGRADE:-}" ] || upgrade=(--upgrade)

# One lock for every platform; the header names this command, no path and no registry.
compile() {
  local output=$1
  shift
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links \
    ${upgrade[@]+"${upgrade[@]}"} --output-file "requirements/$output.lock" "$@"
}

mkdir -p requirements
compile installer --group pyproject.toml:installer
compile runtime pyproject.toml
compile dev pyproject.toml --group pyproject.toml:dev --constraint requirements/runtime.lock
compile node --group pyproject.toml:node

bash scripts/npm.sh install --package-lock-only
