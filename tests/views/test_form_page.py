"""The form page: laid out as the official form, open to its filler, read by others."""

import re

import pytest

DRAFT, SUBMITTED, RETURNED = "信息化建设项目", "热线服务保障经费", "医疗保险稽核检查经费"


@pytest.fixture
def seen(filler):
    return filler.get(filler.form(DRAFT))


def heads(seen, table):
    return [head.get_text(strip=True) for head in seen.soup.select(f"{table} th[scope=col]")]


def test_the_columns_are_those_of_the_official_form(seen):
    assert heads(seen, "table.funds") == [
        "年初预算数",
        "全年预算数",
        "全年执行数",
        "分值",
        "执行率(%)",
        "得分",
    ]
    assert heads(seen, "table.goals") == ["预期目标", "实际完成情况"]
    assert heads(seen, "table.indicators") == [
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    ]


def test_merged_cells_leave_no_gap_and_no_overlap(seen):
    rows = seen.soup.select("table.indicators tbody tr")
    assert len(rows) == 20
    spans = []  # rows that each merged cell still covers
    for row in rows:
        spans = [left - 1 for left in spans if left > 1]
        covered = len(spans)
        cells = row.find_all(["th", "td"], recursive=False)
        spans += [int(cell["rowspan"]) for cell in cells if cell.get("rowspan")]
        assert covered + len(cells) == 8
    assert all(left == 1 for left in spans)


def test_subtotals_add_up_to_the_total(seen):
    points = [
        float(re.match(r"小计 ([\d.]+)", " ".join(item.get_text(" ").split()))[1])
        for item in seen.soup.select(".subtotal")
    ]
    execution = float(seen.text("#fund-total-points .explained").split()[0])
    assert sum(points) + execution == pytest.approx(float(seen.text("#sheet-total")))
    assert seen.text("#sheet-total") == seen.one(".score .total").contents[0]


def test_what_is_computed_can_never_be_typed(seen):
    fields = seen.fields()
    assert not [name for name in fields if "points" in name or "full" in name or "total" in name]
    assert {name.split(".")[2] for name in fields if name.startswith("lines.")} == {
        "version",
        "actual",
        "judged",
        "reason",
    }


def test_a_qualitative_row_offers_the_three_tiers(seen):
    select = seen.soup.select_one("td.actual select")
    assert [option.get_text() for option in select.select("option")] == [
        "请选择",
        "达成指标",
        "部分达成年度指标并具有一定效果",
        "未达成年度指标且效果较差",
    ]


def test_every_cell_is_named_by_its_indicator_and_column(seen):
    names = [cell["aria-label"] for cell in seen.soup.select("[data-column=actual]")]
    assert "系统开发数量 实际完成值" in names
    assert len(set(names)) == 20


def test_each_finding_leads_to_its_cell(seen):
    links = seen.soup.select(".finding-group.error a")
    assert links
    assert all(re.fullmatch(r"#(line-\d+-\w+|fund-\w+-\w+|achieved|\w+)", a["href"]) for a in links)
    missing = next(link for link in links if "未填写实际完成值" in link.get_text())
    assert seen.one(missing["href"]).name in ("input", "select")


def test_the_points_explain_themselves(seen):
    explained = seen.soup.select("td.points .explained")
    assert explained
    for points in explained:
        assert seen.one(f"#{points['aria-describedby']}").get_text(strip=True)


def test_the_page_names_its_json(filler, seen):
    href = seen.one("link[rel=alternate]")["href"]
    assert href == f"/api/v1{filler.form(DRAFT)}"


def test_the_unit_of_money_changes_what_is_shown_and_never_what_is_sent(filler):
    path = filler.form(DRAFT)
    yuan, wan = filler.get(path), filler.get(f"{path}?unit=wan")
    assert yuan.text("#fund-total-executed") == "8,769,400.00"
    assert wan.text("#fund-total-executed") == "876.94"
    assert "万元" in wan.text("table.funds caption")
    assert not wan.soup.select("table.funds input:not([type=hidden])")
    sent = {name: text for name, text in wan.fields().items() if not name.endswith("version")}
    typed = {name: text for name, text in yuan.fields().items() if not name.endswith("version")}
    assert sent == typed


@pytest.mark.parametrize(
    ("username", "project"),
    [
        ("filler", SUBMITTED),
        ("unit-lead", DRAFT),
        ("department", DRAFT),
        ("finance", SUBMITTED),
        ("auditor", SUBMITTED),
    ],
)
def test_whoever_may_not_edit_reads_the_same_form(visit, username, project):
    visitor = visit()
    visitor.sign_in(username)
    seen = visitor.get(visitor.form(project))
    assert heads(seen, "table.indicators")
    assert not seen.soup.select(".sheet input, .sheet select, .sheet textarea, [hx-post]")
    assert "内容已锁定" in seen.text(".actions .status")


def test_a_returned_form_says_why(filler):
    seen = filler.get(filler.form(RETURNED))
    assert seen.text(".returned").startswith("退回意见 指标值或完成值与实际不符：多项指标")
    assert seen.soup.select(".sheet textarea")


@pytest.mark.parametrize("path", ["/self-evaluations/9999", "/self-evaluations/5/lines"])
def test_what_is_not_there_is_not_found(filler, path):
    seen = filler.get(path)
    assert seen.status in (404, 405)
    assert "返回任务列表" in seen.text("main")


def test_a_form_outside_the_scope_is_not_found(visit, filler):
    path = filler.form(DRAFT)
    outsider = visit()
    outsider.sign_in("evaluator")
    assert outsider.get(path).status in (200, 404)  # the demo decides where its evaluator sits
    stranger = visit()
    assert "/login" in stranger.get(path).url


def test_the_printable_form_has_no_navigation_and_names_one_unit(filler):
    path = filler.form(SUBMITTED)
    seen = filler.get(f"{path}/print")
    assert not seen.soup.select("header.top, .actions, main input")
    assert "（万元）" in seen.text("article")
    assert "（元）" not in seen.text("article")
    assert "（元）" in filler.get(f"{path}/print?unit=yuan").text("article")
    assert len(seen.soup.select("table.official thead")) == 1
    for words in ("填表人", "单位盖章", "总分", "评分等级"):
        assert words in seen.text("article")
