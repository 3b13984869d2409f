"""A form filled in over the API, the way another system would: opened, saved, scored at once."""

import json

import pytest

from tests.api.forms import INDICATORS, declared_project, where
from tests.api.support import assert_problem, based_on


def test_a_form_is_opened_once(client):
    body = {"project_id": declared_project(client), "fiscal_year": 2024}
    first = client.post("/self-evaluations", json=body)
    again = client.post("/self-evaluations", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["location"] == again.headers["location"]
    assert first.headers["location"] == f"/api/v1{where(first.json())}"
    assert first.content == again.content == client.get(where(first.json())).content


def test_a_form_is_prefilled_from_targets_and_budget(opened):
    form = opened.json()
    assert form["expected"] == "便民。"
    assert [line["target"] for line in form["indicators"]] == [row["target"] for row in INDICATORS]
    assert [fund["adjusted"] for fund in form["funds"]] == [
        "4880000.00",
        "4880000.00",
        "0.00",
        "0.00",
    ]
    assert form["execution"]["rate"] == "98.58"
    assert (form["state"], form["state_label"]) == ("draft", "草稿")
    assert form["allowed"] == ["edit", "submit"]


def test_without_targets_nothing_is_opened(client):
    body = {"project_id": declared_project(client), "fiscal_year": 2025}
    assert_problem(client.post("/self-evaluations", json=body), 409, "conflict")


def test_a_saved_line_is_scored_at_once(client, opened):
    form = opened.json()
    line = form["indicators"][0]
    path = f"{where(form)}/lines/{line['id']}"
    saved = client.patch(path, json={"actual": "108万人次"}, headers={"If-Match": line["etag"]})
    assert saved.status_code == 200
    body = saved.json()
    assert (body["points"], body["met"], body["reason_required"]) == ("45.00", False, True)
    assert "45.00" in body["because"]
    assert body["form"]["version"] == form["version"] + 1
    alone = client.get(path)
    assert alone.headers["etag"] == saved.headers["etag"] == body["etag"]
    assert alone.json() == {name: body[name] for name in alone.json()}
    whole = client.get(where(form))
    assert whole.headers["etag"] == body["form"]["etag"]
    assert whole.json()["indicators"][0] == alone.json()
    assert whole.json()["total"] == body["form"]["total"]


def test_two_people_may_save_different_lines(client, opened):
    form = opened.json()
    for line in form["indicators"]:
        path = f"{where(form)}/lines/{line['id']}"
        answer = client.patch(path, json={"reason": "见说明"}, headers={"If-Match": line["etag"]})
        assert answer.status_code == 200
    stale = client.patch(path, json={"reason": "后来"}, headers={"If-Match": line["etag"]})
    assert assert_problem(stale, 412, "version_conflict")["current"] == 2
    assert client.get(path).json()["reason"] == "见说明"


def test_the_tag_of_the_whole_form_guards_a_line_too(client, opened):
    form = opened.json()
    path = f"{where(form)}/lines/{form['indicators'][0]['id']}"
    other = f"{where(form)}/lines/{form['indicators'][1]['id']}"
    assert client.patch(path, json={"reason": "一"}, headers=based_on(opened)).status_code == 200
    stale = client.patch(other, json={"reason": "二"}, headers=based_on(opened))
    problem = assert_problem(stale, 412, "version_conflict")
    assert problem["current"] == form["version"] + 1


@pytest.mark.parametrize("row", ["lines/{line}", "funds/other", "goal", ""])
def test_a_row_is_not_saved_without_its_version(client, opened, row):
    form = opened.json()
    path = f"{where(form)}/{row.format(line=form['indicators'][0]['id'])}".rstrip("/")
    body = {"goal": {"achieved": "好"}, "": {"achieved": "好"}}.get(row, {})
    assert_problem(client.patch(path, json=body), 428, "precondition_required")
    wrong = client.patch(path, json=body, headers={"If-Match": '"line.999999.1"'})
    assert_problem(wrong, 412, "version_conflict")
    assert client.get(where(form)).headers["etag"] == opened.headers["etag"]


def test_null_clears_a_cell_and_an_absent_one_is_left_alone(client, opened):
    form = opened.json()
    path = f"{where(form)}/lines/{form['indicators'][0]['id']}"
    first = client.patch(
        path, json={"actual": "100", "reason": "说明"},
        headers={"If-Match": form["indicators"][0]["etag"]},
    )  # fmt: skip
    second = client.patch(path, json={"actual": None}, headers=based_on(first))
    assert (second.json()["actual"], second.json()["reason"]) == ("", "说明")


def test_saving_the_same_again_is_no_new_version(client, filled):
    form = filled.json()
    line = form["indicators"][0]
    path = f"{where(form)}/lines/{line['id']}"
    same = client.patch(path, json={"actual": line["actual"]}, headers={"If-Match": line["etag"]})
    assert same.headers["etag"] == line["etag"]
    assert client.get(where(form)).headers["etag"] == filled.headers["etag"]


def test_a_merge_patch_may_say_what_it_is(client, opened):
    form = opened.json()
    headers = {"If-Match": form["goal_etag"], "Content-Type": "application/merge-patch+json"}
    content = json.dumps({"achieved": "完成"}).encode()
    saved = client.patch(f"{where(form)}/goal", content=content, headers=headers)
    assert saved.status_code == 200
    goal = client.get(f"{where(form)}/goal")
    assert (goal.json()["achieved"], goal.headers["etag"]) == ("完成", saved.headers["etag"])


def test_a_fund_row_is_saved_in_yuan(client, opened):
    form = opened.json()
    path = f"{where(form)}/funds/appropriation"
    tag = {"If-Match": form["funds"][1]["etag"]}
    saved = client.patch(path, json={"executed": "2440000"}, headers=tag)
    assert (saved.json()["executed"], saved.json()["rate"]) == ("2440000.00", "50.00")
    whole = client.get(where(form)).json()
    assert whole["funds"][0]["executed"] == "2440000.00"
    assert whole["execution"]["points"] == "5.00"
    assert_problem(client.patch(f"{where(form)}/funds/total", json={}, headers=tag), 404)


def test_findings_point_into_the_form(client, opened):
    form = opened.json()
    assert form["findings"]
    for finding in form["findings"]:
        found = form
        for step in finding["path"].strip("/").split("/"):
            found = found[int(step)] if isinstance(found, list) else found[step]
