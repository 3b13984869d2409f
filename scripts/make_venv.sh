#!/usr/bin/env bash
# Makes .venv from a Python of at least 3.11 and puts the locked installer into it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
    if is_new_enough "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  echo "需要 Python 3.11 或更高版本：请安装后重试，或用 make PYTHON=解释器路径 指定。" >&2
  return 1
}

# Left alone when it works: a running program may be using it.
if ! is_new_enough .venv/bin/python; then
  python=$(find_python)
  rm -rf .venv
  if ! "$python" -m venv .venv; then
    rm -rf .venv
    echo "无法建立 .venv：Python 缺少 venv 组件，在 Debian 或 Ubuntu 上请安装 python3-venv。" >&2
    exit 1
  fi
fi

if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
  -r requirements/installer.lock; then
  # An office mirror may not carry it: pip itself does the same, slower.
  echo "未能安装 uv，改用 pip 安装依赖。" >&2
fi
