#!/usr/bin/env bash
# Prints the path of a Chromium 86, the oldest engine that the pages promise to bear.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -n "${CHROMIUM86:-}" ]; then
  echo "$CHROMIUM86"
  exit
fi
exec bash scripts/fetch_chromium.sh chrome-aws-lambda@5.3.1 \
  KklZTy2p2U/86cCh1hKL3PGDqoirQCAg7uejvNIn0rDBkWj4Su4GOjYMRVB3kthLwmnWhh3x63RDBTCAaQ9Q3Q==
