"""The pages of imports: upload, preview, confirm; refusals stay beside their field."""

import csv
import io

import pytest
from sqlmodel import select

from app.db.organisations import Organisation
from app.db.session import reading
from app.domain.audit import AuditAction
from app.files import tables
from tests.services.import_cases import as_csv, as_xlsx
from tests.services.trail import told, trail
from tests.views.visitor import Visitor

HEAD = ("单位代码", "单位名称", "单位类别", "地区代码", "备注")


@pytest.fixture
def finance(visit):
    visitor = visit()
    visitor.sign_in("finance")
    return visitor


def upload(visitor: Visitor, kind: str, given):
    visitor.get("/imports")
    files = {"file": (given.name, given.content)}
    answer = visitor.client.post(
        "/imports", data={"kind": kind, "csrf": visitor.csrf}, files=files, headers=visitor.sent
    )
    return visitor._seen(answer)


def units(*rows):
    return as_csv(HEAD, *rows)


def stored(views, code):
    with reading(views.state.engine) as session:
        return session.exec(select(Organisation).where(Organisation.code == code)).first()


def test_upload_preview_and_confirm(views, finance):
    seen = upload(finance, "organisations", units(("N1", "新单位", "预算单位", "310000", "x")))

    assert seen.text("h1") == "单位：表.csv"
    assert "待确认导入" in seen.text("header .chip")
    assert "N1 新单位" in seen.text("table.trail tbody")
    assert "备注" in seen.text("ul.bullets")
    assert stored(views, "N1") is None

    done = finance.post(f"{path(seen)}/apply", sent_by(seen, "apply"))
    assert done.text(".home header .chip") == "已导入"
    assert not done.soup.select("form[action$='/apply']")
    assert stored(views, "N1").name == "新单位"


def sent_by(seen, act):
    """What the form of an act sends."""
    return {
        field["name"]: field["value"] for field in seen.soup.select(f"form[action$='/{act}'] input")
    }


def path(seen):
    return seen.url.split("?")[0].removeprefix("http://testserver")


def test_problems_stand_first_with_place_value_expectation_and_mend(finance):
    given = as_xlsx(
        HEAD, ("N1", "新单位", "办公室", 310000, ""), ("N1", "又一个", "预算单位", 1, "")
    )
    seen = upload(finance, "organisations", given)

    assert "有问题，未导入" in seen.text(".home header .chip")
    text = seen.text("table.trail tbody")
    assert "表 C2 单位类别 办公室 财政部门、主管部门、预算单位 请从" in text
    assert "表 A3 单位代码 N1" in text
    assert "与第 2 行重复" in text
    assert not seen.soup.select("form[action$='/apply']")


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("organisations", b"", "请选择要导入的文件"),
        ("", b"a,b\n1,2\n", "请选择要导入的内容"),
        ("organisations", b"PK\x03\x04broken", "已损坏"),
        ("organisations", b"<html><table></table></html>", "网页"),
    ],
)
def test_what_cannot_be_read_comes_back_with_the_reason(finance, kind, content, says):
    seen = upload(finance, kind, type("Given", (), {"name": "表.xlsx", "content": content}))
    assert seen.status == 422
    assert says in seen.text(".message")


def test_a_kind_of_another_post_is_not_offered_and_refused(visit, filler):
    seen = filler.get("/imports")
    assert [box["value"] for box in seen.soup.select("input[type=radio]")] == [
        "declarations", "self_evaluations",
    ]  # fmt: skip
    refused = upload(filler, "organisations", units(("N1", "新", "预算单位", "310000", "")))
    assert refused.status == 403


@pytest.mark.parametrize("username", ["unit-lead", "evaluator", "auditor", "secadmin"])
def test_who_imports_nothing_is_turned_away(visit, username):
    visitor = visit()
    visitor.sign_in(username)
    assert not visitor.get("/").soup.select("a[href='/imports']")
    assert visitor.get("/imports").status == 403


def test_a_preview_that_is_out_of_date_says_so_on_its_page(views, finance):
    first = upload(finance, "organisations", units(("N1", "甲", "预算单位", "310000", "")))
    second = upload(finance, "organisations", units(("N1", "乙", "预算单位", "310000", "")))
    finance.post(f"{path(first)}/apply", sent_by(first, "apply"))

    refused = finance.post(f"{path(second)}/apply", sent_by(second, "apply"))

    assert refused.status == 409
    assert "重新预览" in refused.text(".error-summary")
    again = finance.post(f"{path(second)}/preview", sent_by(refused, "preview"))
    assert "甲" in again.text("table.trail tbody")
    finance.post(f"{path(second)}/apply", sent_by(again, "apply"))
    assert stored(views, "N1").name == "乙"


def test_an_old_version_is_refused(finance):
    seen = upload(finance, "organisations", units(("N1", "甲", "预算单位", "310000", "")))
    refused = finance.post(f"{path(seen)}/apply", sent_by(seen, "apply") | {"version": "9"})
    assert refused.status == 412


def test_somebody_elses_import_is_as_absent(finance, filler):
    seen = upload(finance, "organisations", units(("N1", "甲", "预算单位", "310000", "")))
    foreign, absent = filler.get(path(seen)), filler.get("/imports/99999")
    assert (foreign.status, absent.status) == (404, 404)
    assert foreign.text("main") == absent.text("main")


def test_the_report_as_a_workbook(finance):
    seen = upload(finance, "organisations", units(("N1", "=1+1", "办公室", "310000", "")))
    answer = finance.client.get(f"{path(seen)}/report.xlsx")

    assert answer.headers["content-disposition"].startswith("attachment;")
    problems = tables.read(answer.content)[0]
    assert problems.name == "问题"
    assert problems.rows[1].cells[1:5] == ("2", "C", "单位类别", "办公室")


@pytest.mark.parametrize("kind", ["organisations", "projects", "budgets", "declarations"])
def test_templates_are_tables_that_the_import_understands(visit, kind):
    visitor = visit()
    visitor.sign_in("finance")
    for ending in ("xlsx", "csv"):
        answer = visitor.client.get(f"/imports/templates/{kind}.{ending}")
        given = type("Given", (), {"name": f"模板.{ending}", "content": answer.content})
        seen = upload(visitor, kind, given)
        text = seen.text("main")
        assert "没有数据行" in text
        assert "模板的示例，未读取" in text


@pytest.mark.parametrize("kind", ["organisations", "projects", "budgets", "declarations"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_is_exported_changes_nothing_when_imported(views, finance, kind, ending):
    form = {"kind": kind, "ending": ending, "csrf": finance.csrf}
    finance.get("/imports")
    answer = finance.client.post(
        "/imports/export", data=form | {"csrf": finance.csrf}, headers=finance.sent
    )
    assert answer.status_code == 200
    with reading(views.state.engine) as session:
        assert trail(session)[-1].action == AuditAction.EXPORT
    given = type("Given", (), {"name": f"现有.{ending}", "content": answer.content})
    seen = upload(finance, kind, given)
    tabs = seen.text("nav.tabs")
    assert "问题 0 新增 0 修改 0" in tabs
    assert "无变化 0" not in tabs


def test_the_list_names_what_was_imported(views, finance):
    upload(finance, "organisations", units(("N1", "甲", "预算单位", "310000", "")))
    seen = finance.get("/imports")
    assert "表.csv 单位 待确认导入 1 0 0" in seen.text("table.tasks tbody")
    with reading(views.state.engine) as session:
        event = trail(session)[-1]
    assert told(event)["/kind"] == (None, "organisations")


def test_a_long_report_comes_in_parts(finance):
    rows = [(f"N{n}", f"单位{n}", "预算单位", "310000", "") for n in range(250)]
    seen = upload(finance, "organisations", units(*rows))
    assert len(seen.soup.select("table.trail tbody tr")) == 100
    later = finance.get(f"{path(seen)}?show=new&start=200")
    assert len(later.soup.select("table.trail tbody tr")) == 50
    assert later.one("a[rel=prev]")["href"].endswith("start=100")
    assert not later.soup.select("a[rel=next]")


def test_the_csv_template_can_be_opened(finance):
    answer = finance.client.get("/imports/templates/budgets.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][4] == "年初预算数（元）"
    assert rows[1][0].startswith("示例")
