#!/usr/bin/env bash
# Copies the few files that the pages need out of node_modules, and gathers the icons into one file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
vendor=app/views/static/vendor

mkdir -p "$vendor"
cp node_modules/htmx.org/dist/htmx.min.js "$vendor/htmx.min.js"
.venv/bin/python scripts/build_sprite.py app/views/static/icons.txt node_modules/lucide-static/icons "$vendor/icons.svg"
