"""The review page: what a reviewer reads and writes, what the filler sees of it, the end."""

import pytest

UNIT, DEPARTMENT, FINANCE = "热线服务保障经费", "医疗保险档案管理经费", "工作服置装费"
RETURNED, PUBLISHED = "医疗保险稽核检查经费", "医药机构及医疗费用审核管理经费"


@pytest.fixture
def lead(visit):
    visitor = visit()
    visitor.sign_in("unit-lead")
    return visitor


@pytest.fixture
def finance(visit):
    visitor = visit()
    visitor.sign_in("finance")
    return visitor


def typed(page, **more):
    """The fields of the review as typed, then the button."""
    return page.fields() | more


def lines(page):
    return [row["id"].removeprefix("line-") for row in page.soup.select("tr.line")]


def test_the_sheet_is_read_only_with_two_cells_a_row(lead):
    page = lead.get(lead.form(UNIT))
    names = {name.rpartition(".")[2] for name in page.fields() if name.startswith("lines.")}
    assert names == {"points", "opinion"}
    assert not page.soup.select("[data-column=actual], [data-column=reason]")
    assert "尚未受理" in page.text(".head")


def test_saving_keeps_points_opinions_and_remarks(lead):
    path = lead.form(UNIT)
    page = lead.get(path)
    first = lines(page)[0]
    more = {
        f"lines.{first}.points": "4",
        f"lines.{first}.opinion": "核减一分",
        f"remarks.new{first}.path": f"/lines/{first}/actual",
        f"remarks.new{first}.text": "与台账不一致",
        "remarks.new.path": "/achieved",
        "remarks.new.text": "请写明满意度",
        "opinion": "总体属实",
    }
    saved = lead.post(path, typed(page, do="save", **more))
    assert saved.status == 200
    assert "与台账不一致" in saved.text(f"#line-{first}-actual")
    assert saved.fields()[f"lines.{first}.points"] == "4"
    assert saved.text("#reviewed-total") == "99.00"
    assert "受理" in saved.text(".head")
    assert len(saved.soup.select("[data-remark]")) == 2
    again = lead.post(path, typed(saved, do="save"))
    assert len(again.soup.select("[data-remark]")) == 2


def test_what_does_not_fit_is_told_and_kept(lead):
    path = lead.form(UNIT)
    page = lead.get(path)
    first = lines(page)[0]
    fields = typed(page, do="approve", **{f"lines.{first}.points": "99"})
    seen = lead.post(path, fields)
    assert seen.status == 422
    assert "应在0至5之间" in seen.text(".error-summary")
    assert seen.fields()[f"lines.{first}.points"] == "99"
    bare = lead.post(path, typed(page, do="return"))
    assert "请填写退回原因" in bare.text(".error-summary")


def test_approved_it_goes_on(lead, visit):
    path = lead.form(UNIT)
    page = lead.get(path)
    assert page.text("button.primary") == "同意，报主管部门审核"
    seen = lead.post(path, typed(page, do="approve", opinion="同意报送"))
    assert seen.text(".head .chip") == "主管部门审核"
    assert "同意报送" in seen.text(".history")
    assert "撤回" in seen.text(".actions")


def test_returned_with_a_remark_the_filler_sees_it_at_its_cell(lead, filler):
    path = lead.form(UNIT)
    page = lead.get(path)
    first = lines(page)[0]
    fields = typed(page, do="return", code="value", reason="请改正") | {
        f"remarks.new{first}.text": "与台账不一致"
    }
    lead.post(path, fields)
    form = filler.get(filler.form(UNIT))
    assert form.text(".returned") == "退回意见 指标值或完成值与实际不符：请改正"
    remark = form.one("[data-remark]")
    assert remark.find_parent("tr")["id"] == f"line-{first}"
    settled = filler.post(remark.select_one("form")["action"], {"next": "form"})
    assert "周晓岚已处理" in settled.text("[data-remark]")
    assert not settled.soup.select("[data-remark] form")


def test_the_demo_shows_remarks_at_three_cells(filler):
    form = filler.get(filler.form(RETURNED))
    assert len(form.soup.select("[data-remark]")) == 3
    assert "批注 3 条待处理" in form.text(".walk")


def test_cells_changed_since_the_return_are_marked(filler, visit):
    path = filler.form(RETURNED)
    form = filler.get(path)
    row = form.one("[aria-label='异地协查案件办理天数 实际完成值']")
    filler.post(path, form.fields() | {row["name"]: "58.00(工作日)", "next": "form"})
    reviewed = filler.get(f"{path}/review")
    assert len(reviewed.soup.select(".changed")) == 1
    assert reviewed.one(".changed").find_parent("td")["id"].endswith("-actual")


def test_what_other_steps_said_stands_beside(finance):
    page = finance.get(finance.form(FINANCE))
    assert "主管部门审核 13 分：只有文字说明，没有对比材料。" in page.text(".said").replace(
        " ：", "："
    )
    assert page.text("#reviewed-total") == "98.93"


def test_somebody_who_comes_late_is_told_who_and_when(lead):
    path = lead.form(UNIT)
    page = lead.get(path)
    lead.post(path, typed(page, do="save", opinion="先到"))
    late = lead.post(path, typed(page, do="approve", opinion="后到"))
    assert late.status == 412
    assert "顾明远，3月3日10:00" in late.text(".error-summary")
    assert late.fields()["opinion"] == "后到"
    lead.post(path, typed(lead.get(path), do="approve"))
    gone = lead.post(path, typed(page, do="return", code="value"))
    assert gone.status == 409
    assert "顾明远已于3月3日10:00办理" in gone.text("main")


def test_accepted_the_filler_no_longer_withdraws(lead, filler):
    path = lead.form(UNIT).removesuffix("/review")
    assert filler.get(path).soup.select(f"form[action='{path}/withdraw']")
    version = lead.get(f"{path}/review").fields()["version"]
    lead.post(f"{path}/accept", {"version": version})
    assert not filler.get(path).soup.select(f"form[action='{path}/withdraw']")


def test_finance_publishes_takes_back_and_reopens(finance):
    path = finance.form(FINANCE)
    done = finance.post(path, typed(finance.get(path), do="approve"))
    assert done.text(".head .chip") == "已完成"
    form = path.removesuffix("/review")
    version = done.one("form[action$='/publish'] input[name=version]")["value"]
    public = finance.post(f"{form}/publish", {"version": version, "do": "publish"})
    assert public.text(".head .chip") == "已公开"
    version = public.one("form[action$='/publish'] input[name=version]")["value"]
    back = finance.post(f"{form}/publish", {"version": version, "do": "unpublish"})
    version = back.one("form[action$='/take-back'] input[name=version]")["value"]
    bare = finance.post(f"{form}/take-back", {"version": version, "do": "reopen", "reason": ""})
    assert bare.status == 422
    fields = {"version": version, "do": "reopen", "reason": "审计要求更正"}
    revision = finance.post(f"{form}/take-back", fields)
    assert revision.text(".head .chip") == "已退回"
    assert form not in revision.url


def test_the_filler_reads_the_review_of_a_published_form(filler):
    page = filler.get(f"{filler.form(PUBLISHED)}/review")
    assert "同意" in page.text(".history")
    assert not page.soup.select("form#sheet")


def test_many_at_once_with_a_summary(lead):
    home = lead.get("/")
    boxes = {box["name"]: box["value"] for box in home.soup.select("input[type=checkbox]")}
    summary = lead.post("/approvals/summary", boxes)
    assert summary.text("table.tasks tbody").count("现在不能同意") == len(boxes) - 2
    assert summary.text("button.primary") == "同意这 2 张表"
    hidden = {field["name"]: field["value"] for field in summary.soup.select("form [type=hidden]")}
    versions = [name for name in hidden if name != "csrf"]
    stale = hidden | {min(versions): "1"}
    none = lead.post("/approvals", stale | {"together": "yes"})
    assert none.text("h1") == "已同意 0 张，共 2 张"
    done = lead.post("/approvals", stale)
    assert done.text("h1") == "已同意 1 张，共 2 张"
    assert lead.post("/approvals/summary", {}).status == 422
