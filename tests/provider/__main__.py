"""The provider's web side: discovery, keys, login page, token, userinfo, logout, and orders."""

import base64
import json
import os
import sys
from dataclasses import asdict
from html import escape
from typing import Any

import uvicorn
from authlib.oauth2 import OAuth2Error
from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.provider.server import Client, Orders, Request, Server, new_key, other_key

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # a socket of this machine
PORT, CLIENT_ID, SECRET = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ISSUER = f"http://127.0.0.1:{PORT}"
server = Server(ISSUER, Client(CLIENT_ID, SECRET))
BESIDE = other_key()


def down(name: str) -> bool:
    return name in server.orders.down


async def discovery(_: WebRequest) -> Response:
    if down("discovery"):
        return Response("out of order", 503)
    document = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "userinfo_endpoint": f"{ISSUER}/userinfo",
        "jwks_uri": f"{ISSUER}/keys",
        "end_session_endpoint": f"{ISSUER}/leave",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
    return JSONResponse(document | server.orders.document)


async def keys(_: WebRequest) -> Response:
    if down("keys"):
        return Response("out of order", 503)
    public = [key.as_dict(private=False) for key in (BESIDE, server.key)]
    return JSONResponse({"keys": public})


async def read(request: WebRequest) -> Request:
    form = dict(await request.form())
    headers = {name.title(): value for name, value in request.headers.items()}
    url = str(request.url)
    return Request(request.method, url, headers, dict(request.query_params), form)


async def authorize(request: WebRequest) -> Response:
    asked = await read(request)
    server.asked.append(dict(request.query_params))
    user = str(asked.form.get("user") or server.orders.user)
    denied = server.orders.deny or ("access_denied" if "deny" in asked.form else "")
    if not user and not denied:
        return HTMLResponse(LOGIN.format(action=escape(str(request.url), quote=True)))
    try:
        grant = server.get_consent_grant(asked, end_user=user)
    except OAuth2Error as error:
        return JSONResponse(dict(error.get_body()), 400)
    back, state = asked.payload.redirect_uri, asked.payload.state
    if denied:
        return RedirectResponse(f"{back}?error={denied}&state={state}&iss={ISSUER}", 302)
    _, _, headers = server.create_authorization_response(asked, grant_user=user, grant=grant)
    return RedirectResponse(f"{headers['Location']}&iss={ISSUER}", 302)


async def token(request: WebRequest) -> Response:
    if down("token"):
        return Response("out of order", 503)
    status, body, headers = server.create_token_response(await read(request))
    if server.orders.unsigned and "id_token" in body:
        body["id_token"] = unsigned(body["id_token"])
    return JSONResponse(body, status, headers={"Cache-Control": headers["Cache-Control"]})


def unsigned(signed: str) -> str:
    """The same claims with the algorithm `none`."""
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{head}.{signed.split('.')[1]}."


async def userinfo(request: WebRequest) -> Response:
    if down("userinfo"):
        return Response("out of order", 503)
    user = server.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    if user is None:
        return Response("unknown token", 401)
    told = {"sub": f"sub-{user}", "preferred_username": user}
    return JSONResponse(told if server.orders.userinfo is None else server.orders.userinfo)


async def leave(request: WebRequest) -> Response:
    server.asked.append(dict(request.query_params))
    return RedirectResponse(request.query_params["post_logout_redirect_uri"], 302)


async def orders(request: WebRequest) -> Response:
    """Take new orders whole; answer what was asked of the provider since the last ones."""
    given: dict[str, Any] = json.loads(await request.body())
    if given.pop("rotate", False):
        server.key = new_key()
    server.orders = Orders(**given)
    asked, server.asked = server.asked, []
    return JSONResponse({"orders": asdict(server.orders), "asked": asked})


LOGIN = """<!doctype html><html lang="zh-CN"><title>统一身份认证</title><h1>统一身份认证</h1>
<form method="post" action="{action}"><label>工号 <input name="user"></label>
<button>登录</button><button name="deny" value="1">拒绝</button></form></html>"""

app = Starlette(
    routes=[
        Route("/.well-known/openid-configuration", discovery),
        Route("/keys", keys),
        Route("/authorize", authorize, methods=["GET", "POST"]),
        Route("/token", token, methods=["POST"]),
        Route("/userinfo", userinfo),
        Route("/leave", leave),
        Route("/orders", orders, methods=["POST"]),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning")
