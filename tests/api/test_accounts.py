"""Accounts and grants over the API: made, requested and ended by machines, confirmed by nobody."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from app.api.score_poll import ScorePoll
from app.db import grants as grant_rows
from app.db import organisations, users
from app.db.api_keys import ApiKey
from app.db.session import writing
from app.domain.grants import GrantState
from app.services import accounts
from tests.api.routes import NAMES
from tests.api.support import NOW, PREFIX, assert_problem, based_on, bearer

ACCOUNTS = bearer("accounts-key")
GRANT = {"role": "filler", "first_year": 2024, "ends": "2029-12-31", "reason": "人事系统"}


def made(client, username, **given):
    body = {"username": username, "name": "李静", "organisation_id": 3, "grants": [GRANT]} | given
    return client.post("/users", json=body, headers=ACCOUNTS)


def test_an_account_comes_with_requests_and_without_a_password(client, world):
    answer = made(client, "machine.one")
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["location"].endswith(f"/users/{body['id']}")
    assert "password" not in answer.text
    [grant] = body["grants"]
    assert (grant["state"], grant["organisation_id"], grant["starts"]) == (
        "requested", 3, "2025-03-03",
    )  # fmt: skip
    shown = client.get(f"/grants/{grant['id']}", headers=ACCOUNTS)
    assert shown.json() == grant
    waiting = client.get("/grants?state=requested&limit=200", headers=ACCOUNTS).json()["items"]
    assert grant["id"] in [item["id"] for item in waiting]
    found = client.get("/users", params={"text": "machine.one"}, headers=ACCOUNTS).json()
    assert [item["id"] for item in found["items"]] == [body["id"]]


def test_every_problem_has_its_pointer(client):
    answer = made(
        client, "filler", organisation_id=4,
        grants=[GRANT | {"role": "king", "last_year": 2023}, GRANT | {"organisation_id": 999}],
    )  # fmt: skip
    problem = assert_problem(answer, 422)
    assert {error["pointer"] for error in problem["errors"]} == {
        "/username", "/grants/0/role", "/grants/0/last_year", "/grants/1/organisation_id",
    }  # fmt: skip


def test_no_route_confirms_and_nothing_of_a_secret_is_ever_answered(client):
    kept = [name for name in NAMES if " /users" in name or " /grants" in name]
    assert len(kept) == 8
    assert not [name for name in kept if "confirm" in name or "password" in name]
    text = client.get("/users?limit=200", headers=ACCOUNTS).text
    assert "argon2" not in text
    assert "hash" not in text


def test_a_grant_is_requested_and_revoked_once(client, world):
    user_id = made(client, "machine.two").json()["id"]
    asked = client.post(
        "/grants", json=GRANT | {"user_id": user_id, "role": "unit_lead"}, headers=ACCOUNTS
    )
    assert asked.status_code == 201
    path = f"/grants/{asked.json()['id']}/revocations"
    why = {"reason": "调离"}
    assert_problem(client.post(path, json=why, headers=ACCOUNTS), 428)
    early = client.post(path, json=why, headers=ACCOUNTS | based_on(asked))
    assert_problem(early, 409, "conflict")
    with writing(world) as session:
        row = grant_rows.of_user(session, user_id)[0][0]
        row.state = GrantState.ACTIVE
    revoked = client.post(path, json=why, headers=ACCOUNTS | based_on(asked))
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    assert_problem(client.post(path, json=why, headers=ACCOUNTS | based_on(asked)), 412)


@pytest.mark.parametrize("role", ["secadmin", "sysadmin", "auditadmin"])
def test_the_lanes_hold_for_machines_too(client, role):
    user_id = made(client, f"lane.{role}").json()["id"]
    body = {"user_id": user_id, "role": role, "organisation_id": 1, "reason": "改任"}
    problem = assert_problem(client.post("/grants", json=body, headers=ACCOUNTS), 422)
    assert "三员分立" in problem["errors"][0]["message"]


def test_an_account_is_switched_off_with_the_keys_it_answers_for(client, world):
    answer = made(client, "machine.off")
    with writing(world) as session:
        key = session.exec(select(ApiKey).where(ApiKey.name == "unit-key")).one()
        key.owner_id = answer.json()["id"]
    paths = ("/projects/1", "/self-evaluations/1/score")
    for path in paths:
        assert client.get(path, headers=bearer("unit-key")).status_code == 200
    path = f"/users/{answer.json()['id']}/deactivations"
    off = client.post(path, headers=ACCOUNTS | based_on(answer))
    assert (off.status_code, off.json()["active"]) == (200, False)
    for path in paths:
        assert_problem(client.get(path, headers=bearer("unit-key")), 401)
    with writing(world) as session:
        session.exec(select(ApiKey).where(ApiKey.name == "unit-key")).one().owner_id = None


@pytest.fixture
def poller(api, world):
    """The short way, with a key of the department, whose owner is the department's person."""
    whole = FastAPI(openapi_url=None)
    whole.mount(PREFIX, api)
    with writing(world) as session:
        department = organisations.by_code(session, "310000-YB")
        owner = users.by_username(session, "department")
        given = ("department-key", "department-key", department, "score")
        accounts.add_key(session, NOW, *given, owner_id=owner.id)
    poll = ScorePoll(whole, engine=world, cache=api.state.score_cache)
    with TestClient(poll, headers=bearer("department-key")) as poller:
        yield poller


def test_a_poll_of_a_built_answer_forgets_no_right(poller, world):
    """A unit moved away and an owner switched off count at the very next poll."""
    path = f"{PREFIX}/self-evaluations/1/score"
    assert [poller.get(path).status_code for _ in range(3)] == [200] * 3
    switch(world, "department", active=False)
    assert poller.get(path).status_code == 401
    switch(world, "department", active=True)
    assert poller.get(path).status_code == 200
    move(world, "310000-YB-01", "310000-CZ")
    assert poller.get(path).status_code == 404
    move(world, "310000-YB-01", "310000-YB")
    assert poller.get(path).status_code == 200


def switch(world, username, *, active):
    with writing(world) as session:
        users.by_username(session, username).active = active


def move(world, code, parent_code):
    with writing(world) as session:
        unit, parent = (organisations.by_code(session, name) for name in (code, parent_code))
        organisations.move(session, unit, parent)
