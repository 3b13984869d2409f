"""Which answers are sent compressed: static files, and the parts of a page that htmx asked for.

A page holds a token that must stay secret, and shows text from outside. Its compressed length
would tell a watcher on the wire how much the two have in common (BREACH), if another site could
make the browser ask for it again and again. A request with the header HX-Request cannot come
from another site: a browser would ask this server first, which allows nobody. Whole pages go
out as they are.
"""

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

STATIC = "/static/"
SMALLEST = 500  # bytes: below, the head of a compressed answer weighs more than it saves


class Compression:
    """ASGI layer around the pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on by the way that its answer takes."""
        way = self._compressed if scope["type"] == "http" and _tells_nothing(scope) else self._plain
        await way(scope, receive, send)


def _tells_nothing(scope: Scope) -> bool:
    """Whether nobody can learn a secret from the length of the answer."""
    if scope["path"].startswith(STATIC):
        return True
    return "hx-request" in Headers(scope=scope)
