"""Refusals that belong to no single route: one shape, kind words, no inner workings."""

import logging

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from app.api import create_api, problems
from app.api.dependencies import allows
from app.api.exact_json import ExactRoute
from app.domain.policies import ANYBODY
from app.errors import Busy, Conflict
from tests.api.support import assert_problem


@pytest.fixture(scope="session")
def databases(sqlite):
    """No database is asked."""
    return sqlite


class Duplicate(Exception):
    sqlstate = "23505"


FAULTS = {
    "defect": (RuntimeError("secret inner working"), 500, "internal"),
    "busy": (Busy(), 503, "busy"),
    "locked": (OperationalError("SELECT 1", {}, Exception("locked")), 503, "busy"),
    "duplicate": (IntegrityError("INSERT", {}, Duplicate("duplicate")), 409, "conflict"),
    "duplicate-sqlite": (IntegrityError("", {}, Exception("UNIQUE constraint failed: a.b")), 409,
                         "conflict"),
    "needed": (IntegrityError("", {}, Exception("FOREIGN KEY constraint failed")), 409, "conflict"),
    "null": (IntegrityError("", {}, Exception("NOT NULL constraint failed: a.b")), 500, "internal"),
    "unholdable": (DataError("", {}, Exception("NUL")), 400, "unacceptable"),
    "state": (Conflict("请先完成填写。"), 409, "conflict"),
}  # fmt: skip


@pytest.fixture
def faulty():
    """The API with a route for each fault."""
    api = create_api()
    router = APIRouter(route_class=ExactRoute)

    def fail(name):
        def route():
            raise FAULTS[name][0]

        return route

    for name in FAULTS:
        router.add_api_route(f"/{name}", fail(name), dependencies=[allows(ANYBODY)])
    api.include_router(router)
    return TestClient(api, raise_server_exceptions=False)


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_a_problem(faulty, name):
    _, status, code = FAULTS[name]
    answer = faulty.get(f"/{name}")
    assert_problem(answer, status, code)
    assert answer.headers["cache-control"] == "no-store"
    assert "secret" not in answer.text


def test_a_defect_has_a_number_that_the_log_knows(faulty, caplog):
    with caplog.at_level(logging.ERROR, logger=problems.__name__):
        trace = faulty.get("/defect").json()["trace"]
    [record] = [record for record in caplog.records if record.name == problems.__name__]
    assert trace in record.getMessage()
    assert record.exc_info is not None


def test_a_busy_database_says_when_to_come_back(faulty):
    for path in ("/locked", "/busy"):
        assert faulty.get(path).headers["retry-after"] == "5"


@pytest.mark.parametrize("path", ["/", "/nothing", "/projects/1/nothing", "/organisations/"])
def test_an_address_that_is_not_there(client, path):
    assert_problem(client.get(path), 404, "not_found")


def test_a_method_that_is_not_there_names_those_that_are(client):
    answer = client.post("/projects/1", json={})
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, PUT"
    answer = client.patch("/scorings")
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
