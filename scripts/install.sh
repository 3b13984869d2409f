#!/usr/bin/env bash
# Brings .venv to exactly what the lock file given names, then installs the project itself in place.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
lock=$1
python=.venv/bin/python

with_uv() {
  [ -x .venv/bin/uv ] || return 1
  .venv/bin/uv pip sync --quiet --python "$python" --require-hashes "$lock" &&
    .venv/bin/uv pip install --quiet --python "$python" --no-deps --editable .
}

# pip reads the machine's own pip settings (a mirror, say), which uv does not.
with_pip() {
  "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" &&
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
}

echo "正在安装 ${lock} 中锁定的依赖……" >&2
if ! with_uv; then
  echo "uv 未能完成，改用 pip……" >&2
  if ! with_pip; then
    echo "依赖未能安装：请检查网络或 pip 的镜像设置后重试。" >&2
    exit 1
  fi
fi
