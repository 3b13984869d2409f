"""The outermost layer: host names, body sizes, rates and headers, on both faces."""

from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import pytest
from starlette.testclient import TestClient

from app import main
from app.edge import Counter, Edge, _name
from tests.serving import demo

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
KEY = {"Authorization": "Bearer demo-key"}
FACES = ["/login", "/api/v1/standards", "/healthz"]


@pytest.fixture
def client(tmp_path, monkeypatch):
    """Makes clients of a demo with settings of the test's own, in a minute that does not end."""
    monkeypatch.setattr(main, "Edge", partial(Edge, timer=lambda: 30.0))
    given = demo(tmp_path)
    with ExitStack() as opened:

        def client(**own):
            app = main.create_app(replace(given, **own))
            return opened.enter_context(TestClient(app, raise_server_exceptions=False))

        yield client


@pytest.mark.parametrize("path", FACES)
def test_a_name_that_is_not_ours_is_refused(client, path):
    ours = client(allowed_hosts=("testserver",))
    assert ours.get(path).status_code == 200
    assert ours.get(path, headers={"Host": "testserver:8000"}).status_code == 200
    for host in ("evil.example", "testserver.evil.example", "", "testserver@evil.example"):
        answer = ours.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "JIXIAO_ALLOWED_HOSTS" in answer.text


@pytest.mark.parametrize(
    ("host", "name"),
    [("A.cn:80", "a.cn"), ("a.cn", "a.cn"), ("[::1]:8000", "[::1]"), ("[::1]", "[::1]"), ("", "")],
)
def test_the_port_is_no_part_of_the_name(host, name):
    assert _name(host) == name


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "x/y"])
@pytest.mark.parametrize("path", ["/login", "/api/v1/scorings"])
def test_one_limit_for_every_kind_of_body(client, kind, path):
    small = client(largest_body=64 * 1024)
    headers = SAME_ORIGIN | KEY | {"Content-Type": kind}
    answer = small.post(path, content=b"x" * (64 * 1024 + 1), headers=headers)
    assert answer.status_code == 413
    assert "64 KB" in answer.text

    def endless():
        for _ in range(100):
            yield b"x" * 1024

    streamed = small.post(path, content=endless(), headers=headers)
    # A kind that the address does not take is refused unread.
    assert streamed.status_code in (413, 415, 422)


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "9" * 30])
def test_a_length_that_is_none_is_refused(client, length):
    answer = client().post("/login", content=b"x", headers=SAME_ORIGIN | {"Content-Length": length})
    assert answer.status_code in (400, 413)


def test_too_many_log_ins_wait(client):
    limited = client(logins_per_minute=3)
    fields = {"username": "nobody", "password": "x"}
    seen = [limited.post("/login", data=fields, headers=SAME_ORIGIN) for _ in range(4)]
    assert [answer.status_code for answer in seen] == [422, 422, 422, 429]
    assert 1 <= int(seen[3].headers["retry-after"]) <= 61
    assert "操作过于频繁" in seen[3].text
    assert limited.get("/login").status_code == 200


def test_each_key_has_its_own_limit(client):
    limited = client(api_per_minute=2)
    statuses = [limited.get("/api/v1/standards", headers=KEY).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    told = limited.get("/api/v1/standards", headers=KEY)
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["code"] == "too_many_requests"
    assert int(told.headers["retry-after"]) >= 1
    assert limited.get("/api/v1/standards").status_code == 200


@pytest.mark.parametrize("path", ["/self-evaluations/1/print", "/self-evaluations/1/documents/pdf"])
def test_prints_and_exports_have_a_limit(client, path):
    limited = client(exports_per_minute=1)
    assert limited.get(path, follow_redirects=False).status_code == 303
    assert limited.get(path, follow_redirects=False).status_code == 429


def test_a_minute_later_everybody_may_again():
    time = 0.0
    counter = Counter(1, lambda: time)
    assert (counter.wait("a"), counter.wait("b")) == (0, 0)
    assert counter.wait("a") == 61
    time = 59.5
    assert counter.wait("a") == 1
    time = 60.0
    assert counter.wait("a") == 0


@pytest.mark.parametrize("path", [*FACES, "/api/v1/nothing", "/nothing", "/static/base.css"])
def test_every_answer_carries_the_headers(client, path):
    headers = client().get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers


def test_over_https_the_browser_is_told_to_stay_there(client):
    headers = client().get("https://testserver/login").headers
    assert "max-age=63072000" in headers["strict-transport-security"]


@pytest.mark.parametrize("path", FACES)
def test_trace_is_not_served(client, path):
    assert client().request("TRACE", path, headers=SAME_ORIGIN).status_code in (404, 405)


def test_ways_to_a_provider_are_counted_with_the_doors(client):
    ours = client(logins_per_minute=3)
    statuses = [ours.get("/login/oidc").status_code for _ in range(3)]
    assert statuses == [404, 404, 404]
    answer = ours.get("/login/oidc/return?state=x")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) <= 61
    assert ours.post("/session/login", headers=SAME_ORIGIN).status_code == 429
    assert ours.get("/login").status_code == 200


def test_codes_are_not_tried_by_the_thousand(client):
    limited = client(checks_per_minute=2)
    answers = [limited.get(f"/check-codes/{code}") for code in ("A", "B", "C")]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert "操作过于频繁" in answers[-1].text
    assert limited.get("/login").status_code == 200


def test_files_scored_and_templates_made_over_the_api_count_as_exports(client):
    limited = client(exports_per_minute=1)
    assert limited.post("/api/v1/scorings/files", headers=KEY).status_code == 415
    assert limited.post("/api/v1/filling-templates", headers=KEY, json={}).status_code == 429
    assert limited.get("/api/v1/standards", headers=KEY).status_code == 200
