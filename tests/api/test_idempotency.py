"""`Idempotency-Key`: sent again, a write is done once and answered alike."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import pytest
from fastapi import Request, Response
from sqlmodel import Session, select

from app.api.examples import example
from app.api.idempotency import answered_once
from app.db.idempotency_keys import IdempotencyKey
from app.db.session import reading, writing
from app.domain.actors import Actor
from app.files.plain_pdf import made as plain_pdf
from app.services import accounts, hashing, idempotency_keys
from app.services.idempotency_keys import KEPT, Claim
from tests.api.forms import submitted, where
from tests.api.support import NOW, assert_problem, based_on, bearer
from tests.services.trail import trail

NUMBERS = count(1)
PDF = plain_pdf(["验收单"])


@pytest.fixture
def named():
    """A key of its own for each test."""
    return {"Idempotency-Key": f"test-{next(NUMBERS)}"}


@pytest.fixture
def clock(api):
    """Sets the clock; it is put back after the test."""

    def at(moment):
        api.state.clock = lambda: moment

    yield at
    at(NOW)


def project(**given):
    code = f"31000024T{700_000 + next(NUMBERS):012}"
    return {**example("ProjectIn"), "code": code, "organisation_id": 3} | given


def stored(world):
    with reading(world) as session:
        return session.exec(select(IdempotencyKey)).all()


def same(first, second):
    names = ("etag", "location", "content-type", "cache-control", "vary")
    assert second.status_code == first.status_code
    assert second.content == first.content
    assert [second.headers.get(name) for name in names] == [
        first.headers.get(name) for name in names
    ]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"


def test_the_same_again_has_the_same_answer_and_is_done_once(client, world, named):
    body = project()
    first = client.post("/projects", json=body, headers=named)
    assert first.status_code == 201
    with reading(world) as session:
        before = len(trail(session))
    same(first, client.post("/projects", json=body, headers=named))
    same(first, client.post("/projects", json=dict(reversed(body.items())), headers=named))
    with reading(world) as session:
        assert len(trail(session)) == before
    assert_problem(client.post("/projects", json=body), 422, pointer="/code")


def test_the_key_with_another_request_is_refused(client, named):
    body = project()
    client.post("/projects", json=body, headers=named)
    others = [
        client.post("/projects", json=body | {"name": "另一个"}, headers=named),
        client.post("/organisations", json=example("OrganisationIn"), headers=named),
        client.post("/self-evaluations/1/submissions", headers=named | {"If-Match": '"x.1.1"'}),
    ]
    for other in others:
        assert_problem(other, 422, "idempotency_key_reused")


def test_each_caller_has_keys_of_its_own(client, named):
    first = client.post("/projects", json=project(), headers=named)
    other = client.post("/projects", json=project(), headers=named | bearer("write-key"))
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.content != other.content


def test_what_was_refused_may_be_sent_again_mended(client, world, named):
    before = len(stored(world))
    body = project()
    assert_problem(client.post("/projects", json=body | {"name": " "}, headers=named), 422)
    assert len(stored(world)) == before
    assert client.post("/projects", json=body, headers=named).status_code == 201


def test_a_move_is_made_once(client, filled, named):
    sent = submitted(client, filled)
    path = where(sent.json())
    given = {"headers": based_on(sent) | named}
    first = client.post(f"{path}/withdrawals", **given)
    assert (first.status_code, first.json()["state"]) == (200, "draft")
    same(first, client.post(f"{path}/withdrawals", **given))
    newer = {"headers": based_on(first) | named}
    assert_problem(client.post(f"{path}/withdrawals", **newer), 422, "idempotency_key_reused")


def test_a_change_and_a_deletion_are_made_once_too(client, opened, named):
    path = where(opened.json())
    given = {"json": {"achieved": "好"}, "headers": based_on(opened) | named}
    first = client.patch(path, **given)
    same(first, client.patch(path, **given))
    without = {"json": {"achieved": "好"}, "headers": based_on(opened)}
    assert_problem(client.patch(path, **without), 412)
    gone = {"headers": based_on(first) | {"Idempotency-Key": "gone"}}
    for replayed in (None, "true"):
        answer = client.delete(path, **gone)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers.get("idempotency-replayed") == replayed


def test_reading_takes_no_key(client, world, named):
    before = len(stored(world))
    assert client.get("/projects/1", headers=named).status_code == 200
    assert len(stored(world)) == before


@pytest.mark.parametrize("key", ["", " ", "a b", "键", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(client, key):
    answer = client.post("/projects", json=project(), headers={"Idempotency-Key": key.encode()})
    assert_problem(answer, 400, "bad_parameter", "/header/Idempotency-Key")


def test_only_hashes_are_kept_of_key_and_request(client, world):
    secret = "a-word-that-somebody-might-use-elsewhere"
    body = project(name="只在请求里的名称")
    client.post("/projects", json=body, headers={"Idempotency-Key": secret})
    row = stored(world)[-1]
    assert (row.key_hash, len(row.request_hash)) == (hashing.digest(secret), 64)
    assert secret not in str(row)


def test_an_answer_is_kept_for_a_week(client, world, named, clock):
    body = project()
    first = client.post("/projects", json=body, headers=named)
    clock(NOW + KEPT - timedelta(seconds=1))
    same(first, client.post("/projects", json=body, headers=named))
    clock(NOW + KEPT)
    assert_problem(client.post("/projects", json=body, headers=named), 422, pointer="/code")
    assert client.post("/projects", json=project(), headers=named).status_code == 201


def test_old_answers_are_swept_away(client, world, named, clock):
    clock(NOW - timedelta(days=30))
    client.post("/projects", json=project(), headers=named)
    old = NOW - timedelta(days=29)
    clock(NOW)
    client.post("/projects", json=project(), headers={"Idempotency-Key": "fresh"})
    assert not [row for row in stored(world) if row.created_at < old]


def test_an_upload_is_kept_once(client, opened, named):
    path = f"{where(opened.json())}/attachments"
    files = [("file", ("合同.pdf", PDF)), ("file", ("验收单.pdf", PDF))]
    first = client.post(path, files=files, headers=named)
    assert first.status_code == 201, first.text
    same(first, client.post(path, files=files, headers=named))
    assert len(client.get(path).json()["items"]) == 2
    others = [
        client.post(path, files=files[:1], headers=named),
        client.post(path, files=[("file", ("合同2.pdf", PDF)), files[1]], headers=named),
        client.post(path, files=files, headers=named, params={"line_id": "1"}),
    ]
    for other in others:
        assert_problem(other, 422, "idempotency_key_reused")


def test_an_answer_with_secrets_is_kept_nowhere(client, world, named):
    before = len(stored(world))

    @answered_once
    def secretive(call):
        return Response("the secret", headers={"Cache-Control": "no-store"})

    @dataclass
    class Call:
        request: Request
        session: Session
        actor: Actor
        now: datetime
        said: str = ""
        idempotency_key: str = "secretive"

    scope = {"type": "http", "method": "POST", "path": "/x", "headers": [], "query_string": b""}
    with writing(world) as session:
        actor = accounts.actor_of_key(session, "demo-key")
        answer = secretive(call=Call(Request(scope), session, actor, NOW))
    assert answer.body == b"the secret"
    assert len(stored(world)) == before


def test_a_body_where_none_belongs_is_part_of_the_request(client, opened, named):
    path = f"{where(opened.json())}/withdrawals"
    given = based_on(opened) | named
    for body in (b"", b"{", b"[" * 100_000, b"\xff"):
        assert_problem(client.post(path, content=body, headers=given), 409, "conflict")


def claim_of(client, world, named, body):
    """The claim that such a request makes."""
    client.post("/projects", json=body, headers=named)
    row = stored(world)[-1]
    return Claim(row.api_key_id, row.key_hash, row.request_hash)


def test_while_the_first_is_under_way_the_second_is_told_to_wait(client, world, named):
    body = project()
    claim = claim_of(client, world, named, body)
    with writing(world) as session, idempotency_keys.alone(session, claim):
        answer = client.post("/projects", json=body, headers=named)
        assert_problem(answer, 409, "in_flight")
        assert answer.headers["retry-after"] == "1"
        other = client.post("/projects/1", headers=named)
        assert other.status_code == 405
    assert client.post("/projects", json=body, headers=named).status_code == 201


def test_processes_on_one_postgresql_know_of_each_other(client, world, named, monkeypatch):
    if world.dialect.name != "postgresql":
        pytest.skip("SQLite serves one process")
    body = project()
    claim = claim_of(client, world, named, body)
    with writing(world) as session, idempotency_keys.alone(session, claim):
        # Another process does not see the list of this one.
        monkeypatch.setattr(idempotency_keys, "_under_way", set())
        answer = client.post("/projects", json=body, headers=named)
        assert_problem(answer, 409, "in_flight")
