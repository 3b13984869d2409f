"""What every answer promises, and which forms are refused."""

import pytest

from tests.views.visitor import HTMX, typed_cells

FIELDS = {"username": "filler", "password": "demo-2024"}


@pytest.mark.parametrize(
    "path", ["/login", "/", "/nothing", "/self-evaluations/abc", "/static/tokens.css"]
)
def test_every_answer_carries_the_promises(filler, path):
    headers = filler.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_pages_are_never_stored(filler):
    for path in ("/", "/self-evaluations/5", "/self-evaluations/5/print", "/login"):
        assert filler.client.get(path).headers["cache-control"] == "no-store"


def test_pages_differ_by_who_asks(filler):
    assert filler.client.get("/").headers["vary"] == "HX-Request"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="neither told"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="a sister host"),
        pytest.param({"Origin": "http://example.org"}, id="another origin"),
        pytest.param({"Origin": "null"}, id="no origin"),
        pytest.param({"Origin": "http://testserver:81"}, id="another port"),
        pytest.param(
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, id="they disagree"
        ),
    ],
)
def test_a_form_from_elsewhere_is_refused(stranger, headers):
    for path in ("/login", "/logout", "/self-evaluations", "/self-evaluations/5/submit"):
        answer = stranger.client.post(path, data=FIELDS, headers=headers)
        assert answer.status_code == 403
        assert "不是从本系统的页面发出的" in answer.text
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://other"},
    ],
)
def test_a_form_from_here_is_taken(stranger, headers):
    assert stranger.client.post("/login", data=FIELDS, headers=headers).status_code == 200


def test_a_fault_of_the_program_shows_nothing_of_itself(filler, views, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("app.services.tasks.task_list", broken)
    seen = filler.get("/")
    assert seen.status == 500
    assert seen.text("h1") == "系统没有完成这次操作"
    assert "secret" not in seen.html
    assert "default-src 'self'" in seen.headers["content-security-policy"]
    assert seen.headers["cache-control"] == "no-store"


def test_a_refusal_by_htmx_is_a_notice(filler):
    answer = filler.htmx("/self-evaluations/9999/cells", typed_cells(achieved="x"))
    assert answer.status == 404
    assert answer.text("#notice")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_answered_in_chinese(filler, method):
    answer = getattr(filler.client, method)("/", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 405
    assert "<h1>不能这样打开</h1>" in answer.text


@pytest.mark.parametrize("number", ["abc", "0", "-1", "1.5", "9" * 40, "%00", "1%2F2"])
def test_an_address_that_no_form_has_is_not_found(filler, number):
    for rest in ("", "/check", "/print", "/receipt"):
        assert filler.get(f"/self-evaluations/{number}{rest}").status == 404


@pytest.mark.parametrize("text", ["\x00", "\x07", "\ud800", "𠮷" * 10, "<script>", "' OR 1=1"])
def test_strange_characters_are_told_or_kept_never_a_fault(filler, text):
    path = filler.form("信息化建设项目")
    fields = filler.get(path).fields() | {"achieved": text}
    data = {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}
    assert filler.post(path, data).status in (200, 422)
    headers = HTMX | {"Sec-Fetch-Site": "same-origin"}
    answer = filler.client.post("/login", data={"username": data["achieved"]}, headers=headers)
    assert answer.status_code == 422


def test_a_form_of_too_many_fields_is_refused(filler):
    answer = filler.post("/self-evaluations/5", {f"lines.{n}.actual": "1" for n in range(1001)})
    assert answer.status == 400
