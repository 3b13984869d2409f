"""Filing tasks, extensions and waivers over the API."""

import pytest

from app.api.examples import example
from tests.api.forms import declared_project, submitted, where
from tests.api.support import NOW, assert_problem, based_on, bearer

DEMO = "/filing-tasks/1"


@pytest.fixture
def clock(api):
    """Set the time of the server; it is put back after the test."""

    def is_now(moment):
        api.state.clock = lambda: NOW.fromisoformat(moment)

    yield is_now
    api.state.clock = lambda: NOW


@pytest.fixture
def task(client):
    """A task of 2023 for the sibling unit, which nobody began."""
    body = {**example("FilingTaskIn"), "fiscal_year": 2023}
    body["targets"] = [{"organisation_id": 4, "below": False}]
    answer = client.post("/filing-tasks", json=body)
    assert answer.status_code == 201, answer.text
    yield answer
    client.delete(f"/filing-tasks/{answer.json()['id']}", headers=based_on(answer))


def test_a_task_is_issued_read_changed_and_taken_back(client, task):
    issued = task.json()
    assert task.headers["location"].endswith(f"/filing-tasks/{issued['id']}")
    assert (issued["may_change"], issued["may_end"]) == (True, True)
    path = f"/filing-tasks/{issued['id']}"
    read = client.get(path)
    assert read.json() == issued
    assert client.get(path, headers={"If-None-Match": read.headers["etag"]}).status_code == 304
    body = {**example("FilingTaskIn"), "fiscal_year": 2023, "due": "2025-04-02"}
    body["targets"] = [{"organisation_id": 4, "below": True}]
    changed = client.put(path, json=body, headers=based_on(read))
    assert (changed.json()["due"], changed.json()["version"]) == ("2025-04-02", 2)
    assert_problem(client.put(path, json=body, headers=based_on(read)), 412)
    assert_problem(client.delete(path), 428)
    assert client.delete(path, headers=based_on(changed)).status_code == 204
    assert_problem(client.get(path), 404)


def test_what_is_wrong_with_a_task_is_told_at_once(client):
    body = {**example("FilingTaskIn"), "due": "2025-02-28", "targets": []}
    problem = assert_problem(client.post("/filing-tasks", json=body), 422, "unacceptable")
    assert [error["pointer"] for error in problem["errors"]] == ["/due", "/targets"]
    wrong = client.post("/filing-tasks", json={**body, "opens": "3月1日"})
    assert_problem(wrong, 422, pointer="/opens")


def test_a_task_under_way_cannot_be_changed_but_ended_and_resumed(client):
    read = client.get(DEMO)
    assert (read.json()["may_change"], read.json()["may_end"]) == (False, True)
    body = {**example("FilingTaskIn"), "targets": [{"organisation_id": 3, "below": True}]}
    assert_problem(client.put(DEMO, json=body, headers=based_on(read)), 409, "conflict")
    ending = {"reason": "改用新表"}
    ended = client.post(f"{DEMO}/endings", json=ending, headers=based_on(read))
    assert ended.json()["ended_reason"] == "改用新表"
    resumed = client.post(f"{DEMO}/resumptions", headers=based_on(ended))
    assert resumed.json()["ended_at"] is None


def test_units_issue_nothing(client):
    answer = client.post("/filing-tasks", json=example("FilingTaskIn"), headers=bearer("unit-key"))
    assert_problem(answer, 403, "forbidden")


def test_tasks_are_listed_for_those_they_ask(client):
    ids = [item["id"] for item in client.get("/filing-tasks?fiscal_year=2024").json()["items"]]
    assert ids == [1]
    mine = client.get("/filing-tasks", headers=bearer("unit-key"))
    assert [item["id"] for item in mine.json()["items"]] == [1]
    for key in ("sibling-key", "foreign-key"):
        assert client.get("/filing-tasks", headers=bearer(key)).json()["items"] == []


def test_progress_adds_up_along_the_tree(client):
    whole = client.get(f"{DEMO}/progress").json()
    (department,) = whole["branches"]
    assert whole["tally"] == department["tally"]
    unit = client.get(f"{DEMO}/progress?organisation={department['organisation']['id']}").json()
    assert unit["tally"] == whole["tally"]
    parts = ("not_begun", "filling", "reviewing", "returned", "done", "waived")
    assert sum(whole["tally"][part] for part in parts) == whole["tally"]["asked"]
    listed = client.get(f"{DEMO}/filings?limit=200").json()["items"]
    assert len(listed) == whole["tally"]["asked"]
    returned = client.get(f"{DEMO}/filings?bucket=returned").json()["items"]
    assert {item["bucket"] for item in returned} == {"returned"}
    assert client.get(f"{DEMO}/filings?late=true").json()["items"] == []
    foreign = client.get(f"{DEMO}/progress?organisation=2", headers=bearer("unit-key"))
    assert_problem(foreign, 404)


def extension(project_id, until="2025-03-20"):
    return {**example("FilingRequestIn"), "project_id": project_id, "until": until}


def test_an_extension_is_asked_granted_and_taken_back(client, opened):
    form = opened.json()
    assert form["due_on"] == form["filing"]["due"] == "2025-03-07"
    body = extension(form["project"]["id"])
    asked = client.post(f"{DEMO}/requests", json=body, headers=bearer("unit-key"))
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    twice = client.post(f"{DEMO}/requests", json=body, headers=bearer("unit-key"))
    assert_problem(twice, 409, "conflict")
    path = f"/filing-requests/{asked.json()['id']}"
    own = client.post(
        f"{path}/decisions", json={"granted": True}, headers=bearer("unit-key") | based_on(asked)
    )
    assert_problem(own, 403)
    granted = client.post(f"{path}/decisions", json={"granted": True}, headers=based_on(asked))
    assert granted.json()["state"] == "granted"
    later = client.get(where(form)).json()
    assert (later["due_on"], later["filing"]["extended"]) == ("2025-03-20", "2025-03-20")
    again = client.post(f"{path}/decisions", json={"granted": True}, headers=based_on(granted))
    assert_problem(again, 409, "conflict")
    empty = client.post(f"{path}/revocations", json={"answer": ""}, headers=based_on(granted))
    assert_problem(empty, 422, pointer="/answer")
    gone = client.post(f"{path}/revocations", json={"answer": "误批"}, headers=based_on(granted))
    assert gone.json()["state"] == "revoked"
    assert client.get(where(form)).json()["due_on"] == "2025-03-07"


def test_a_request_is_withdrawn_by_who_asked(client, opened):
    body = extension(opened.json()["project"]["id"])
    asked = client.post(f"{DEMO}/requests", json=body, headers=bearer("unit-key"))
    path = f"/filing-requests/{asked.json()['id']}"
    assert client.get(path).json() == asked.json()
    answer = client.post(f"{path}/withdrawals", headers=bearer("unit-key") | based_on(asked))
    assert answer.json()["state"] == "withdrawn"
    listed = client.get("/filing-requests?task_id=1&state=withdrawn").json()["items"]
    assert asked.json()["id"] in [item["id"] for item in listed]


def test_a_waiver_is_granted_without_being_asked_for(client, opened):
    form = opened.json()
    body = {"kind": "waiver", "reason": "项目已终止", "project_id": form["project"]["id"]}
    granted = client.post(f"{DEMO}/grants", json=body)
    assert (granted.status_code, granted.json()["state"]) == (201, "granted")
    now = client.get(where(form)).json()
    assert (now["due_on"], now["filing"]["waived"]) == (None, True)
    assert client.get(f"{DEMO}/progress").json()["tally"]["waived"] >= 1


def test_a_late_form_says_why_and_a_closed_task_takes_nothing(client, filled, clock):
    clock("2025-03-07T15:59:59+00:00")  # the last second of the last day in Shanghai
    path = f"{where(filled.json())}/submissions"
    clock("2025-03-07T16:00:00+00:00")
    refused = client.post(path, headers=based_on(filled))
    assert_problem(refused, 422, "unacceptable", "/late_reason")
    clock("2025-05-01T00:00:00+00:00")
    reason = {"late_reason": "决算批复推迟"}
    closed = client.post(path, json=reason, headers=based_on(filled))
    assert "申请延期" in assert_problem(closed, 409, "conflict")["detail"]
    clock("2025-03-10T02:00:00+00:00")
    sent = client.post(path, json=reason, headers=based_on(filled))
    assert sent.status_code == 200, sent.text
    (late,) = [
        item
        for item in client.get(f"{DEMO}/late-filings").json()["items"]
        if item["receipt"] == sent.json()["receipt"]
    ]
    assert (late["days"], late["reason"]) == (3, "决算批复推迟")


def test_a_form_in_time_needs_no_body(client, filled):
    assert submitted(client, filled).json()["receipt"]


def test_an_unknown_word_in_a_submission_is_refused(client, filled):
    answer = client.post(
        f"{where(filled.json())}/submissions", json={"late": "x"}, headers=based_on(filled)
    )
    assert_problem(answer, 422, pointer="/late")


def test_nothing_is_begun_before_the_task_opens(client, clock):
    project = declared_project(client)
    clock("2025-02-01T02:00:00+00:00")
    body = {"project_id": project, "fiscal_year": 2024}
    answer = client.post("/self-evaluations", json=body)
    assert "开始填报" in assert_problem(answer, 409, "conflict")["detail"]


WORDS = {"subject": "请报送：{project}", "body": "{unit}{left}，{state}。"}


def test_a_project_is_urged_once_a_day_and_it_stands_in_its_history(client, opened):
    form = opened.json()
    body = {"project_ids": [form["project"]["id"]], **WORDS}
    first = client.post(f"{DEMO}/reminders", json=body)
    assert first.status_code == 200, first.text
    assert (first.json()["sent"], first.json()["again"]) == (1, 0)
    assert client.post(f"{DEMO}/reminders", json=body).json()["again"] == 1
    newest = client.get(f"{DEMO}/reminders?limit=1").json()["items"][0]
    assert newest["project"]["id"] == form["project"]["id"]
    # The key's own number is also that of a person, who is told all the same.
    assert newest["recipients"] == "周晓岚、顾明远"
    assert "还剩 4 天" in newest["body"]
    history = client.get(f"{where(form)}/history").json()["items"]
    assert history[0]["action"] == "remind"


def test_units_urge_nobody_and_a_foreign_project_is_as_an_absent_one(client, opened):
    body = {"project_ids": [opened.json()["project"]["id"]], **WORDS}
    refused = client.post(f"{DEMO}/reminders", json=body, headers=bearer("unit-key"))
    assert_problem(refused, 403, "forbidden")
    absent = client.post(f"{DEMO}/reminders", json={**body, "project_ids": [999_999]})
    assert_problem(absent, 404, "not_found")


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"subject": ""}, "/subject"),
        ({"body": "{who}"}, "/body"),
        ({"project_ids": []}, "/project_ids"),
        ({"organisation_id": 3, "within": 90}, "/within"),
        ({"within": -1}, "/within"),
    ],
)
def test_what_is_wrong_with_a_reminder_is_told(client, given, pointer):
    body = {"project_ids": [4], **WORDS} | given
    assert_problem(client.post(f"{DEMO}/reminders", json=body), 422, pointer=pointer)


def test_the_texts_of_reminders_are_kept_over_the_api(client):
    listed = client.get("/reminder-templates").json()
    assert [item["code"] for item in listed["items"]] == ["due", "late"]
    assert listed["fields"]["left"] == "剩余或逾期天数"
    made = client.post("/reminder-templates", json=example("ReminderTemplateIn"))
    assert (made.status_code, made.json()["version"]) == (200, 1)
    assert_problem(client.post("/reminder-templates", json=example("ReminderTemplateIn")), 412)
    gone = example("ReminderTemplateIn") | {"version": 1, "active": False}
    assert client.post("/reminder-templates", json=gone).json()["active"] is False
    refused = client.post(
        "/reminder-templates", json=example("ReminderTemplateIn"), headers=bearer("unit-key")
    )
    assert_problem(refused, 403)
