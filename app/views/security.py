"""What every HTML answer promises the browser, and who may send a form here."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
REFUSED = "请求不是从本系统的页面发出的，未作处理。请从本系统重新打开页面再试。"


def from_here(request: Request) -> bool:
    """Whether a browser says that the request comes from a page of this very host.

    `Sec-Fetch-Site` is sent only to trustworthy origins (https, loopback); on a plain http
    intranet the `Origin` of a form must name our host. A request with neither is refused.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


class Safeguards:
    """ASGI layer: refuses forms sent from elsewhere, adds the headers, forbids storing pages."""

    def __init__(self, app: ASGIApp, refuse: Callable[[Request], Awaitable[Response]]) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the refusal page."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message))
            await send(message)

        request = Request(scope, receive)
        if request.method not in SAFE_METHODS and not from_here(request):
            response = await self.refuse(request)
            await response(scope, receive, send_safely)
            return
        await self.app(scope, receive, send_safely)


def add_headers(headers: MutableHeaders) -> None:
    """Put the promises on an answer; one that did not say otherwise is not to be stored.

    A download promises more about itself than a page does.
    """
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
