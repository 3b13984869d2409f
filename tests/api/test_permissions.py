"""Who may call what: keys, scopes, the organisation tree; a route without a policy fails here."""

import pytest
from sqlmodel import select

from app.db.api_keys import ApiKey
from app.db.organisations import Organisation
from app.db.session import writing
from tests.api.routes import NAMES, OPERATIONS, PUBLIC, address, body_of, is_guarded
from tests.api.support import assert_problem, bearer

IDS = (
    "organisation_id", "project_id", "budget_id", "declaration_id", "form_id", "line_id",
    "remark_id", "user_id", "grant_id", "message_id", "attachment_id", "task_id", "request_id",
)  # fmt: skip
GUARD = {"If-Match": '"nothing.1.1"'}


@pytest.fixture(scope="session")
def databases(sqlite):
    """The tests of services ask for rights on both: one kind of database serves."""
    return sqlite


def call(client, method, path, operation, **more):
    body = body_of(operation)
    headers = (GUARD if is_guarded(operation) else {}) | more.pop("headers", {})
    given = {} if body is None else {"json": body}
    return client.request(method, path, headers=headers, **given, **more)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_without_a_key_only_the_public_routes_answer(anonymous, method, path, operation):
    answer = call(anonymous, method, address(path), operation)
    if f"{method} {path}" in PUBLIC:
        assert answer.status_code == 200
        return
    assert_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_a_wrong_key_is_refused_everywhere(client, method, path, operation):
    assert_problem(call(client, method, address(path), operation, headers=bearer("wrong")), 401)


@pytest.mark.parametrize("value", ["Basic ZGVtbzpkZW1v", "Bearer \xe9", "demo-key", "Bearer", ""])
def test_a_header_that_names_no_key_is_refused(client, value):
    answer = client.get("/projects", headers={"Authorization": value.encode("latin-1")})
    assert_problem(answer, 401, "unauthenticated")


# Files that are made or looked through: nothing of the house is changed by them.
FILES = {
    "POST /exports": {"read"},
    "DELETE /exports/{export_id}": {"read"},
    "POST /scorings/files": {"read", "write"},
}


def scope_needed(method, path):
    if path.startswith(("/users", "/grants")) or path.endswith("/passwords"):
        return {"accounts"}
    # The example of POST /imports is no import of accounts.
    if path.startswith("/imports") and (method, path) != ("POST", "/imports"):
        return {"accounts", "read" if method == "GET" else "write"}
    if f"{method} {path}" in FILES:
        return FILES[f"{method} {path}"]
    if method != "GET":
        return {"write"}
    if path == "/audit-events":
        return {"audit"}
    polled = path in ("/scores", "/self-evaluations/{form_id}/score")
    return {"read", "score"} if polled else {"read"}


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
@pytest.mark.parametrize("scope", ["read", "write", "score", "audit", "accounts"])
def test_a_key_does_what_its_scope_says(client, method, path, operation, scope):
    if f"{method} {path}" in PUBLIC:
        return
    if scope in scope_needed(method, path):
        # An address that is not there: allowed to ask, and nothing is changed by asking.
        ids = dict.fromkeys(IDS, "999999")
        answer = call(
            client, method, address(path, **ids), operation, headers=bearer(f"{scope}-key")
        )
        assert answer.status_code not in (401, 403), answer.text
    else:
        answer = call(client, method, address(path), operation, headers=bearer(f"{scope}-key"))
        assert_problem(answer, 403, "forbidden")


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
@pytest.mark.parametrize("key", ["foreign-key", "sibling-key"])
def test_a_foreign_record_answers_like_an_absent_one(client, method, path, operation, key):
    if "_id}" not in path:
        return
    ids = dict.fromkeys(IDS, "999999")
    absent = call(client, method, address(path, **ids), operation, headers=bearer(key))
    foreign = call(client, method, address(path), operation, headers=bearer(key))
    # A key of a unit never publishes, whatever the form: the door says so before it looks.
    assert_problem(foreign, 403 if absent.status_code == 403 else 404)
    assert foreign.content == absent.content
    assert dict(foreign.headers) == dict(absent.headers)


def test_a_foreign_project_cannot_be_named_in_a_body(client):
    for path, body in (
        ("/budgets", {"project_id": 1, "fiscal_year": 2025, "source": "other", "initial": "1",
                      "adjustment": "0", "executed": "0", "received": "0"}),
        ("/declarations", {"project_id": 1, "fiscal_year": 2025}),
    ):  # fmt: skip
        absent = client.post(
            path, json=body | {"project_id": 999_999}, headers=bearer("foreign-key")
        )
        foreign = client.post(path, json=body, headers=bearer("foreign-key"))
        assert_problem(foreign, 422, pointer="/project_id")
        assert [e["message"] for e in foreign.json()["errors"]] == [
            e["message"] for e in absent.json()["errors"]
        ]
    opened = {"project_id": 1, "fiscal_year": 2024}
    assert_problem(
        client.post("/self-evaluations", json=opened, headers=bearer("foreign-key")), 404
    )


def test_a_unit_cannot_reach_above_itself(client):
    for organisation_id in (1, 2, 4):
        answer = client.get(f"/organisations/{organisation_id}", headers=bearer("unit-key"))
        assert_problem(answer, 404)
    assert client.get("/organisations/3", headers=bearer("unit-key")).status_code == 200


@pytest.mark.parametrize("path", ["/projects/1", "/self-evaluations/1/score"])
def test_a_key_switched_off_is_refused_at_the_next_request(client, world, path):
    assert client.get(path, headers=bearer("unit-key")).status_code == 200
    with writing(world) as session:
        key = session.exec(select(ApiKey).where(ApiKey.name == "unit-key")).one()
        key.active = False
    assert_problem(client.get(path, headers=bearer("unit-key")), 401)
    with writing(world) as session:
        session.exec(select(ApiKey).where(ApiKey.name == "unit-key")).one().active = True


def test_the_keys_of_a_closed_organisation_are_refused(client, world):
    assert client.get("/projects", headers=bearer("sibling-key")).status_code == 200
    with writing(world) as session:
        unit = session.exec(select(Organisation).where(Organisation.code == "310000-YB-02")).one()
        unit.active = False
    assert_problem(client.get("/projects", headers=bearer("sibling-key")), 401)
    with writing(world) as session:
        session.get_one(Organisation, unit.id).active = True
