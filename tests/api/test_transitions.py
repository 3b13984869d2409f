"""What is done to a form over the API: submitted, withdrawn, returned, answered, deleted."""

import pytest

from tests.api.forms import submitted, where
from tests.api.support import assert_problem, based_on, bearer


def test_a_form_that_is_not_ready_says_what_is_missing(client, opened):
    form = opened.json()
    answer = client.post(f"{where(form)}/submissions", headers=based_on(opened))
    problem = assert_problem(answer, 409, "not_ready")
    assert [error["pointer"] for error in problem["errors"]] == [
        finding["path"] for finding in problem["findings"]
    ]
    assert {finding["severity"] for finding in problem["findings"]} <= {"error", "warning"}
    assert client.get(where(form)).json()["state"] == "draft"


def test_a_form_is_submitted_withdrawn_submitted_and_returned(client, filled):
    sent = submitted(client, filled)
    form = sent.json()
    assert form["state"] == "unit_review"
    assert form["receipt"].startswith("ZP2024310000")
    assert set(form["allowed"]) == {"withdraw", "accept", "review", "approve", "return"}
    back = client.post(f"{where(form)}/withdrawals", headers=based_on(sent))
    assert (back.status_code, back.json()["state"]) == (200, "draft")
    again = submitted(client, back)
    assert again.json()["receipt"] != form["receipt"]
    empty = client.post(f"{where(form)}/returns", json={"reason": " "}, headers=based_on(again))
    assert_problem(empty, 422, "unacceptable", "/reason")
    returned = client.post(
        f"{where(form)}/returns", json={"reason": "满意度没有附样本数。"}, headers=based_on(again)
    )
    assert returned.json()["state"] == "returned"
    assert returned.json()["returned_reason"] == "满意度没有附样本数。"
    assert returned.json()["allowed"] == ["edit", "submit"]


def test_a_submitted_form_is_closed_to_every_change(client, filled):
    sent = submitted(client, filled)
    form, tag = sent.json(), based_on(sent)
    line = form["indicators"][0]
    closed = [
        client.patch(where(form), json={"achieved": "改"}, headers=tag),
        client.patch(f"{where(form)}/lines/{line['id']}", json={"actual": "1"}, headers=tag),
        client.patch(
            f"{where(form)}/lines/{line['id']}", json={"actual": "1"},
            headers={"If-Match": line["etag"]},
        ),
        client.patch(f"{where(form)}/goal", json={"achieved": "改"}, headers=tag),
        client.patch(f"{where(form)}/funds/other", json={"executed": "1"}, headers=tag),
        client.post(f"{where(form)}/submissions", headers=tag),
        client.post(
            f"{where(form)}/answers", json={"code": "B2", "path": "/x", "reason": "y"}, headers=tag
        ),
        client.delete(where(form), headers=tag),
    ]  # fmt: skip
    for answer in closed:
        assert_problem(answer, 409, "conflict")
    assert client.get(where(form)).content == sent.content


@pytest.mark.parametrize("act", ["submissions", "withdrawals", "returns", "answers"])
def test_an_act_needs_the_version_it_was_decided_on(client, filled, opened, act):
    form = filled.json()
    body = {"returns": {"reason": "x"}, "answers": {"code": "B2", "path": "/x", "reason": "y"}}
    given = {"json": body[act]} if act in body else {}
    assert_problem(client.post(f"{where(form)}/{act}", **given), 428, "precondition_required")
    stale = client.post(f"{where(form)}/{act}", headers=based_on(opened), **given)
    # Where the act is not open in this state, that is the answer, whatever the version.
    assert_problem(stale, 412 if act in ("submissions", "answers") else 409)


def test_an_answer_must_meet_a_warning(client, filled):
    body = {"code": "Z9", "path": "/indicators/0/actual", "reason": "没有"}
    answer = client.post(f"{where(filled.json())}/answers", json=body, headers=based_on(filled))
    assert_problem(answer, 404, "not_found")


def test_only_a_draft_never_submitted_is_deleted(client, filled):
    form = filled.json()
    assert_problem(client.delete(where(form)), 428, "precondition_required")
    sent = submitted(client, filled)
    back = client.post(f"{where(form)}/withdrawals", headers=based_on(sent))
    assert_problem(client.delete(where(form), headers=based_on(back)), 409, "conflict")


def test_a_deleted_draft_can_be_opened_anew(client, opened):
    form = opened.json()
    assert client.delete(where(form), headers=based_on(opened)).status_code == 204
    assert_problem(client.get(where(form)), 404)
    assert_problem(client.get(f"{where(form)}/score"), 404)
    body = {"project_id": form["project"]["id"], "fiscal_year": 2024}
    anew = client.post("/self-evaluations", json=body)
    assert anew.status_code == 201
    assert anew.json()["id"] > form["id"]


def test_the_tag_of_a_form_changes_with_what_it_shows(client, opened):
    form = opened.json()
    project = client.get(f"/projects/{form['project']['id']}")
    names = ("code", "organisation_id", "first_year", "last_year", "recurring")
    body = {name: project.json()[name] for name in names} | {"name": "改了名的项目"}
    path = f"/projects/{form['project']['id']}"
    assert client.put(path, json=body, headers=based_on(project)).status_code == 200
    renamed = client.get(where(form), headers={"If-None-Match": opened.headers["etag"]})
    assert renamed.status_code == 200
    assert renamed.json()["project"]["name"] == "改了名的项目"
    # The form itself did not change, so the write goes through.
    saved = client.patch(where(form), json={"achieved": "好"}, headers=based_on(opened))
    assert saved.status_code == 200


def test_readers_are_told_what_they_may_do(client, opened):
    form = opened.json()
    read = client.get(where(form), headers=bearer("read-key"))
    assert read.json()["allowed"] == []
    assert read.headers["etag"] != opened.headers["etag"]
