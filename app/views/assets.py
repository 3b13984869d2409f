"""Static files, named with a hash of their content so that a browser may keep them for good."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.domain.policies import ANYBODY

ROOT = Path(__file__).parent / "static"
KEEP = "public, max-age=31536000, immutable"
ASK = "no-cache"


@lru_cache(maxsize=256)
def _fingerprint(name: str, _: int) -> str:
    """The hash of one file; the time of its last change is in the key of the cache."""
    return sha256((ROOT / name).read_bytes()).hexdigest()[:12]


def fingerprint(name: str) -> str | None:
    """Twelve hex digits for the content of a static file, or None when it is not there."""
    try:
        return _fingerprint(name, (ROOT / name).stat().st_mtime_ns)
    except OSError:
        return None


def asset(name: str) -> str:
    """The URL of a static file, carrying the hash of its content."""
    version = fingerprint(name)
    return f"/static/{name}?v={version}" if version else f"/static/{name}"


class Assets(StaticFiles):
    """Files under /static: kept for a year when the URL names their hash, else asked anew."""

    policy = ANYBODY

    def __init__(self) -> None:
        super().__init__(directory=ROOT)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; only the exact hash in the query makes it immutable."""
        response = await super().get_response(path, scope)
        version = fingerprint(path)
        asked = scope["query_string"].decode("ascii", "replace")
        response.headers["Cache-Control"] = KEEP if version and asked == f"v={version}" else ASK
        return response
