"""The outermost layer: which host names, how large a body, how many requests, which headers.

Counters live in this process: with several processes each caller has the limit that many times.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from time import monotonic

from fastapi import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings

# Tells a refused request in the shape of the face that it asked.
Refuse = Callable[[Scope, int, str], Response]
Timer = Callable[[], float]

API = "/api/v1/"
DOORS = frozenset({"/login", "/login/verify", "/setup", "/session/login", "/session/verify"})
# Here a mere look makes the server ask a provider.
WAYS_IN = "/login/oidc"
# Anybody may ask about a code here, and nobody may try many.
CHECK = "/check-codes"
HEAVY = re.compile(
    r"/(?:export|search|print|documents|template|filling-templates)(?:[/.]|$)"
    r"|/(?:attachments/[0-9]+|exports/[0-9]+/file)$"
)
# What a key asks for that costs as much as an export: files read, workbooks made.
HEAVY_CALL = re.compile(
    r"/api/v1/(?:scorings/files|filling-templates|self-evaluations/[0-9]+/template)"
)
# A poll of a score costs less than counting it would save.
POLL = re.compile(r"/api/v1/self-evaluations/[0-9]+/score")
# Where files may be sent: here alone a body may be larger, and each is counted.
UPLOAD = re.compile(r"(?:/api/v1)?/self-evaluations/[0-9]+/attachments")
MINUTE = 60
KIB = 1024
MIB = 1024 * KIB
# So many callers are remembered at once; an unknown one then makes room for all.
MOST_CALLERS = 20_000

WRONG_HOST = "没有名为 {} 的网站。请核对地址；管理员可以在 JIXIAO_ALLOWED_HOSTS 中加入这个名称。"
TOO_LARGE = "提交的内容超过 {}，请分批提交。"
BAD_LENGTH = "请求头 Content-Length 不是一个数，请核对。"
TOO_MANY = "操作过于频繁，请 {} 秒后再试。"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
STRICT_TRANSPORT = "max-age=63072000"


class Edge:
    """ASGI layer around the whole application."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        refuse: Refuse,
        timer: Timer = monotonic,
        largest_upload: int = 0,
    ) -> None:
        self._app = app
        self._hosts = frozenset(settings.allowed_hosts)
        self._largest = settings.largest_body
        self._largest_upload = max(largest_upload, settings.largest_body)
        self._refuse = refuse
        self._counters = {
            "door": Counter(settings.logins_per_minute, timer),
            "api": Counter(settings.api_per_minute, timer),
            "heavy": Counter(settings.exports_per_minute, timer),
            "upload": Counter(settings.uploads_per_minute, timer),
            "check": Counter(settings.checks_per_minute, timer),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), scope["scheme"])
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send_safely)
            return
        await self._app(scope, self._counted(receive, self._most(scope)), send_safely)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts:
            return self._refuse(scope, 421, WRONG_HOST.format(host[:100] or "空白"))
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            return self._refuse(scope, 400, BAD_LENGTH)
        most = self._most(scope)
        if len(length) > 12 or int(length) > most:
            return self._refuse(scope, 413, _too_large(most))
        wait = self._wait(scope, headers)
        if wait:
            response = self._refuse(scope, 429, TOO_MANY.format(wait))
            response.headers["Retry-After"] = str(wait)
            return response
        return None

    def _wait(self, scope: Scope, headers: Headers) -> int:
        """Seconds until the caller may come again; 0 for now."""
        path, client = scope["path"], scope.get("client")
        address = client[0] if client else ""
        if POLL.fullmatch(path):
            return 0
        if _is_upload(scope):
            caller = headers.get("authorization") or headers.get("cookie") or address
            return self._counters["upload"].wait(_hidden(caller))
        if path.startswith(API):
            costly = HEAVY_CALL.fullmatch(path) is not None
            return self._counters["heavy" if costly else "api"].wait(
                _hidden(headers.get("authorization") or address)
            )
        if (scope["method"] == "POST" and path in DOORS) or path.startswith(WAYS_IN):
            return self._counters["door"].wait(address)
        if HEAVY.search(path):
            return self._counters["heavy"].wait(_hidden(headers.get("cookie") or address))
        return self._counters["check"].wait(address) if path.startswith(CHECK) else 0

    def _most(self, scope: Scope) -> int:
        """How large the body of a request may be."""
        return self._largest_upload if _is_upload(scope) else self._largest

    def _counted(self, receive: Receive, most: int) -> Receive:
        """The body in chunks, until it is larger than it may be, whatever it said of its length."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413, _too_large(most))
            return message

        return counted


class Counter:
    """Requests of each caller in the present minute; a limit of 0 counts nothing."""

    def __init__(self, limit: int, timer: Timer) -> None:
        self._limit = limit
        self._timer = timer
        self._minute = 0
        self._counts: dict[str, int] = {}

    def wait(self, caller: str) -> int:
        """Count one request; the seconds to wait when there have been enough."""
        if not self._limit:
            return 0
        now = self._timer()
        minute = int(now // MINUTE)
        if minute != self._minute or len(self._counts) > MOST_CALLERS:
            self._minute, self._counts = minute, {}
        count = self._counts[caller] = self._counts.get(caller, 0) + 1
        return max(1, int((minute + 1) * MINUTE - now) + 1) if count > self._limit else 0


def _is_upload(scope: Scope) -> bool:
    return scope["method"] == "POST" and UPLOAD.fullmatch(scope["path"]) is not None


def _too_large(most: int) -> str:
    return TOO_LARGE.format(f"{most // MIB} MB" if most >= 10 * MIB else f"{most // KIB} KB")


def _name(host: str) -> str:
    """The host without its port, in small letters."""
    name = host.strip().lower()
    end = name.find("]") + 1 if name.startswith("[") else name.find(":")
    return name[:end] if end > 0 else name


def _hidden(secret: str) -> str:
    """Keys and cookies are counted under a hash: a dump of the memory holds one place less."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _add_headers(headers: MutableHeaders, scheme: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if scheme == "https":
        headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    if "etag" not in headers:
        headers.setdefault("Cache-Control", "no-store")
