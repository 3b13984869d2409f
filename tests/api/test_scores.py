"""Polled scores: the stored ones, never stale, and cheap when nothing changed."""

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from app.api.score_cache import ScoreCache
from app.api.score_poll import ScorePoll
from app.db.api_keys import ApiKey
from app.db.session import writing
from tests.api.support import PREFIX, assert_problem, based_on, bearer

ROOT = Path(__file__).resolve().parents[2]
WRITER = "tests.api.write_scores"
FORM = "/self-evaluations/4"
SCORE = f"{FORM}/score"


class Counted:
    """An application that counts what reaches it."""

    def __init__(self, app):
        self.app = app
        self.calls = 0

    async def __call__(self, scope, receive, send):
        self.calls += scope["type"] == "http"
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def behind(api):
    """What stands behind the poll layer."""
    whole = FastAPI(openapi_url=None)
    whole.mount(PREFIX, api)
    return Counted(whole)


@pytest.fixture(scope="module")
def polling(api, behind, world):
    """A client of the program with the poll layer in front."""
    layer = ScorePoll(behind, engine=world, cache=api.state.score_cache)
    with TestClient(
        layer, base_url=f"http://testserver{PREFIX}", headers=bearer("demo-key")
    ) as client:
        yield client


def test_a_score_is_that_of_the_form(client):
    form, score = client.get(FORM).json(), client.get(SCORE).json()
    for name in ("id", "fiscal_year", "state", "standard", "edition", "edition_hash", "total",
                 "full", "grade", "version", "subtotals"):  # fmt: skip
        assert score[name] == form[name], name
    assert score["rate"] == form["execution"]["rate"]
    assert score["execution_points"] == form["execution"]["points"]
    for line, shown in zip(form["indicators"], score["indicators"], strict=True):
        for name in ("id", "level1", "level2", "name", "full", "points", "met", "because", "rule"):
            assert line[name] == shown[name], name
    weights = [finding["severity"] for finding in form["findings"]]
    assert (score["errors"], score["warnings"]) == (
        weights.count("error"),
        weights.count("warning"),
    )


def test_a_listed_score_is_that_of_the_form(client):
    for item in client.get("/scores", params={"limit": 200}).json()["items"]:
        whole = client.get(f"/self-evaluations/{item['id']}/score").json()
        assert item == {name: whole[name] for name in item}


@pytest.mark.parametrize("key", ["read-key", "score-key", "unit-key"])
def test_an_unchanged_score_is_304(client, polling, key):
    for caller in (client, polling):
        answer = caller.get(SCORE, headers=bearer(key))
        assert answer.status_code == 200
        known = {"If-None-Match": answer.headers["etag"]}
        same = caller.get(SCORE, headers=bearer(key) | known)
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == answer.headers["etag"]
        assert same.headers["cache-control"] == "private, no-cache"
        assert same.headers["vary"] == "Authorization"


def test_the_layer_answers_exactly_as_the_route(client, polling, behind):
    slow = client.get(SCORE)
    before = behind.calls
    fast = polling.get(SCORE)
    assert behind.calls == before
    assert fast.content == slow.content
    assert dict(fast.headers) == dict(slow.headers)


def test_a_change_is_seen_at_the_next_poll(polling, behind):
    known = polling.get(SCORE)
    line = polling.get(FORM).json()["indicators"][2]
    path = f"{FORM}/lines/{line['id']}"
    saved = polling.patch(path, json={"actual": "31%"}, headers={"If-Match": line["etag"]})
    assert saved.status_code == 200, saved.text
    changed = polling.get(SCORE, headers={"If-None-Match": known.headers["etag"]})
    assert changed.status_code == 200
    assert changed.json()["version"] == known.json()["version"] + 1
    assert changed.json()["total"] == saved.json()["form"]["total"]
    before = behind.calls
    assert polling.get(SCORE, headers={"If-None-Match": changed.headers["etag"]}).status_code == 304
    assert behind.calls == before


def test_rights_are_asked_at_every_poll(polling, world):
    assert polling.get(SCORE, headers=bearer("unit-key")).status_code == 200
    for change in ({"active": False}, {"scopes": "write"}):
        with writing(world) as session:
            key = session.exec(select(ApiKey).where(ApiKey.name == "unit-key")).one()
            was = {name: getattr(key, name) for name in change}
            for name, value in change.items():
                setattr(key, name, value)
        refused = polling.get(SCORE, headers=bearer("unit-key"))
        assert_problem(refused, 403 if "scopes" in change else 401)
        with writing(world) as session:
            key = session.exec(select(ApiKey).where(ApiKey.name == "unit-key")).one()
            for name, value in was.items():
                setattr(key, name, value)
    assert polling.get(SCORE, headers=bearer("unit-key")).status_code == 200


@pytest.mark.parametrize("key", ["foreign-key", "sibling-key"])
def test_a_foreign_score_is_like_an_absent_one_though_it_is_built(polling, key):
    assert polling.get(SCORE).status_code == 200
    foreign = polling.get(SCORE, headers=bearer(key))
    absent = polling.get("/self-evaluations/999999/score", headers=bearer(key))
    assert_problem(foreign, 404, "not_found")
    assert (foreign.content, foreign.headers) == (absent.content, absent.headers)


PASSED_ON = [
    ("GET", SCORE, {"Authorization": "Bearer wrong"}, 401),
    ("GET", SCORE, {"Authorization": "Basic demo-key"}, 401),
    ("GET", SCORE, {"Authorization": "Bearer \xe9\xff"}, 401),
    ("GET", f"{SCORE}?x=1", {}, 400),
    ("GET", f"{SCORE}/", {}, 404),
    ("GET", "/self-evaluations/04/score", {}, 200),
    ("GET", "/self-evaluations/abc/score", {}, 404),
    ("GET", f"/self-evaluations/{'9' * 30}/score", {}, 404),
    ("POST", SCORE, {}, 405),
    ("GET", FORM, {}, 200),
    ("GET", "/self-evaluations/999999/score", {}, 404),
]


@pytest.mark.parametrize(("method", "path", "headers", "status"), PASSED_ON)
def test_whatever_is_no_plain_poll_goes_on_to_the_routes(
    polling, behind, method, path, headers, status
):
    before = behind.calls
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    assert polling.request(method, path, headers=sent).status_code == status
    assert behind.calls == before + 1


def test_a_deleted_form_has_no_score(polling, client):
    code = "31000024T000000888888"
    body = {"code": code, "name": "短命项目", "organisation_id": 3, "first_year": 2024,
            "last_year": 2024}  # fmt: skip
    project = client.post("/projects", json=body).json()["id"]
    indicators = [{"name": "数量", "target": "≥1", "full": "90"}]
    declared = {"project_id": project, "fiscal_year": 2024, "indicators": indicators}
    client.post("/declarations", json=declared)
    opened = client.post("/self-evaluations", json={"project_id": project, "fiscal_year": 2024})
    path = f"/self-evaluations/{opened.json()['id']}"
    assert [polling.get(f"{path}/score").status_code for _ in range(2)] == [200, 200]
    assert client.delete(path, headers=based_on(opened)).status_code == 204
    assert_problem(polling.get(f"{path}/score"), 404)


def test_no_poll_is_stale_while_another_process_writes(polling, behind, database):
    line = polling.get(FORM).json()["indicators"][2]["id"]
    command = [sys.executable, "-m", WRITER, database, "4", str(line), "60"]
    stored = {"version": 0}
    totals = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:

        def follow():
            for row in writer.stdout:
                version, total = row.split()
                totals[int(version)] = total
                stored["version"] = int(version)

        following = Thread(target=follow)
        following.start()
        tag, polls, unchanged, before = "", 0, 0, behind.calls
        while following.is_alive():
            least = stored["version"]
            answer = polling.get(SCORE, headers={"If-None-Match": tag} if tag else {})
            polls += 1
            if answer.status_code == 304:
                unchanged += 1
                assert int(tag.strip('"').split(".")[2]) >= least
                continue
            tag, seen = answer.headers["etag"], answer.json()
            assert seen["version"] >= least
            totals.setdefault(seen["version"], seen["total"])
            assert totals[seen["version"]] == seen["total"]
        following.join()
    assert writer.returncode == 0
    assert polling.get(SCORE).json()["version"] == stored["version"]
    assert len(totals) >= 50
    assert unchanged > 0
    assert behind.calls - before < polls


def test_the_cache_keeps_the_newest_answers_only():
    cache = ScoreCache(most=2)
    for form_id in (1, 2, 3):
        cache.put(form_id, 1, b"{}")
    assert cache.get(1, 1) is None
    assert cache.get(3, 1) is not None
    assert cache.get(3, 2) is None
    cache.put(3, 2, b"[]")
    assert cache.get(3, 1) is None
    assert cache.get(2, 1) is not None
