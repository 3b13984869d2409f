#!/usr/bin/env bash
# Runs npm with the words given: the machine's own or, without one, npm from a locked Python package.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Lock files of version 3 need npm 7.
version=$(npm --version 2>/dev/null) || version=0
if [ "${version%%.*}" -ge 7 ]; then
  exec npm --loglevel=error "$@"
fi

# It is large and seldom needed, so it lives in a folder that goes when this script ends.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python=.venv/bin/python
lock=requirements/node.lock
if ! { [ -x .venv/bin/uv ] &&
  .venv/bin/uv pip install --quiet --python "$python" --target "$folder" --require-hashes -r "$lock"; }; then
  "$python" -m pip install --quiet --disable-pip-version-check --target "$folder" --require-hashes -r "$lock"
fi
PATH="$folder/bin:$PATH" PYTHONPATH="$folder" "$python" "$folder/bin/npm" --loglevel=error "$@"
