#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests; installs one when the machine has none. Never answers with nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

works() {
  [ -n "$1" ] && "$1" --version >/dev/null 2>&1
}

# The headless shell takes a third less of the processor than a whole Chromium, and is the same everywhere.
from_npm() {
  local path
  path=$(bash scripts/fetch_chromium.sh @sparticuz/chromium@153.0.0 \
    jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==) &&
    works "$path" && echo "$path"
}

installed() {
  local name path
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
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

if [ -n "${CHROMIUM:-}" ]; then
  path=$(command -v "$CHROMIUM") || {
    echo "环境变量 CHROMIUM 指向的 ${CHROMIUM} 不存在，请改正或取消该变量。" >&2
    exit 1
  }
else
  path=$(from_npm || installed || { from_distribution chromium && installed; } || from_playwright) || path=""
fi
if ! works "$path"; then
  echo "浏览器测试需要 Chromium：请安装 chromium，或用环境变量 CHROMIUM 指出其路径。" >&2
  exit 1
fi
has_chinese_font || from_distribution fonts-wqy-microhei fontconfig ||
  echo "没有中文字体，截图中的汉字会显示为方框；请安装一种中文字体。" >&2
echo "$path"
