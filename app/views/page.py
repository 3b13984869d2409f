"""Rendering: a whole page, or for htmx only the named blocks of it; and redirects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import RouteContext, iter_route_contexts
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2_fragments import render_block

from app.domain.actors import ROLE_LABELS, Noun
from app.domain.policies import (
    AUDITS,
    CONFIRMS,
    FILES,
    IMPORTS,
    MAILS,
    SEES_ACCOUNTS,
    SIGNED_IN,
    Policy,
    maintains,
)
from app.services.accounts import Holder
from app.views import assets, filters

# Seconds until the session ends if nobody does anything more; session.js warns before.
LEFT = "X-Session-Left"
TEMPLATES = Path(__file__).parent / "templates"


@pass_context
def _url(context: Context, route: str, **parameters: object) -> str:
    """The path of a route by its function's name."""
    request: Request = context["request"]
    return str(_routes(request.app)[route].url_path_for(route, **parameters))


@cache
def _routes(app: FastAPI) -> dict[str, RouteContext]:
    """Every route by its name: the application itself looks through all of them, each time."""
    return {found.name: found for found in iter_route_contexts(app.routes) if found.name}


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"asset": assets.asset, "url": _url}
    environment.filters |= {
        "clock": filters.clock,
        "day": filters.day,
        "counted": filters.counted,
        "minute": filters.minute,
    }
    # A block rendered on its own never runs its template's imports, so macros are globals.
    for name in ("ui", "cells", "trail", "account", "guide"):
        module = environment.get_template(f"components/{name}.html").module
        environment.globals[name] = module
    return environment


ENVIRONMENT = _environment()


@dataclass(frozen=True, slots=True)
class Block:
    """A named block of a page; `loop` holds the loop variables of a block inside a loop."""

    template: str
    name: str
    loop: Mapping[str, object] = field(default_factory=dict)


def wants_blocks(request: Request) -> bool:
    """Whether htmx asks, for a part of the page that it shows already."""
    headers = request.headers
    return "hx-request" in headers and "hx-history-restore-request" not in headers


def page(
    request: Request,
    template: str,
    context: object,
    *,
    blocks: Iterable[Block] = (),
    status: int = 200,
) -> Response:
    """The page `template` of the dataclass `context`; htmx gets only the `blocks` of it."""
    values = {
        "request": request,
        "page": context,
        "viewer": viewer(request),
        "demo": request.app.state.settings.demo,
        "csrf": getattr(request.state, "csrf", ""),
        "left": getattr(request.state, "left", 0),
        "provider": bool(request.app.state.provider),
    }
    wanted = tuple(blocks)
    if wanted and wants_blocks(request):
        html = "\n".join(
            render_block(ENVIRONMENT, block.template, block.name, values | dict(block.loop))
            for block in wanted
        )
    else:
        html = ENVIRONMENT.get_template(template).render(values)
    headers = {"Vary": "HX-Request"}
    if values["left"]:
        headers[LEFT] = str(values["left"])
    return HTMLResponse(html, status, headers=headers)


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the head of every page leads to, for whom its policy lets in."""

    policy: Policy
    route: str
    icon: str
    label: str


PLACES = (
    Place(FILES, "show_filing_tasks", "calendar-clock", "填报任务"),
    Place(SIGNED_IN, "show_checking", "file-check", "验算"),
    Place(IMPORTS, "show_imports", "upload", "导入"),
    Place(SEES_ACCOUNTS, "show_users", "users", "账号"),
    Place(CONFIRMS, "show_grants", "key-round", "授权"),
    Place(MAILS, "show_mails", "mail", "邮件发送"),
    Place(AUDITS, "show_audit", "shield-check", "审计记录"),
    Place(maintains(Noun.WORKFLOW), "show_workflow_settings", "settings", "审核设置"),
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is signed in and in which post, for the head of the page.

    `places` are the pages beside the list of tasks that are theirs, `posts` the posts to choose
    from, `unread` is the number at the bell.
    """

    name: str
    username: str
    role: str
    places: tuple[Place, ...]
    posts: int
    unread: int


def viewer(request: Request) -> Viewer | None:
    """Who the session dependency found at the door, or None."""
    holder: Holder | None = getattr(request.state, "holder", None)
    if holder is None:
        return None
    actor = holder.actor
    return Viewer(
        name=holder.person.name,
        username=request.state.username,
        role=ROLE_LABELS[actor.role] if actor else "",
        places=tuple(place for place in PLACES if actor and place.policy.lets_in(actor)),
        posts=len(holder.posts),
        unread=getattr(request.state, "unread", 0),
    )


def go_to(request: Request, route: str, **parameters: object) -> Response:
    """After a form: 303 to a route, or for htmx a 200 that tells it to go there."""
    return go_to_path(request, str(request.app.url_path_for(route, **parameters)))


def go_to_path(request: Request, path: str) -> Response:
    """After a form: 303 to a path of this host, or the htmx way of saying so."""
    if "hx-request" in request.headers:
        return Response(headers={"HX-Redirect": path, "Vary": "HX-Request"})
    return RedirectResponse(path, 303, headers={"Vary": "HX-Request"})
