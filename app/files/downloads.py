"""The headers of a file that leaves the house: saved, never opened in the page (RFC 6266)."""

from urllib.parse import quote

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def headers(name: str, size: int, plain: str = "evidence") -> dict[str, str]:
    """For a download under that name; programs that know no UTF-8 names get the `plain` one."""
    _, dot, ending = name.rpartition(".")
    if dot and ending.isascii() and ending.isalnum():
        plain = f"{plain}.{ending}"
    spelled = quote(name, safe="")
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{spelled}",
        "Content-Length": str(size),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
