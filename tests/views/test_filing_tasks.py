"""Filing tasks on pages: issued, changed, ended; progress; extensions asked and granted."""

import pytest

from tests.views.visitor import Visitor

TASK = "/filing-tasks/1"


@pytest.fixture
def finance(visit) -> Visitor:
    visitor = visit()
    visitor.sign_in("finance")
    return visitor


@pytest.fixture
def department(visit) -> Visitor:
    visitor = visit()
    visitor.sign_in("department")
    return visitor


def issued(finance, **given):
    """A task of 2025 for the whole bureau, as finance types it."""
    page = finance.get("/filing-tasks/new")
    ticked = {
        field["name"]: "on"
        for field in page.soup.select("input[type=checkbox][checked]")
        if field["name"].endswith("chosen")
    }
    fields = {
        "title": "2025年度自评",
        "fiscal_year": "2025",
        "opens": "2025-03-01",
        "due": "2025-03-31",
        "closes": "2025-04-30",
        "note": "请按时报送。",
    }
    return finance.post("/filing-tasks", fields | ticked | given)


def version(page):
    return page.soup.select_one("form[action$='/end'] input[name=version]")["value"]


def test_units_read_what_is_asked_until_when(filler):
    listed = filler.get("/filing-tasks")
    assert "2024年度项目支出绩效自评" in listed.text("table")
    assert "下达任务" not in listed.text("main")
    page = filler.get(TASK)
    assert "还剩 4 天" in page.text("header .deadline")
    assert "如实填报" in page.text(".facts")
    assert "提前结束" not in page.text("main")


def test_the_head_of_every_page_leads_there(filler, visit):
    assert filler.get("/").soup.select("header.top a[href='/filing-tasks']")
    auditor = visit()
    auditor.sign_in("auditor")
    assert not auditor.get("/").soup.select("header.top a[href='/filing-tasks']")


def test_progress_counts_and_leads_to_its_lists(finance):
    page = finance.get(TASK)
    row = page.soup.select_one("table.progress tbody tr")
    counts = [cell.get_text(" ", strip=True).split()[0] for cell in row.select("td")]
    assert counts == ["9", "0", "3", "4", "1", "1", "0", "0"]
    branch = finance.get(row.select_one("th a")["href"])
    assert "上海市财政局" in branch.text(".crumbs")
    filling = finance.get(row.select("td a")[1]["href"])
    assert len(filling.soup.select("table tbody tr")) == 3
    assert filling.text(".stages [aria-current]") == "填报中"
    assert "没有这样的项目" in finance.get(f"{TASK}/filings?bucket=waived").text(".empty")
    assert finance.get(f"{TASK}/filings?bucket=lunch").status == 404


def test_finance_issues_changes_and_takes_back_a_task(finance):
    page = issued(finance)
    assert page.text("h1") == "2025年度自评"
    assert "上海市财政局及下级单位" in page.text(".facts")
    edit = finance.get(f"{page.url}/edit")
    fields = {
        field["name"]: field.get("value", "")
        for field in edit.soup.select("main input[name]:not([type=checkbox])")
    }
    ticked = {field["name"]: "on" for field in edit.soup.select("input[checked]")}
    refused = finance.post(f"{page.url}/edit", fields | ticked | {"due": "2025-02-01"})
    assert refused.status == 422
    assert "截止日期不能早于开始日期" in refused.text("#due-note")
    assert refused.one("#title")["value"] == "2025年度自评"
    changed = finance.post(f"{page.url}/edit", fields | ticked | {"due": "2025-04-02"})
    assert "2025年4月2日" in changed.text(".facts")
    stale = finance.post(f"{page.url}/edit", fields | ticked | {"due": "2025-04-03"})
    assert stale.status == 412
    gone = finance.post(f"{page.url}/end", {"version": version(changed), "do": "take_back"})
    assert gone.text("h1") == "填报任务"
    assert "2025年度自评" not in gone.text("main")


def test_everything_wrong_is_told_and_stays_as_typed(finance):
    page = issued(finance, title=" ", opens="昨天", fiscal_year="x")
    assert page.status == 422
    notes = [note.get_text(strip=True) for note in page.soup.select("p.message")]
    assert any("任务名称" in note for note in notes)
    assert any("请填写开始日期" in note for note in notes)
    assert page.one("#due")["value"] == "2025-03-31"


def test_nobody_chosen_is_told(finance):
    finance.get("/filing-tasks/new")
    fields = {"title": "x", "fiscal_year": "2025", "opens": "2025-03-01", "due": "2025-03-31"}
    alone = finance.post("/filing-tasks", fields | {"closes": "2025-04-30"})
    assert "请选择填报单位" in alone.text("fieldset")


def test_units_asked_already_are_named(finance):
    refused = issued(finance, fiscal_year="2024")
    assert refused.status == 422
    assert "已有2024年度的任务" in refused.text("fieldset")


def test_a_task_under_way_is_ended_with_a_reason_and_resumed(finance, filler):
    page = finance.get(TASK)
    assert not page.soup.select("a[href$='/edit'], button[value=take_back]")
    assert finance.get(f"{TASK}/edit").status == 409
    missing = finance.post(f"{TASK}/end", {"version": version(page), "do": "end", "reason": ""})
    assert missing.status == 422
    assert "结束的原因" in missing.text("#reason-note")
    words = {"do": "end", "reason": "改用新表"}
    ended = finance.post(f"{TASK}/end", {"version": version(page)} | words)
    assert ended.text("header .chip") == "已结束"
    assert "改用新表" in filler.get(TASK).text(".facts")
    resumed = finance.post(f"{TASK}/end", {"version": version(ended), "do": "resume"})
    assert resumed.text("header .chip") == "填报中"


def asking(visitor, project=4):
    page = visitor.get(f"{TASK}/ask?project={project}")
    return page, {
        field["name"]: field.get("value", "") for field in page.soup.select("input[type=hidden]")
    }


def test_an_extension_is_asked_and_granted(filler, department):
    _, hidden = asking(filler, 2)
    wish = hidden | {"kind": "extension", "do": "ask", "reason": "决算推迟"}
    refused = filler.post(f"{TASK}/ask", wish | {"until": "2025-03-01"})
    assert refused.status == 422
    assert "最早写2025-03-08" in refused.text("#until-note")
    asked = filler.post(f"{TASK}/ask", wish | {"until": "2025-03-20"})
    assert asked.status == 200
    assert filler.post(f"{TASK}/ask", wish | {"until": "2025-03-20"}).status == 409
    listed = department.get("/filing-requests")
    row = listed.soup.select_one("tr[id^=request-]")
    form = row.select_one("form")
    own = {field["name"]: field.get("value", "") for field in form.select("input")}
    why = department.post(form["action"], own | {"do": "refuse", "answer": ""})
    assert why.status == 422
    assert "办理意见" in why.text(".alert")
    granted = department.post(form["action"], own | {"do": "grant", "answer": "同意"})
    assert "已准予" in granted.soup.select_one("tr[id^=request-]").get_text()
    again = department.post(form["action"], own | {"do": "grant", "answer": ""})
    assert again.status == 409
    assert "沈立群已于" in again.text("main")
    draft = filler.get(filler.form("医疗保险个人账户管理经费"))
    assert "2025年3月20日" in draft.text(".head .deadline")


def test_a_request_is_taken_back(filler):
    row = filler.get("/filing-requests").soup.select_one("tr[id^=request-]:has(form)")
    form = row.select_one("form")
    own = {field["name"]: field.get("value", "") for field in form.select("input")}
    page = filler.post(form["action"], own)
    assert "已收回" in page.text("main")


def test_who_is_above_grants_a_waiver_unasked(department, filler):
    page, hidden = asking(department)
    assert page.text("h1") == "准予延期或免报"
    given = hidden | {"kind": "waiver", "reason": "项目终止", "do": "give"}
    assert department.post(f"{TASK}/ask", given).status == 200
    row = next(
        row
        for row in department.get(f"{TASK}/filings?bucket=waived").soup.select("tbody tr")
        if "医疗保险基金管理经费" in row.get_text()
    )
    assert "免报" in row.get_text()
    assert "截止" not in filler.get("/self-evaluations/4").text(".head")


def test_a_unit_cannot_grant_and_finance_does_not_ask(filler, finance):
    _, hidden = asking(filler)
    given = hidden | {"kind": "waiver", "reason": "项目终止", "do": "give"}
    assert filler.post(f"{TASK}/ask", given).status == 403
    assert finance.post(f"{TASK}/ask", given | {"do": "ask"}).status == 403


@pytest.mark.parametrize("path", ["/filing-tasks/999", "/filing-tasks/999/ask", "/filing-tasks/x"])
def test_what_is_not_there_is_not_found(filler, path):
    assert filler.get(path).status == 404
