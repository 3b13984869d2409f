"""A provider of identities for the tests: authlib's own server side, on a socket of its own.

Codes, PKCE, client secrets and ID tokens are authlib's work. `Orders` make it misbehave.
"""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from joserfc.jwk import ECKey, OctKey, RSAKey


@dataclass
class Orders:
    """Who logs in without being asked, what the clock says, and what is to go wrong."""

    user: str = ""
    now: int = 0
    deny: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    header: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    stranger: bool = False
    unsigned: bool = False
    symmetric: bool = False
    down: list[str] = field(default_factory=list)


class Client:
    """The one client: this program."""

    id_token_signed_response_alg = "RS256"

    def __init__(self, client_id: str, secret: str) -> None:
        self.client_id, self.secret = client_id, secret

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return uri.startswith(("http://127.0.0.1:", "http://testserver/")) and uri.endswith(
            "/login/oidc/return"
        )

    def check_client_secret(self, secret: str) -> bool:
        return bool(self.secret) and secrets.compare_digest(self.secret, secret)

    def check_endpoint_auth_method(self, method: str, _: str) -> bool:
        return method == ("client_secret_basic" if self.secret else "none")

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


@dataclass
class Code:
    """One code, until it is spent."""

    code: str
    user: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Request(OAuth2Request):
    """A request as authlib reads it."""

    def __init__(self, method: str, url: str, headers: Any, query: Any, form: Any) -> None:
        super().__init__(method, url, headers=headers)
        self._query, self._form = query, form
        self.payload = BasicOAuth2Payload({**query, **form})

    @property
    def args(self) -> Any:
        return self._query

    @property
    def form(self) -> Any:
        return self._form


class Server(AuthorizationServer):
    """The provider's protocol side and everything that it remembers."""

    def __init__(self, issuer: str, client: Client) -> None:
        super().__init__()
        self.issuer, self.client, self.orders = issuer, client, Orders()
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.key = new_key()
        self.register_token_generator("default", self._token)
        identity = Identity()
        identity.server = self
        self.register_grant(Grant, [identity, CodeChallenge(required=True)])

    def query_client(self, client_id: str) -> Client | None:
        return self.client if client_id == self.client.client_id else None

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        self.tokens[token["access_token"]] = request.user

    def send_signal(self, name: str, *_: Any, **__: Any) -> None:
        return None

    def create_oauth2_request(self, request: Request) -> Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, Any, Any]:
        return status, body, dict(headers)

    def _token(self, **given: Any) -> dict[str, Any]:
        token = secrets.token_urlsafe(16)
        return {
            "token_type": "Bearer", "access_token": token, "expires_in": 300,
            "scope": given["scope"],
        }  # fmt: skip

    @property
    def now(self) -> int:
        return self.orders.now or int(time.time())


class Grant(AuthorizationCodeGrant):
    """Codes kept in memory, each good once."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "none")

    def save_authorization_code(self, code: str, request: Any) -> None:
        data = request.payload.data
        names = ("nonce", "code_challenge", "code_challenge_method")
        given = (data.get(name, "") for name in names)
        self.server.codes[code] = Code(
            code, request.user, data["redirect_uri"], data["scope"], *given
        )

    def query_authorization_code(self, code: str, _: Client) -> Code | None:
        return self.server.codes.get(code)

    def delete_authorization_code(self, code: Code) -> None:
        del self.server.codes[code.code]

    def authenticate_user(self, code: Code) -> str:
        return code.user


class Identity(OpenIDCode):
    """The ID token, with what the orders put into it."""

    server: Server

    def exists_nonce(self, nonce: str, _: Any) -> bool:
        return any(code.nonce == nonce for code in self.server.codes.values())

    def get_client_algorithm(self, client: Client) -> str:
        return "HS256" if self.server.orders.symmetric else super().get_client_algorithm(client)

    def resolve_client_private_key(self, client: Client) -> Any:
        if self.server.orders.symmetric:
            return OctKey.import_key(client.secret)
        return new_key() if self.server.orders.stranger else self.server.key

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        header = {"alg": self.get_client_algorithm(client), "kid": self.server.key.kid}
        return header | self.server.orders.header

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        now = self.server.now
        return {
            "iss": self.server.issuer, "aud": [client.client_id], "iat": now, "exp": now + 300,
            "auth_time": now,
        }  # fmt: skip

    def generate_user_info(self, user: str, _: str) -> dict[str, Any]:
        return {"sub": f"sub-{user}", **self.server.orders.claims}


def new_key() -> RSAKey:
    """A signing key with a name of its own."""
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})


def other_key() -> ECKey:
    """A key of another family, published beside the one that signs."""
    return ECKey.generate_key("P-256", {"kid": "other", "use": "sig"})
