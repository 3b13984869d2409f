"""The page of the audit trail: for auditors alone, filtered, exported."""

import csv
import io

import pytest
from sqlalchemy import text

from app.db.session import reading
from app.services import audit
from tests.services.trail import told, trail, unguarded
from tests.views.visitor import HTMX, SAME_ORIGIN, typed_cells


@pytest.fixture
def auditor(visit):
    visitor = visit()
    visitor.sign_in("auditor")
    return visitor


def rows(seen):
    return [
        " ".join(row.get_text(" ", strip=True).split())
        for row in seen.soup.select("table.trail tbody tr")
    ]


def newest(views):
    with reading(views.state.engine) as session:
        return trail(session)[-1]


def test_signing_in_is_the_newest_row(auditor):
    row = rows(auditor.get("/audit"))[0]
    assert "2025-03-03 10:00 程致远 审计人员 testclient 登录 账号" in row
    assert row.endswith("成功")


def test_the_head_of_every_page_leads_an_auditor_there(auditor, filler):
    assert auditor.get("/").one("header a[href='/audit']")
    assert not filler.get("/").soup.select("a[href='/audit']")


@pytest.mark.parametrize(
    "username",
    ["filler", "unit-lead", "department", "finance", "evaluator", "sysadmin", "secadmin"],
)
def test_nobody_else_reads_it_and_trying_is_on_record(visit, views, username):
    visitor = visit()
    visitor.sign_in(username)
    for answer in (visitor.get("/audit"), visitor.post("/audit/export", {})):
        assert answer.status == 403
        assert "审计人员" in answer.text("main")
    event = newest(views)
    assert (event.object_id, event.result) == ("POST /audit/export", "refused")
    assert told(event) == {"/refusal": (None, "forbidden")}


def test_a_wrong_password_is_on_record_and_is_not_kept(stranger, views):
    stranger.post("/login", {"username": "filler", "password": "wrong-one"})
    event = newest(views)
    assert (event.action, event.result, event.actor_name) == ("log_in", "refused", "周晓岚")
    assert event.address == "testclient"


def test_a_lost_session_and_another_sites_form_are_on_record(stranger, views):
    stranger.client.post("/self-evaluations/5/cells", data={}, headers=SAME_ORIGIN)
    assert told(newest(views)) == {"/refusal": (None, "unauthenticated")}
    stranger.client.post("/login", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    event = newest(views)
    assert (event.object_id, event.actor_id) == ("POST", None)
    before = event.number
    stranger.get("/self-evaluations/5")  # sent to sign in: no refusal
    assert newest(views).number == before


def test_it_is_filtered_by_person_act_and_days(auditor, filler):
    filler.post("/logout", {})
    seen = auditor.get("/audit", params={"person": "周晓岚", "action": "log_out"})
    assert len(rows(seen)) == 1
    assert seen.one("#person")["value"] == "周晓岚"
    assert seen.text("#action [selected]") == "退出"
    assert rows(auditor.get("/audit", params={"first": "2025-03-04"})) == []
    seen = auditor.get("/audit", params={"last": "2025-02-20", "action": "edit"})
    assert all("填写" in row for row in rows(seen))
    assert seen.one("#last")["value"] == "2025-02-20"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"first": "3月"}, "开始日期请写成"),
        ({"last": "2025-02-30"}, "结束日期请写成"),
        ({"first": "2025-03-04", "last": "2025-03-03"}, "不能早于"),
        ({"action": "burn"}, "请从列表中选择"),
        ({"after": "x"}, "翻页"),
        ({"person": "\x00"}, "控制字符"),
    ],
)
def test_a_filter_that_cannot_be_is_told(auditor, asked, words):
    seen = auditor.get("/audit", params=asked)
    assert seen.status == 422
    assert words in seen.text("main")


def test_it_is_paged_with_its_filter(auditor, filler):
    filler.retype("/self-evaluations/5", "achieved", (f"第{number}版。" for number in range(60)))
    seen = auditor.get("/audit", params={"person": "周晓岚", "action": "edit"})
    assert len(rows(seen)) == 50
    earlier = auditor.get(seen.one("a[rel=next]")["href"])
    assert earlier.one("#person")["value"] == "周晓岚"
    assert all("填写" in row for row in rows(earlier))


def test_a_row_of_a_form_leads_to_its_history(auditor):
    seen = auditor.get("/audit", params={"action": "submit"})
    link = seen.soup.select_one("table.trail a[href$='/history']")
    assert auditor.get(link["href"]).text("h1") == "历史"


def test_the_export_is_a_file_that_runs_nothing_and_is_itself_on_record(auditor, filler, views):
    filler.cells("/self-evaluations/5", {"achieved": "=HYPERLINK(1)"})
    answer = auditor.client.post(
        "/audit/export", data={"action": "edit", "person": "周晓岚"}, headers=auditor.sent
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="audit-20250303.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    headings, *cells = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline=""))
    assert headings[-1] == "变更后"
    assert cells[0][-1] == "'=HYPERLINK(1)"
    assert {row[5] for row in cells} == {"填写"}
    event = newest(views)
    assert (event.action, event.actor_name) == ("export", "程致远")
    assert told(event)["/action"] == (None, "edit")


def test_what_the_pages_wrote_verifies(auditor, views):
    with reading(views.state.engine) as session:
        assert audit.verified(session).fault is None


def test_nothing_is_saved_without_its_record(filler, views):
    path = "/self-evaluations/5"
    before = filler.get(path).fields()
    with views.state.engine.begin() as connection:
        unguarded(connection)
        connection.execute(text("DELETE FROM audit_heads"))
    answer = filler.client.post(
        f"{path}/cells", data=typed_cells(achieved="改了。"), headers=filler.sent | HTMX
    )
    assert answer.status_code == 503
    assert "没有保存" in answer.text
    seen = filler.post(path, before | {"achieved": "改了。", "next": "form"})
    assert seen.status == 503
    assert seen.text("h1") == "暂时不能保存"
    assert filler.get(path).fields() == before


def test_nobody_comes_in_without_a_record(stranger, views):
    with views.state.engine.begin() as connection:
        unguarded(connection)
        connection.execute(text("DELETE FROM audit_heads"))
    assert stranger.sign_in().status == 503
    assert "/login" in stranger.get("/").url
