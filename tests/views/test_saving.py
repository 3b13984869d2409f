"""Saving cells: htmx gets what is computed, others the whole page; what was typed stays."""

import pytest

DRAFT = "信息化建设项目"


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


def row_fields(page, line_id, **typed):
    """What htmx sends for a row: its own fields and the version of the form."""
    fields = page.fields()
    own = {key: text for key, text in fields.items() if key.startswith(f"lines.{line_id}.")}
    own |= {f"lines.{line_id}.{column}": text for column, text in typed.items()}
    return own | {"version": fields["version"]}


def parts(answer):
    return {
        part["id"]: "".join(str(part).split())
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
    answer = filler.htmx(f"{path}/lines/{line}", row_fields(page, line, actual="85%"))
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
        answer = filler.htmx(f"{path}/lines/{line}", row_fields(page, line, actual=typed))
        assert not answer.soup.select(".cell")


def test_a_bad_value_is_told_beside_its_cell_and_nothing_is_stored(filler, path):
    page = filler.get(path)
    line = row_of(page, "支撑医保运行和管理的有效程度")
    answer = filler.htmx(f"{path}/lines/{line}", row_fields(page, line, actual="大概"))
    assert answer.status == 422
    note = answer.one(f"#line-{line}-actual-note")
    assert note["data-invalid"] == "true"
    assert "实际完成值请填数字" in note.get_text()
    assert not answer.soup.select("#summary, #version")
    assert filler.get(path).one(f"#line-{line}-actual")["value"] == ""


def test_a_tier_below_met_opens_the_points_to_judgement(filler, path):
    page = filler.get(path)
    line = row_of(page, "节约运行成本")
    tier = "部分达成年度指标并具有一定效果"
    answer = filler.htmx(f"{path}/lines/{line}", row_fields(page, line, actual=tier))
    assert "open" in answer.one(f"#line-{line}-points")["class"]
    judged = row_fields(filler.get(path), line, judged="2.1")
    answer = filler.htmx(f"{path}/lines/{line}", judged)
    assert answer.text(f"#line-{line}-points").startswith("2.10")
    page = filler.get(path)
    assert page.one(f"#line-{line}-judged")["value"] == "2.1"


def test_a_judgement_left_from_another_tier_stays_in_sight_and_is_pointed_at(filler, path):
    line = row_of(filler.get(path), "节约运行成本")
    for typed in ({"actual": "未达成年度指标且效果较差", "judged": "1"}, {"actual": "达成指标"}):
        answer = filler.htmx(f"{path}/lines/{line}", row_fields(filler.get(path), line, **typed))
    page = filler.get(path)
    if page.one(f"#line-{line}-judged")["value"]:
        assert "open" in answer.one(f"#line-{line}-points")["class"]
        assert page.soup.select(f".finding-group.error a[href='#line-{line}-judged']")
    answer = filler.htmx(f"{path}/lines/{line}", row_fields(page, line, judged=""))
    assert "open" not in answer.one(f"#line-{line}-points")["class"]
    assert answer.text(f"#line-{line}-points").startswith("3.00")


def test_a_fund_moves_execution_and_total(filler, path):
    page = filler.get(path)
    fields = {
        "funds.appropriation.version": page.one("#fund-appropriation-version")["value"],
        "funds.appropriation.executed": "８，０００，０００",
        "version": page.one("#version")["value"],
    }
    answer = filler.htmx(f"{path}/funds/appropriation", fields)
    assert answer.text("#fund-total-rate") == "90.52"
    assert answer.text("#fund-total-executed") == "8,000,000.00"
    assert answer.text("#fund-total-points").startswith("9.05")
    assert_same_as_page(answer, filler.get(path))


@pytest.mark.parametrize(
    "typed", ["12万", "NaN", "Infinity", "1e999", "9" * 40, "很多", "-1", "1.234"]
)
def test_an_amount_that_is_none_is_told_by_its_field(filler, path, typed):
    page = filler.get(path)
    answer = filler.htmx(f"{path}/funds/other", {"funds.other.executed": typed})
    assert answer.status == 422
    assert "其他资金全年执行数" in answer.text("#fund-other-executed-note")
    assert filler.get(path).fields() == page.fields()


def test_the_achieved_text_is_saved(filler, path):
    page = filler.get(path)
    fields = {"goal.version": page.one("#goal-version")["value"], "achieved": "全部\r\n完成"}
    answer = filler.htmx(f"{path}/goal", fields | {"version": page.one("#version")["value"]})
    assert answer.one("#goal-version")["value"] == "2"
    assert filler.get(path).fields()["achieved"] == "全部\n完成"


def test_a_text_too_long_is_told(filler, path):
    answer = filler.htmx(f"{path}/goal", {"achieved": "长" * 10_000})
    assert answer.status == 422
    assert "压缩到" in answer.text("#achieved-note")


def test_a_row_that_another_window_saved_is_a_conflict_told_as_a_notice(filler, path):
    page = filler.get(path)
    line = row_of(page, "支撑医保运行和管理的有效程度")
    filler.htmx(f"{path}/lines/{line}", row_fields(page, line, actual="96%"))
    answer = filler.htmx(f"{path}/lines/{line}", row_fields(page, line, actual="97%"))
    assert answer.status == 412
    assert "已由他人更新" in answer.text("#notice")


def test_the_page_never_claims_a_version_that_it_has_not_seen(filler, path):
    ours, theirs = filler.get(path), filler.get(path)
    first = row_of(ours, "支撑医保运行和管理的有效程度")
    other = row_of(ours, "支撑医保制度改革和发展有效程度")
    filler.htmx(f"{path}/lines/{other}", row_fields(theirs, other, actual="99%"))
    answer = filler.htmx(f"{path}/lines/{first}", row_fields(ours, first, actual="96%"))
    assert answer.status == 200
    assert not answer.soup.select("#version")


def test_the_session_ending_while_one_types_is_a_notice_and_loses_nothing(visit, filler, path):
    page = filler.get(path)
    line = row_of(page, "支撑医保运行和管理的有效程度")
    answer = visit().htmx(f"{path}/lines/{line}", row_fields(page, line, actual="96%"))
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
