"""The pages of exports and of check codes: choose, watch, fetch; verify without an account."""

import io
import zipfile
from dataclasses import replace

import pytest

from app.db.session import reading, writing
from app.exporting import Exporting
from app.services import check_codes, export_policies, self_evaluations
from app.services.posts import in_force
from tests.services.trail import trail
from tests.views.visitor import HTMX


@pytest.fixture
def maker(views, now):
    return Exporting(views.state.shelf, lambda: now, export_policies.policy(), "")


@pytest.fixture
def finance(visit, maker):
    visitor = visit()
    visitor.sign_in("finance")
    visitor.get("/exports")
    return visitor


def rows(seen):
    found = seen.soup.select("table.export-list tbody tr")
    return [" ".join(row.get_text(" ", strip=True).split()) for row in found]


CHOICE = {"kind": "csv", "fiscal_year": "2024", "organisation_id": "", "state": ""}


def test_from_the_start_to_the_file(finance, maker, views):
    assert "还没有导出过" in finance.get("/exports").text("#exports")
    begun = finance.post("/exports", CHOICE)
    assert begun.url.endswith("/exports")
    assert "等待中" in rows(begun)[0]
    assert begun.one("#exports")["hx-trigger"] == "every 2s"
    assert begun.soup.select("noscript a[href='/exports']")

    maker.sweep()
    part = finance.client.get("/exports", headers=HTMX).text
    assert part.lstrip().startswith('<div id="exports">')
    done = finance.get("/exports")
    assert "可以下载" in rows(done)[0]
    assert "hx-get" not in done.one("#exports").attrs

    link = done.one("table.export-list a.button")["href"]
    file = finance.client.get(link)
    assert "%E7%BB%A9%E6%95%88" in file.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert "数据字典.csv" in archive.namelist()
    with reading(views.state.engine) as session:
        assert trail(session)[-1].action == "download"

    gone = finance.post(f"{link.removesuffix('/file')}/delete", {"csrf": finance.csrf})
    assert "还没有导出过" in gone.text("#exports")


def test_forms_are_ticked_on_the_task_list(finance, maker):
    home = finance.get("/")
    boxes = home.soup.select("table.tasks input[type=checkbox]")
    assert len(boxes) == 9
    assert home.one("button[formaction='/exports/selection']")
    chosen = finance.post("/exports/selection", {box["name"]: "1" for box in boxes[:3]})
    assert chosen.text("#start-title") == "导出所选的 3 张自评表"
    fields = {item["name"]: item["value"] for item in chosen.soup.select("input[name^='pick.']")}
    begun = finance.post("/exports", fields | {"kind": "json"})
    assert "所选 3 张" in rows(begun)[0]
    maker.sweep()
    assert "3 张" in rows(finance.get("/exports"))[0]


def test_nothing_ticked_is_told(finance):
    seen = finance.post("/exports/selection", {})
    assert seen.status == 422
    assert "至少勾选一张" in seen.text(".alert")


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ({"kind": "exe"}, "#kind-note"),
        ({"fiscal_year": "2019"}, "#fiscal_year-note"),
        ({"organisation_id": "999999"}, "#organisation_id-note"),
        ({"pick.999999": "1"}, ".alert"),
    ],
)
def test_what_is_wrong_stands_beside_it(finance, given, note):
    seen = finance.post("/exports", CHOICE | given)
    assert seen.status == 422
    assert "请" in seen.text(note)


def test_too_many_at_once_are_told_on_the_page(finance):
    for _ in range(export_policies.policy().most_unfinished):
        finance.post("/exports", CHOICE)
    seen = finance.post("/exports", CHOICE)
    assert seen.status == 409
    assert "正在等待或生成" in seen.text(".alert")


def test_a_failed_export_says_why(finance, views):
    finance.post("/exports", CHOICE)
    small = replace(export_policies.policy(), largest=100)
    Exporting(views.state.shelf, views.state.clock, small, "").sweep()
    row = rows(finance.get("/exports"))[0]
    assert "没有完成" in row
    assert "超过" in row


def test_the_file_of_another_is_as_absent(finance, filler, maker):
    finance.post("/exports", CHOICE)
    maker.sweep()
    link = finance.get("/exports").one("table.export-list a.button")["href"]
    assert filler.get(link).status == 404
    assert filler.get("/exports/999999/file").html == filler.get(link).html


def test_the_dictionary_is_a_file_of_its_own(finance):
    answer = finance.client.get("/exports/dictionary.csv")
    assert answer.content.startswith(b"\xef\xbb\xbftable,")


@pytest.fixture
def mark(views, now):
    """The code of the first form as it stands."""
    with writing(views.state.engine) as session:
        (post,) = in_force(session, now, 1)
        sheet = self_evaluations.get_sheet(session, post.actor(1, "某人"), 1)
        return check_codes.issue(session, now, sheet, "")


def test_a_document_is_verified_without_an_account(stranger, mark):
    for path in (f"/check-codes/{mark.code}", f"/check-codes?code={mark.code.lower()}"):
        seen = stranger.get(path)
        assert seen.status == 200
        assert seen.text(".verdict strong") == "真实"
        facts = seen.text("dl.pairs")
        for fact in ("参保人员就医凭证制作费", "2024年度", "99.97 / 100.00", "优", "单位审核"):
            assert fact in facts
    assert "达成" not in seen.text("main")


def test_a_form_that_was_changed_since_is_told_of(stranger, views, mark):
    with writing(views.state.engine) as session:
        (post,) = in_force(session, views.state.clock(), 1)
        sheet = self_evaluations.get_sheet(session, post.actor(1, "某人"), 1)
        sheet.project.name = "改了名的项目"
        session.add(sheet.project)
    seen = stranger.get(f"/check-codes/{mark.code}")
    assert seen.text(".verdict strong") == "已被后续修改"
    assert "改了名的项目" not in seen.html


@pytest.mark.parametrize("code", ["ACDE-FGHJ-KLMN-PQRT-UVWX", "1", "%3Cscript%3E", "年度"])
def test_an_unknown_code_says_nothing_more(stranger, mark, code):
    seen = stranger.get(f"/check-codes/{code}")
    assert seen.status == 404
    assert seen.text(".verdict strong") == "查无此码"
    assert not seen.soup.select("dl")


def test_the_form_alone_asks_for_a_code(stranger):
    seen = stranger.get("/check-codes")
    assert (seen.status, seen.soup.select(".verdict")) == (200, [])
