"""One declared policy a route: read from the live table of the whole program."""

from collections import Counter

import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import Mount

from app.api import create_api
from app.api.dependencies import allows, write_session
from app.api.exact_json import ExactRoute
from app.api.score_poll import ScorePoll
from app.domain.policies import ANYBODY, POLLS, READS
from app.doors import GuardedRoute, OpenDoor, Undeclared
from app.main import create_app
from app.settings import Settings
from app.views import create_views
from tests.matrix.table import Declared, routes

TABLE = [*routes(create_api(), "api"), *routes(create_views(), "page")]
PUBLIC = {
    "api GET /openapi.json",
    "api GET /standards",
    "api GET /standards/{standard}/{edition}",
    "api POST /scorings",
    "page GET /check-codes",
    "page GET /check-codes/{code}",
    "page GET /login",
    "page GET /login/oidc",
    "page GET /login/oidc/return",
    "page GET /session",
    "page GET /setup",
    "page GET /static/",
    "page POST /carried",
    "page POST /login",
    "page POST /logout",
    "page POST /session/login",
    "page POST /session/verify",
    "page POST /setup",
}


def test_no_two_pages_share_a_name():
    """Links are written by the names of routes."""
    names = Counter(declared.route.name for declared in TABLE if declared.face == "page")
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("declared", TABLE, ids=lambda item: item.name)
def test_every_route_declares_exactly_one_policy(declared: Declared):
    assert len(declared.policies) == 1


def test_only_these_routes_are_open_to_anybody():
    assert {item.name for item in TABLE if item.policy.public} == PUBLIC


@pytest.mark.parametrize("declared", TABLE, ids=lambda item: item.name)
def test_a_route_that_writes_asks_for_more_than_reading(declared: Declared):
    """A transaction that writes is opened only behind a policy that lets writers in."""
    if declared.policy.public or not hasattr(declared.route, "dependant"):
        return
    if declared.method != "GET":
        assert (
            declared.policy.writes
            or declared.policy.actions
            or declared.policy.noun
            or (declared.policy.name in ("audits", "exports"))
        )
    elif opens(declared.route.dependant, write_session):
        pytest.fail("a GET of the API writes")


def opens(dependant, call):
    return dependant.call is call or any(opens(below, call) for below in dependant.dependencies)


def test_the_rest_of_the_program_declares_too(tmp_path):
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'x.sqlite3'}", data_dir=tmp_path)
    whole = create_app(settings)
    mounts = {route.path for route in whole.routes if isinstance(route, Mount)}
    assert mounts == {"/api/v1", ""}
    own = [item for item in routes(whole, "main") if not isinstance(item.route, Mount)]
    assert {(item.name, item.policy) for item in own} == {
        ("main GET /healthz", ANYBODY), ("main HEAD /healthz", ANYBODY),
    }  # fmt: skip
    assert ScorePoll.policy is POLLS
    whole.state.engine.dispose()


@pytest.mark.parametrize("made", [ExactRoute, GuardedRoute])
@pytest.mark.parametrize(
    "declared", [[], [allows(READS), allows(READS)], [allows(READS), Depends(OpenDoor())]]
)
def test_a_route_without_one_policy_cannot_be_made(made, declared):
    router = APIRouter(route_class=made)
    with pytest.raises(Undeclared, match="/things"):
        router.add_api_route("/things", lambda: None, dependencies=declared)


@pytest.mark.parametrize("create", [create_api, create_views])
def test_neither_application_takes_a_route_without_a_policy(create):
    app: FastAPI = create()
    with pytest.raises(Undeclared):
        app.add_api_route("/things", lambda: None)
