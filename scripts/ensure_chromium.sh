#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests; installs one when the machine has none. Never answers with nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

works() {
  [ -n "$1" ] && "$1" --version >/dev/null 2>&1
}

installed() {
  local name path
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] || continue
    path=$(command -v "$name") || continue
    if works "$path"; then
      echo "$path"
      return
    fi
  done
  return 1
}

# Without a Chinese face every character is a box, and a screenshot shows nothing.
has_chinese_font() {
  command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]
}

from_distribution() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  echo "正在用 apt-get 安装：$*" >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >&2
}

from_playwright() {
  echo "正在用 Playwright 下载 Chromium……" >&2
  .venv/bin/python -m playwright install chromium >&2 || return 1
  .venv/bin/python - <<'PY'
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
PY
}

if [ -n "${CHROMIUM:-}" ] && ! command -v "$CHROMIUM" >/dev/null; then
  echo "环境变量 CHROMIUM 指向的 ${CHROMIUM} 不存在，请改正或取消该变量。" >&2
  exit 1
fi
path=$(installed) || { from_distribution chromium && path=$(installed); } || path=$(from_playwright) || path=""
if ! works "$path"; then
  echo "浏览器测试需要 Chromium：请安装 chromium，或用环境变量 CHROMIUM 指出其路径。" >&2
  exit 1
fi
has_chinese_font || from_distribution fonts-wqy-microhei fontconfig ||
  echo "没有中文字体，截图中的汉字会显示为方框；请安装一种中文字体。" >&2
echo "$path"
