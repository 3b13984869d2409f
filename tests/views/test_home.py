"""The task list."""

import re

import pytest
from sqlmodel import select

from app.db.projects import Project
from app.db.session import writing
from tests.factories import make_declaration, make_project


def rows(seen):
    return [row.get_text(" ", strip=True) for row in listed(seen)]


def listed(seen):
    """The rows of the list without the headings of its groups."""
    return seen.soup.select("table.tasks tbody tr:not(.group)")


def test_the_newest_year_is_shown_and_what_is_due_stands_first(filler):
    seen = filler.get("/")
    cells = seen.soup.select("table.tasks td:nth-of-type(2)")
    states = [cell.get_text(strip=True) for cell in cells]
    assert seen.text("h1") == "2024年度自评任务"
    assert states == sorted(
        states, key=["已退回", "草稿", "单位审核", "主管部门审核", "财政审核", "已公开"].index
    )
    assert states[0] == "已退回"
    assert seen.text(".due") == "待办 4"


def test_a_row_tells_state_deadline_score_and_grade(filler):
    row = next(row for row in rows(filler.get("/")) if "个人账户" in row)
    assert "草稿" in row
    assert "截止，还剩" in row
    assert "98.36" in row
    assert "优" in row


def test_an_unfinished_form_has_a_provisional_score_and_no_grade(filler):
    seen = filler.get("/")
    row = next(row for row in seen.soup.select("tbody tr") if "信息化建设项目" in row.get_text())
    assert "项须更正" in row.get_text()
    assert row.select_one(".total").get_text(strip=True).startswith("暂计")
    assert [chip.get_text(strip=True) for chip in row.select(".chip")] == ["草稿"]


def test_another_year_may_be_asked_for(filler):
    seen = filler.get("/", params={"year": 2019})
    assert seen.text("h1") == "2019年度自评任务"
    assert "还没有自评任务" in seen.text(".empty")
    assert seen.text(".years [aria-current]") == "2019年度"


def test_a_project_without_a_form_is_begun_from_the_list(filler, views):
    with writing(views.state.engine) as session:
        owner = session.exec(select(Project)).first()
        organisation = type("Owner", (), {"id": owner.organisation_id, "region_code": "310000"})
        project = make_project(session, organisation, name="新的项目")
        make_declaration(session, project, [{"name": "第一项"}], goal="做成一件事")
    seen = filler.get("/")
    assert "新的项目" in seen.text("table[class*=tasks]:has(form)")
    form = seen.one("table.tasks form")
    fields = {field["name"]: field["value"] for field in form.select("input")}
    opened = filler.post(form["action"], fields)
    assert opened.text("h1") == "新的项目"
    assert opened.text("#expected") == "做成一件事"


@pytest.mark.parametrize("username", ["department", "finance", "unit-lead"])
def test_others_see_the_forms_of_their_scope_and_nothing_to_begin(visit, username):
    visitor = visit()
    visitor.sign_in(username)
    seen = visitor.get("/")
    assert len(rows(seen)) == 9
    assert "填写" not in seen.text("table.tasks")


@pytest.mark.parametrize(
    ("username", "due", "first"),
    [
        ("unit-lead", "待办 2", "参保人员就医凭证制作费"),
        ("department", "待办 2", "医疗保险档案管理经费"),
        ("finance", "待办 2", "工作服置装费"),
    ],
)
def test_what_waits_for_a_reviewer_stands_first_with_its_days(visit, username, due, first):
    visitor = visit()
    visitor.sign_in(username)
    seen = visitor.get("/")
    assert seen.text(".due") == due
    top = listed(seen)[0]
    assert top.select_one("th a").get_text() == first
    assert top.select_one("th a")["href"].endswith("/review")
    assert "天" in top.select("td")[2].get_text()
    assert seen.text("nav.stages").startswith("全部 9 已退回 1 草稿 3 单位审核 2")


def test_the_list_narrows_to_a_state(visit):
    visitor = visit()
    visitor.sign_in("finance")
    seen = visitor.get("/", params={"state": "published"})
    assert len(rows(seen)) == 1
    assert seen.text("nav.stages [aria-current]") == "已公开 1"
    assert visitor.get("/?state=lunch").status == 404


def test_an_auditor_has_nothing_to_do(visit):
    visitor = visit()
    visitor.sign_in("auditor")
    seen = visitor.get("/")
    assert not seen.soup.select(".due, .stages, input:not([name=csrf], [name^=pick])")


def test_the_list_names_its_json(filler):
    link = filler.get("/").one("link[rel=alternate]")
    assert link["href"] == "/api/v1/self-evaluations?fiscal_year=2024"


@pytest.mark.parametrize("query", ["year=abc", "year=99999999999999999999", "year=0"])
def test_a_year_that_is_none_is_answered_kindly(filler, query):
    assert filler.get(f"/?{query}").status == 404


def test_a_position_that_no_page_gave_is_told(filler):
    seen = filler.get("/?after=nonsense")
    assert seen.status == 422
    assert "翻页" in seen.text("main")


def test_forms_are_grouped_by_state_and_what_waits_stands_first(filler, visit):
    groups = [row.get_text(" ", strip=True) for row in filler.get("/").soup.select("tr.group")]
    assert groups[:2] == ["已退回 1", "草稿 3"]
    department = visit()
    department.sign_in("department")
    groups = department.get("/").soup.select("tr.group")
    assert groups[0].get_text(" ", strip=True) == "待您审核 1"


def test_the_task_of_the_year_stands_above_with_its_days(filler, visit):
    asked = filler.get("/").text(".asked")
    assert "2024年度项目支出绩效自评" in asked
    assert "还剩 4 天" in asked
    assert "应报 9 未报 4" in asked
    finance = visit()
    finance.sign_in("finance")
    assert "延期、免报申请待办理 1 件" in finance.get("/").text(".asked")


def test_the_nearest_deadline_stands_first_within_a_state(filler):
    days = [
        int(re.search(r"还剩 (\d+) 天", row).group(1))
        for row in rows(filler.get("/"))
        if "草稿" in row
    ]
    assert days == sorted(days) == [4, 4, 14]
