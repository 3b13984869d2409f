"""The audit trail and a form's history over the API; no write without its record."""

import pytest
from sqlalchemy import text

from app.db.session import reading, writing
from app.services import audit
from tests.api.forms import where
from tests.api.support import assert_problem, based_on, bearer
from tests.services.trail import trail, unguarded


def events(client, **asked):
    answer = client.get("/audit-events", params=asked, headers=bearer("audit-key"))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def save(client, form, actual):
    line = form["indicators"][0]
    tag = {"If-Match": client.get(f"{where(form)}/lines/{line['id']}").headers["etag"]}
    return client.patch(f"{where(form)}/lines/{line['id']}", json={"actual": actual}, headers=tag)


def test_a_saved_cell_stands_in_the_history(client, opened):
    form = opened.json()
    assert save(client, form, "90册").status_code == 200
    line = form["indicators"][0]
    newest = client.get(f"{where(form)}/history").json()["items"][0]
    assert newest["actor"]["name"] == "演示接口"
    assert newest["actor"]["role_label"] == "外部系统"
    assert (newest["action"], newest["action_label"]) == ("edit", "填写")
    assert newest["changes"] == [
        {
            "field": f"/lines/{line['id']}/actual",
            "label": f"第1行“{line['name']}” 实际完成值",
            "before": None,
            "after": "90册",
        }
    ]


def test_the_history_is_paged_and_tagged(client, opened):
    form = opened.json()
    for actual in ("90册", "91册", "92册"):
        save(client, form, actual)
    first = client.get(f"{where(form)}/history", params={"limit": 2})
    assert [item["changes"][0]["after"] for item in first.json()["items"]] == ["92册", "91册"]
    rest = client.get(f"{where(form)}/history", params={"after": first.json()["next"]})
    assert [item["action"] for item in rest.json()["items"]] == ["edit", "open"]
    known = {"If-None-Match": first.headers["etag"]}
    again = client.get(f"{where(form)}/history", params={"limit": 2}, headers=known)
    assert again.status_code == 304
    save(client, form, "93册")
    again = client.get(f"{where(form)}/history", params={"limit": 2}, headers=known)
    assert again.status_code == 200


def test_the_trail_says_from_where(client, opened):
    newest = events(client, action="open")[0]
    assert (newest["address"], newest["result_label"]) == ("testclient", "成功")
    assert newest["object_id"] == str(opened.json()["id"])
    assert newest["object_kind_label"] == "自评表"
    assert newest["fiscal_year"] == opened.json()["fiscal_year"]


@pytest.mark.parametrize(
    ("method", "path", "key", "code", "named"),
    [
        ("GET", "/projects/7", "score-key", "forbidden", "GET /api/v1/projects/7"),
        ("PUT", "/projects/2", "read-key", "forbidden", "PUT /api/v1/projects/2"),
        ("GET", "/audit-events", "unit-key", "forbidden", "GET /api/v1/audit-events"),
        ("GET", "/projects", "a-stolen-key", "unauthenticated", "GET /api/v1/projects"),
    ],
)
def test_a_refused_key_is_recorded_and_its_text_is_not(client, method, path, key, code, named):
    answer = client.request(method, path, headers=bearer(key), json={} if method == "PUT" else None)
    assert answer.status_code in (401, 403)
    newest = events(client, action="call")[0]
    assert (newest["object_id"], newest["result"], newest["address"]) == (
        named,
        "refused",
        "testclient",
    )
    assert newest["changes"][0]["after"] == code
    known = code == "forbidden"
    assert newest["actor"]["name"] == (key if known else "")
    assert "a-stolen-key" not in str(newest)


def test_a_missing_record_is_no_refusal(client):
    before = events(client)[0]["number"]
    assert client.get("/projects/999999").status_code == 404
    assert events(client)[0]["number"] == before


def test_the_trail_ends_at_the_organisation_of_the_key(client, world):
    with reading(world) as session:
        foreign = {event.organisation_id for event in trail(session)} - {None}
    assert len(foreign) > 1
    shown = {item["organisation_id"] for item in events(client, limit=200)}
    assert shown
    with writing(world) as session:
        session.execute(
            text("UPDATE api_keys SET scopes = 'read write score audit' WHERE name = 'unit-key'")
        )
    answer = client.get("/audit-events", headers=bearer("unit-key"))
    assert {item["organisation_id"] for item in answer.json()["items"]} <= {3}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("first=2025-13-01", "/query/first"),
        ("first=yesterday", "/query/first"),
        ("action=burn", "/query/action"),
        ("first=2025-03-04&last=2025-03-03", "/query/last"),
        ("person=%00", "/query/person"),
        ("limit=0", "/query/limit"),
        ("after=nonsense", "/query/after"),
    ],
)
def test_a_filter_that_cannot_be_is_told(client, query, pointer):
    answer = client.get(f"/audit-events?{query}", headers=bearer("audit-key"))
    assert_problem(answer, 400, "bad_parameter", pointer)


def test_what_the_api_wrote_verifies(client, opened, world):
    with reading(world) as session:
        assert audit.verified(session).fault is None


def test_no_write_is_stored_without_its_record(client, opened, world):
    """The last test: it takes the trail away."""
    form = opened.json()
    line = client.get(f"{where(form)}/lines/{form['indicators'][0]['id']}")
    with world.begin() as connection:
        unguarded(connection)
        connection.execute(text("DELETE FROM audit_heads"))
    path = f"{where(form)}/lines/{line.json()['id']}"
    answer = client.patch(path, json={"actual": "95册"}, headers=based_on(line))
    problem = assert_problem(answer, 503, "audit_unavailable")
    assert "没有保存" in problem["detail"]
    assert client.get(path).json() == line.json()
    refused = client.get("/projects", headers=bearer("score-key"))
    assert_problem(refused, 403, "forbidden")
