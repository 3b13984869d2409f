"""The course of a form over the API: accepted, judged, approved, returned, completed, reopened."""

import pytest

from tests.api.support import assert_problem, based_on, bearer

PATH = "/self-evaluations/1"


@pytest.fixture
def form(client):
    """A submitted form, put back into a draft and submitted anew for each test."""
    made = client.get(PATH).json()
    if made["state"] in ("draft", "returned"):
        tag = based_on(client.get(PATH))
        assert client.post(f"{PATH}/submissions", headers=tag).status_code == 200
    yield client.get(PATH).json()
    state = client.get(PATH).json()["state"]
    if state == "published":
        act(client, "unpublications")
        state = "completed"
    if state == "completed":
        act(client, "unapprovals", {"reason": "回到审核"})
    if client.get(PATH).json()["state"].endswith("review"):
        act(client, "returns", {"reason": "回到经办人"})


def act(client, what, body=None, **more):
    tag = based_on(client.get(PATH))
    given = {} if body is None else {"json": body}
    return client.post(f"{PATH}/{what}", headers=tag | more, **given)


def test_to_the_end_and_back(client, form):
    for expected in ("department_review", "finance_review", "completed"):
        assert act(client, "approvals", {"opinion": "同意"}).json()["state"] == expected
    assert act(client, "publications").json()["state"] == "published"
    assert_problem(act(client, "unapprovals", {"reason": "有误"}), 409, "conflict")
    assert act(client, "unpublications").json()["state"] == "completed"
    taken = act(client, "unapprovals", {"reason": "抽查"}).json()
    assert taken["state"] == "finance_review"
    history = client.get(f"{PATH}/review").json()["history"]
    assert history[-1]["decision"] == "unapproved"


def test_a_review_is_written_whole(client, form):
    line = form["indicators"][0]["id"]
    body = {
        "opinion": "总体属实",
        "lines": {str(line): {"points": "7", "opinion": "核减一分"}},
        "remarks": [{"path": f"/lines/{line}/actual", "text": "与台账不一致"}],
    }
    tag = based_on(client.get(f"{PATH}/review"))
    saved = client.put(f"{PATH}/review", json=body, headers=tag)
    assert saved.status_code == 200, saved.text
    found = saved.json()
    assert (found["opened_by"], found["lines"][0]["points"]) == ("演示接口", "7")
    assert [remark["text"] for remark in found["remarks"]] == ["与台账不一致"]
    assert found["form"]["total"] == form["total"]
    assert "withdraw" not in found["form"]["allowed"]
    settled = client.post(f"{PATH}/remarks/{found['remarks'][0]['id']}/settlements")
    assert settled.json()["remarks"][0]["resolved_by"] == "演示接口"
    cleared = client.put(f"{PATH}/review", json={}, headers=based_on(settled)).json()
    assert (cleared["lines"][0]["points"], cleared["remarks"]) == (None, [])


def test_accepted_it_is_not_withdrawn(client, form):
    assert "withdraw" in form["allowed"]
    accepted = act(client, "acceptances").json()
    assert "withdraw" not in accepted["allowed"]
    assert_problem(act(client, "withdrawals"), 409, "conflict")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/reason"),
        ({"code": "unheard"}, "/code"),
        ({"reason": "请改", "to": "finance_review"}, "/to"),
        ({"reason": "请改", "to": "nowhere"}, "/to"),
        ({"reason": "请改", "remarks": [{"path": "/lines/0/x", "text": "?"}]}, "/remarks/0/path"),
        ({"reason": "请改", "who": "me"}, "/who"),
    ],
)
def test_a_return_that_says_too_little(client, form, body, pointer):
    assert_problem(act(client, "returns", body), 422, "unacceptable", pointer)


def test_points_above_the_weight_are_refused(client, form):
    line = form["indicators"][0]["id"]
    tag = based_on(client.get(PATH))
    body = {"lines": {str(line): {"points": "100.5"}}}
    answer = client.put(f"{PATH}/review", json=body, headers=tag)
    assert_problem(answer, 422, "unacceptable", f"/lines/{line}/points")


def test_the_second_of_two_reviewers_is_told_who_and_when(client, form):
    tag = based_on(client.get(PATH))
    assert client.post(f"{PATH}/approvals", json={}, headers=tag).status_code == 200
    late = client.post(f"{PATH}/approvals", json={}, headers=tag)
    assert "演示接口，3月3日10:00" in assert_problem(late, 412, "version_conflict")["detail"]
    assert_problem(client.post(f"{PATH}/approvals", json={}), 428)


def test_the_key_of_a_unit_does_not_act_for_the_department(client, form):
    key = bearer("unit-key")
    assert act(client, "approvals", {}, **key).json()["state"] == "department_review"
    assert_problem(act(client, "approvals", {}, **key), 409, "conflict")
    assert client.get(PATH, headers=key).json()["allowed"] == ["withdraw"]


def test_reopened_a_revision_has_its_own_address(client):
    path = "/self-evaluations/3"
    for _ in range(3):
        tag = based_on(client.get(path))
        if client.get(path).json()["state"].endswith("review"):
            assert client.post(f"{path}/approvals", json={}, headers=tag).status_code == 200
    tag = based_on(client.get(path))
    made = client.post(f"{path}/reopenings", json={"reason": "审计要求更正"}, headers=tag)
    assert made.status_code == 201, made.text
    revision = made.json()
    assert made.headers["location"].endswith(f"/self-evaluations/{revision['id']}")
    assert (revision["revision"], revision["supersedes_id"]) == (2, 3)
    old = client.get(path).json()
    assert (old["is_current"], old["allowed"]) == (False, [])


def test_many_at_once(client, form):
    forms = [{"id": 1, "version": form["version"]}, {"id": 999_999, "version": 1}]
    whole = client.post("/approvals", json={"forms": forms, "together": True}).json()["items"]
    assert [item["code"] for item in whole] == ["together", "not_found"]
    each = client.post("/approvals", json={"forms": forms}).json()["items"]
    assert [item["approved"] for item in each] == [True, False]
    assert_problem(client.post("/approvals", json={"forms": []}), 422, pointer="/forms")


def test_settings_are_listed_and_kept_by_finance(client):
    listed = client.get("/return-reasons").json()["items"]
    assert listed[0]["label"] == "填报内容不完整"
    reason = {"code": "blurred", "label": "材料不清晰", "position": 30}
    assert client.post("/return-reasons", json=reason).json()["version"] == 1
    assert_problem(client.post("/return-reasons", json=reason), 412)
    odd = client.post("/return-reasons", json=reason | {"code": "A B"})
    assert_problem(odd, 422, pointer="/code")
    steps = {"region_code": "310000", "steps": ["unit_review", "finance_review"]}
    assert client.post("/workflow-settings", json=steps).json()["version"] == 1
    assert client.get("/workflow-settings").json()["items"][0]["steps"] == steps["steps"]
    bare = client.post("/workflow-settings", json=steps | {"steps": []})
    assert_problem(bare, 422, pointer="/steps")
