"""Imports over the API: dry run, report, apply; who may, and what happens when data move."""

from base64 import b64encode

import pytest

from tests.api.support import assert_problem, bearer
from tests.services.import_cases import as_csv, as_xlsx

HEAD = ("单位代码", "单位名称", "单位类别", "地区代码")


def body(given, kind="organisations", **more):
    content = b64encode(given.content).decode()
    return {"kind": kind, "file_name": given.name, "content": content, **more}


def units(*codes):
    return as_csv(HEAD, *((code, f"单位{code}", "预算单位", "310000") for code in codes))


def test_dry_run_report_and_apply(client):
    made = client.post("/imports", json=body(units("API-1")))
    report = made.json()

    assert made.status_code == 201
    assert made.headers["location"].endswith(f"/imports/{report['id']}")
    assert (report["state"], report["added"], report["problems"]) == ("ready", 1, 0)
    assert report["effect_list"][0]["effect_label"] == "新增"
    assert client.get(f"/imports/{report['id']}").json() == report

    guard = {"If-Match": made.headers["etag"]}
    done = client.post(f"/imports/{report['id']}/applications", headers=guard)
    assert done.json()["state"] == "applied"
    found = client.get("/organisations", params={"limit": 200}).json()["items"]
    assert "API-1" in {row["code"] for row in found}


def test_without_a_dry_run_it_is_written_at_once(client):
    report = client.post("/imports", json=body(units("API-2"), dry_run=False)).json()
    assert report["state"] == "applied"


def test_with_a_problem_nothing_is_written_even_without_a_dry_run(client):
    given = as_xlsx(HEAD, ("API-3", "甲", "预算单位", "310000"), ("API-4", "", "办公室", "9"))
    report = client.post("/imports", json=body(given, dry_run=False)).json()

    assert report["state"] == "faulty"
    places = [(item["sheet"], item["row"], item["column"]) for item in report["problem_list"]]
    assert ("表", 3, "B") in places
    found = client.get("/organisations", params={"limit": 200}).json()["items"]
    assert "API-3" not in {row["code"] for row in found}


def test_data_that_moved_are_a_conflict_and_a_new_preview_mends_it(client):
    first = client.post("/imports", json=body(units("API-5")))
    client.post("/imports", json=body(units("API-5"), dry_run=False))
    path, guard = f"/imports/{first.json()['id']}", {"If-Match": first.headers["etag"]}

    assert_problem(client.post(f"{path}/applications", headers=guard), 409, "conflict")
    again = client.post(f"{path}/previews", headers=guard)
    assert again.json()["unchanged"] == 1
    stale = client.post(f"{path}/applications", headers=guard)
    assert_problem(stale, 412, "version_conflict")


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"kind": "secrets"}, 422, "unacceptable", "/kind"),
        ({"content": "不是 Base64"}, 422, "unacceptable", "/content"),
        ({"content": 7}, 422, "unacceptable", "/content"),
        ({"dry_run": "也许"}, 422, "unacceptable", "/dry_run"),
        ({"file_name": "x" * 181}, 422, "unacceptable", "/file_name"),
        ({"content": b64encode(b"PK\x03\x04").decode()}, 422, "unreadable_file", None),
        ({"content": ""}, 422, "unreadable_file", None),
        ({"extra": 1}, 422, "unacceptable", "/extra"),
    ],
)
def test_bad_input(client, changes, status, code, pointer):
    answer = client.post("/imports", json=body(units("API-6")) | changes)
    assert_problem(answer, status, code, *([pointer] if pointer else []))


def test_a_foreign_import_is_as_absent(client):
    made = client.post("/imports", json=body(units("API-7"))).json()
    foreign = client.get(f"/imports/{made['id']}", headers=bearer("foreign-key"))
    absent = client.get("/imports/999999", headers=bearer("foreign-key"))
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert client.get("/imports", headers=bearer("foreign-key")).json()["items"] == []


def test_a_key_that_reads_sees_reports_and_imports_nothing(client):
    key = bearer("read-key")
    assert client.get("/imports", headers=key).status_code == 200
    answer = client.post("/imports", json=body(units("API-8")), headers=key)
    assert_problem(answer, 403, "forbidden")


def test_the_list_pages(client):
    for code in ("API-9", "API-10"):
        client.post("/imports", json=body(units(code)))
    first = client.get("/imports", params={"limit": 1}).json()
    second = client.get("/imports", params={"limit": 1, "after": first["next"]}).json()
    assert first["items"][0]["id"] > second["items"][0]["id"]
    assert "effect_list" not in first["items"][0]
