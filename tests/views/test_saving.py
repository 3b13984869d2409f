"""Saving cells: htmx gets what is computed, others the whole page; what was typed stays."""

import re

import pytest

DRAFT = "信息化建设项目"
FATE = re.compile(r'data-(?:fate|held)="[^"]*"')  # told to the script once, and never shown


@pytest.fixture
def path(filler):
    return filler.form(DRAFT)


def row_of(page, name):
    """The id of the row that names this indicator."""
    return next(
        row["id"].removeprefix("line-")
        for row in page.soup.select("tr.line")
        if next(row.select_one("th.name").stripped_strings) == name
    )


def row_cells(line_id, **typed):
    """Cells of a row by their names."""
    return {f"lines.{line_id}.{column}": text for column, text in typed.items()}


def parts(answer):
    return {
        part["id"]: FATE.sub("", "".join(str(part).split()))
        for part in answer.soup.children
        if getattr(part, "get", lambda _: None)("id")
    }


def assert_same_as_page(answer, page):
    """Every part of the answer is what the whole page holds under the same id."""
    for key, html in parts(answer).items():
        assert "".join(str(page.one(f"#{key}")).split()) == html


def test_a_row_is_scored_and_asks_for_a_reason_when_points_are_lost(filler, path):
    page = filler.get(path)
    line = row_of(page, "支撑医保运行和管理的有效程度")
    answer = filler.cells(path, row_cells(line, actual="85%"), page)
    assert answer.status == 200
    assert answer.text(f"#line-{line}-points").startswith("2.68")
    assert "85" in answer.text(f"#line-{line}-because")
    assert answer.one(f"#line-{line}-reason-note")["data-required"] == "true"
    assert answer.one("#version")["value"] == str(int(page.one("#version")["value"]) + 1)
    assert_same_as_page(answer, filler.get(path))


def test_no_answer_replaces_a_cell_to_type_in(filler, path):
    page = filler.get(path)
    line = row_of(page, "支撑医保运行和管理的有效程度")
    for typed in ("85%", "大概"):
        answer = filler.cells(path, row_cells(line, actual=typed), page)
        assert not answer.soup.select(".cell")


def test_a_bad_value_is_told_beside_its_cell_kept_and_not_scored(filler, path):
    line = row_of(filler.get(path), "支撑医保运行和管理的有效程度")
    filler.cells(path, row_cells(line, actual="96%"))
    answer = filler.cells(path, row_cells(line, actual="大概"))
    note = answer.one(f"#line-{line}-actual-note")
    assert (note["data-fate"], note["data-invalid"]) == ("draft", "true")
    assert "实际完成值请填数字" in note.get_text()
    page = filler.get(path)
    assert not page.text("title").startswith("错误")
    cell = page.one(f"#line-{line}-actual")
    assert (cell["value"], cell["aria-invalid"]) == ("大概", "true")
    assert page.text(f"#line-{line}-points").startswith("3.00")
    assert page.soup.select(f".finding-group.error a[href='#line-{line}-actual']")
    answer = filler.cells(path, row_cells(line, actual="97%"))
    assert answer.one(f"#line-{line}-actual-note")["data-invalid"] == "false"


def test_a_tier_below_met_opens_the_points_to_judgement(filler, path):
    page = filler.get(path)
    line = row_of(page, "节约运行成本")
    tier = "部分达成年度指标并具有一定效果"
    answer = filler.cells(path, row_cells(line, actual=tier), page)
    assert "open" in answer.one(f"#line-{line}-points")["class"]
    answer = filler.cells(path, row_cells(line, judged="2.1"))
    assert answer.text(f"#line-{line}-points").startswith("2.10")
    page = filler.get(path)
    assert page.one(f"#line-{line}-judged")["value"] == "2.1"


def test_a_judgement_left_from_another_tier_stays_in_sight_and_is_pointed_at(filler, path):
    line = row_of(filler.get(path), "节约运行成本")
    for typed in ({"actual": "未达成年度指标且效果较差", "judged": "1"}, {"actual": "达成指标"}):
        answer = filler.cells(path, row_cells(line, **typed))
    page = filler.get(path)
    if page.one(f"#line-{line}-judged")["value"]:
        assert "open" in answer.one(f"#line-{line}-points")["class"]
        assert page.soup.select(f".finding-group.error a[href='#line-{line}-judged']")
    answer = filler.cells(path, row_cells(line, judged=""), page)
    assert "open" not in answer.one(f"#line-{line}-points")["class"]
    assert answer.text(f"#line-{line}-points").startswith("3.00")


def test_a_fund_moves_execution_and_total(filler, path):
    page = filler.get(path)
    answer = filler.cells(path, {"funds.appropriation.executed": "８，０００，０００"}, page)
    assert answer.text("#fund-total-rate") == "90.52"
    assert answer.text("#fund-total-executed") == "8,000,000.00"
    assert answer.text("#fund-total-points").startswith("9.05")
    assert_same_as_page(answer, filler.get(path))


@pytest.mark.parametrize(
    "typed", ["12万", "NaN", "Infinity", "1e999", "9" * 40, "很多", "-1", "1.234"]
)
def test_an_amount_that_is_none_is_told_by_its_field(filler, path, typed):
    rate = filler.get(path).text("#fund-total-rate")
    answer = filler.cells(path, {"funds.other.executed": typed})
    note = answer.one("#fund-other-executed-note")
    assert (note["data-fate"], note["data-invalid"]) == ("draft", "true")
    assert "其他资金全年执行数" in note.get_text()
    page = filler.get(path)
    assert page.text("#fund-total-rate") == rate
    assert page.one("#fund-other-executed")["value"] == typed


def test_the_achieved_text_is_saved(filler, path):
    answer = filler.cells(path, {"achieved": "全部\r\n完成"})
    assert answer.one("#goal-version")["value"] == "2"
    assert filler.get(path).fields()["achieved"] == "全部\n完成"


def test_a_text_too_long_is_told(filler, path):
    answer = filler.cells(path, {"achieved": "长" * 10_000})
    assert "压缩到" in answer.text("#achieved-note")


def test_a_cell_that_somebody_else_changed_is_told_with_both_texts(filler, path):
    page = filler.get(path)
    line = row_of(page, "支撑医保运行和管理的有效程度")
    filler.cells(path, row_cells(line, actual="96%"), page)
    ours = row_cells(line, actual="97%", reason="我们写的")
    answer = filler.cells(path, ours, page)
    note = answer.one(f"#line-{line}-actual-note")
    assert (note["data-fate"], note["data-held"]) == ("conflict", "96%")
    for words in ("周晓岚", "2025-03-03 10:00", "96%", "97%", "用我的", "用对方的"):
        assert words in note.get_text()
    assert answer.one(f"#line-{line}-reason-note")["data-fate"] == "saved"
    shown = filler.get(path).fields()
    assert shown[f"lines.{line}.actual"] == "96%"
    assert shown[f"lines.{line}.reason"] == "我们写的"


def test_a_request_whose_answer_was_lost_may_be_repeated(filler, path):
    page = filler.get(path)
    line = row_of(page, "支撑医保运行和管理的有效程度")
    filler.cells(path, row_cells(line, actual="96%"), page)
    again = filler.cells(path, row_cells(line, actual="96%"), page)
    assert again.one(f"#line-{line}-actual-note")["data-fate"] == "saved"
    versions = [answer.one("#version")["value"] for answer in (again, filler.get(path))]
    assert versions[0] == versions[1]


def test_a_new_tier_tells_that_the_points_of_the_old_are_gone(filler, path):
    line = row_of(filler.get(path), "节约运行成本")
    cells = row_cells(line, actual="部分达成年度指标并具有一定效果", judged="2.1")
    filler.cells(path, cells)
    answer = filler.cells(path, row_cells(line, actual="达成指标"))
    note = answer.one(f"#line-{line}-judged-note")
    assert (note["data-fate"], note["data-held"]) == ("held", "")


def test_what_the_server_writes_otherwise_than_typed_is_told(filler, path):
    answer = filler.cells(path, {"funds.other.initial": " １２３４．５ ", "achieved": "完成"})
    assert answer.one("#fund-other-initial-note")["data-held"] == "1,234.50"
    assert not answer.one("#achieved-note").has_attr("data-held")


def test_the_page_never_claims_a_version_that_it_has_not_seen(filler, path):
    ours, theirs = filler.get(path), filler.get(path)
    first = row_of(ours, "支撑医保运行和管理的有效程度")
    other = row_of(ours, "支撑医保制度改革和发展有效程度")
    filler.cells(path, row_cells(other, actual="99%"), theirs)
    answer = filler.cells(path, row_cells(first, actual="96%"), ours)
    assert answer.status == 200
    assert not answer.soup.select("#version")


def test_the_session_ending_while_one_types_is_a_notice_and_loses_nothing(visit, filler, path):
    cells = '[{"name":"achieved","text":"x","known":[""]}]'
    answer = visit().htmx(f"{path}/cells", {"cells": cells})
    assert answer.status == 401
    assert answer.one("#notice a")["target"] == "_blank"


class TestWithoutJavaScript:
    """The whole sheet is one form."""

    def test_saving_returns_to_the_page(self, filler, path):
        page = filler.get(path)
        line = row_of(page, "支撑医保运行和管理的有效程度")
        seen = filler.post(path, page.fields() | {f"lines.{line}.actual": "85%", "next": "form"})
        assert seen.status == 200
        assert seen.url.endswith(path)
        assert seen.text(f"#line-{line}-points").startswith("2.68")

    def test_saving_and_going_on_leads_to_the_check(self, filler, path):
        seen = filler.post(path, filler.get(path).fields() | {"next": "check"})
        assert seen.url.endswith(f"{path}/check")

    def test_saving_what_is_there_changes_nothing(self, filler, path):
        before = filler.get(path)
        assert filler.post(path, before.fields()).fields() == before.fields()

    def test_all_mistakes_are_told_at_once_and_everything_typed_stays(self, filler, path):
        page = filler.get(path)
        number = row_of(page, "支撑医保运行和管理的有效程度")
        good = row_of(page, "支撑医保制度改革和发展有效程度")
        typed = page.fields() | {
            f"lines.{number}.actual": "大概",
            f"lines.{number}.reason": "原因\n<b>第二行</b>",
            f"lines.{good}.actual": "97%",
            "funds.appropriation.executed": "12万",
            "achieved": "做完了",
        }
        seen = filler.post(path, typed)
        assert seen.status == 422
        assert seen.text("title").startswith("错误：")
        links = [link["href"] for link in seen.soup.select(".error-summary a")]
        assert links == ["#fund-appropriation-executed", f"#line-{number}-actual"]
        for link in seen.soup.select(".error-summary a"):
            cell = seen.one(link["href"])
            assert cell["aria-invalid"] == "true"
            assert link.get_text() in seen.one(f"#{cell['aria-describedby']}").get_text()
        assert seen.fields() == typed
        assert filler.get(path).fields() == page.fields()

    def test_somebody_elses_save_is_not_overwritten_in_silence(self, filler, path):
        stale = filler.get(path)
        filler.post(path, stale.fields() | {"achieved": "他们写的"})
        seen = filler.post(path, stale.fields() | {"achieved": "我们写的"})
        assert seen.status == 412
        assert "已由他人更新" in seen.text(".error-summary")
        assert seen.fields()["achieved"] == "我们写的"
        assert filler.get(path).fields()["achieved"] == "他们写的"
        assert filler.post(path, seen.fields()).fields()["achieved"] == "我们写的"

    def test_a_forged_field_is_ignored_or_refused(self, filler, path):
        page = filler.get(path)
        forged = page.fields() | {"lines.1.points": "999", "total": "100", "lines.x.actual": "1"}
        assert filler.post(path, forged).status in (200, 404)
        assert filler.get(path).text("#sheet-total") == page.text("#sheet-total")
