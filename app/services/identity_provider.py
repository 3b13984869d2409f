"""The provider of identities (统一身份认证) as it is spoken to: OpenID Connect, by code and PKCE.

The rules are those of OpenID Connect Core 1.0 and RFC 9700; authlib and joserfc keep them.
It knows no account: it says who somebody is there. Slow, so run it on `EXECUTOR`.
"""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic_ns
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.domain.identities import Trouble
from app.oidc_settings import Oidc, secure

EXECUTOR = ThreadPoolExecutor(max_workers=4, thread_name_prefix="oidc")
TIMEOUT = httpx2.Timeout(5, connect=3)
# What a provider says of itself changes rarely; a key that is not known is asked for at once.
FRESH = 3600 * 10**9  # nanoseconds
SKEW = timedelta(seconds=60)
# Public keys only: a token signed with the client's own secret proves nothing, an unsigned less.
ALGORITHMS = frozenset(
    f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)
)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LARGEST_TOKEN = 16 * 1024
LONGEST_SUBJECT = 255

log = logging.getLogger(__name__)


class Troubled(Exception):
    """A login that opens nothing; the detail is for the log alone."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        self.trouble = trouble
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What binds an answer of the provider to the question: known to this browser's flow alone."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider; `assured` if it vouches for two factors."""

    issuer: str
    subject: str
    username: str
    assured: bool
    id_token: str


class Provider:
    """One provider, with what it says of itself kept for a while."""

    def __init__(self, oidc: Oidc, timer: Callable[[], int] = monotonic_ns) -> None:
        self.oidc = oidc
        self._timer = timer
        self._lock = Lock()
        self._kept: dict[str, tuple[int, dict[str, Any]]] = {}

    def authorization_url(self, secrets: Secrets, back: str) -> str:
        """Where the browser goes to log in; raises Troubled."""
        asked = {"nonce": secrets.nonce}
        if self.oidc.factor_acr:
            asked["acr_values"] = " ".join(sorted(self.oidc.factor_acr))
        with self._client(back) as client:
            url, _ = client.create_authorization_url(
                self._document()["authorization_endpoint"],
                state=secrets.state,
                code_verifier=secrets.verifier,
                **asked,
            )
        return str(url)

    def check_answerer(self, issuer: str) -> None:
        """Refuse an answer in another provider's name (RFC 9207)."""
        promised = self._document().get("authorization_response_iss_parameter_supported") is True
        if issuer != self.oidc.issuer and (issuer or promised):
            raise Troubled(Trouble.UNTRUSTED, "the answer names another issuer")

    def identity(self, now: datetime, secrets: Secrets, code: str, back: str) -> Identity:
        """Who the code of an answer stands for; raises Troubled."""
        with self._client(back) as client:
            token = self._token(client, secrets, code)
            claims = self._claims(now, secrets, token)
            username = claims.get(self.oidc.claim)
            if not username:
                claims = {**self._userinfo(client, claims), **claims}
                username = claims.get(self.oidc.claim)
        if self.oidc.claim == "email" and claims.get("email_verified") is not True:
            username = ""  # an address that nobody has proven names nobody
        return Identity(
            issuer=self.oidc.issuer,
            subject=claims["sub"],
            username=username.strip() if isinstance(username, str) else "",
            assured=self._assured(claims),
            id_token=str(token["id_token"]),
        )

    def logout_url(self, id_token: str, back: str) -> str:
        """Where the login at the provider itself is ended (RP-Initiated Logout 1.0), or nothing."""
        try:
            end = self._document().get("end_session_endpoint")
        except Troubled:
            return ""
        if not isinstance(end, str) or not secure(end):
            return ""
        asked = {"client_id": self.oidc.client_id, "post_logout_redirect_uri": back}
        if id_token:
            asked["id_token_hint"] = id_token
        return f"{end}{'&' if '?' in end else '?'}{urlencode(asked)}"

    def _client(self, back: str) -> Any:
        methods = self._document().get("token_endpoint_auth_methods_supported")
        method = "client_secret_basic"
        if isinstance(methods, list) and method not in methods:
            method = "client_secret_post"
        return OAuth2Client(
            client_id=self.oidc.client_id,
            client_secret=self.oidc.client_secret or None,
            token_endpoint_auth_method=method if self.oidc.client_secret else "none",
            scope=self.oidc.scopes,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=TIMEOUT,
        )

    def _token(self, client: Any, secrets: Secrets, code: str) -> Mapping[str, Any]:
        """The answer of the token endpoint, with an ID token in it."""
        endpoint = self._document()["token_endpoint"]
        try:
            token: Mapping[str, Any] = client.fetch_token(
                endpoint,
                code=code,
                code_verifier=secrets.verifier,
                grant_type="authorization_code",
            )
        except AuthlibBaseError as error:
            raise Troubled(Trouble.UNTRUSTED, f"the code was refused: {error.error}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise Troubled(Trouble.DOWN, f"token endpoint: {error!r}") from error
        held = token.get("id_token")
        if not isinstance(held, str) or not 0 < len(held) <= LARGEST_TOKEN:
            raise Troubled(Trouble.UNTRUSTED, "no ID token")
        return token

    def _claims(
        self, now: datetime, secrets: Secrets, token: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The claims of the ID token, once signature, issuer, audience, times and nonce hold."""
        options = {
            "iss": {"essential": True, "value": self.oidc.issuer},
            "aud": {"essential": True, "value": self.oidc.client_id},
        }
        params = {
            "nonce": secrets.nonce,
            "client_id": self.oidc.client_id,
            "access_token": token.get("access_token"),
        }
        try:
            read = self._decoded(str(token["id_token"]))
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(int(now.timestamp()), int(SKEW.total_seconds()))
        except (JoseError, ValueError, TypeError) as error:
            raise Troubled(Trouble.UNTRUSTED, f"ID token: {error!r}") from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise Troubled(Trouble.UNTRUSTED, "ID token: no subject")
        return dict(claims)

    def _decoded(self, id_token: str) -> jwt.Token:
        """The token with its signature verified; keys are fetched anew for one that is unknown."""
        named = self._document().get("id_token_signing_alg_values_supported", ["RS256"])
        allowed = sorted(ALGORITHMS & {str(name) for name in named})
        if not allowed:  # an empty list would stand for the library's own
            raise Troubled(Trouble.UNTRUSTED, "no signature that could be verified is offered")
        try:
            return jwt.decode(id_token, self._keys(), algorithms=allowed)
        except (JoseError, ValueError):
            return jwt.decode(id_token, self._keys(anew=True), algorithms=allowed)

    def _userinfo(self, client: Any, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the provider tells of the person beyond the token, as far as it tells anything."""
        endpoint = self._document().get("userinfo_endpoint")
        if not isinstance(endpoint, str) or not secure(endpoint):
            return {}
        try:
            told = _object(client.get(endpoint))
        except (httpx2.HTTPError, AuthlibBaseError, ValueError) as error:
            raise Troubled(Trouble.DOWN, f"userinfo: {error!r}") from error
        if told.get("sub") != claims["sub"]:
            raise Troubled(Trouble.UNTRUSTED, "userinfo tells of another subject")
        return told

    def _assured(self, claims: Mapping[str, Any]) -> bool:
        methods = claims.get("amr")
        said = {str(item) for item in methods} if isinstance(methods, list) else set()
        return str(claims.get("acr")) in self.oidc.factor_acr or bool(said & self.oidc.factor_amr)

    def _document(self) -> dict[str, Any]:
        """What the provider says of itself; raises Troubled."""
        found = self._fetched(get_well_known_url(self.oidc.issuer, external=True))
        if found.get("issuer") != self.oidc.issuer:
            raise Troubled(Trouble.DOWN, "the discovery document names another issuer")
        for name in ENDPOINTS:
            if not isinstance(found.get(name), str) or not secure(found[name]):
                raise Troubled(Trouble.DOWN, f"the discovery document has no usable {name}")
        return found

    def _keys(self, *, anew: bool = False) -> KeySet:
        return KeySet.import_key_set(self._fetched(self._document()["jwks_uri"], anew=anew))  # type: ignore[arg-type]

    def _fetched(self, url: str, *, anew: bool = False) -> dict[str, Any]:
        """A JSON object of the provider, kept for a while; an old one serves where it is down."""
        with self._lock:
            kept = self._kept.get(url)
        if kept and not anew and self._timer() - kept[0] < FRESH:
            return kept[1]
        try:
            found = _object(httpx2.get(url, timeout=TIMEOUT))
        except (httpx2.HTTPError, ValueError) as error:
            if kept and not anew:
                log.warning("identity provider is down, its last word serves: %r", error)
                return kept[1]
            raise Troubled(Trouble.DOWN, f"{url}: {error!r}") from error
        with self._lock:
            self._kept[url] = (self._timer(), found)
        return found


def _object(answer: httpx2.Response) -> dict[str, Any]:
    """The JSON object of an answer; raises HTTPError or ValueError."""
    answer.raise_for_status()
    found = answer.json()
    if isinstance(found, dict):
        return found
    raise ValueError("a JSON object was expected")
