"""Where a login may lead: a page of this very host, whatever the address says."""

import re
from urllib.parse import urlsplit

from fastapi import Request

HOME = "/"
# Browsers drop tabs and line ends from an address and take a backslash for a slash.
PLAIN = re.compile(r"/[\x21-\x5b\x5d-\x7e]*")


def within(path: str) -> str:
    """The path with its query, or the first page for whatever could mean another host."""
    if not PLAIN.fullmatch(path) or path.startswith("//"):
        return HOME
    try:
        parts = urlsplit(path)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc else path


def asked_for(request: Request) -> str:
    """The page that was asked for, with its query, to come back to it."""
    query = request.url.query
    return within(f"{request.url.path}?{query}" if query else request.url.path)
