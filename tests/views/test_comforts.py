"""Pages of last year's words, of targets taken anew and of guidance: what they say when refused."""

from app.db import budgets
from app.db.session import writing

FORM = "/self-evaluations/5"


def test_a_tick_that_cannot_be_taken_is_told_at_its_cell(filler):
    seen = filler.get(f"{FORM}/last-year")
    name = next(
        box["name"]
        for box in seen.soup.select("input[name^='actual.']")
        if "达成指标" in box.find_next("span").get_text()
    )
    with_figure = {"version": "1", name: "on"}
    stale = filler.post(f"{FORM}/last-year", with_figure)
    assert stale.status == 412
    assert stale.soup.select(f"input[name='{name}'][checked]")
    none = filler.post(f"{FORM}/last-year", {"version": _field(seen, "version")})
    assert none.status == 422
    assert "还没有勾选" in none.text("main [role=alert]")


def test_what_was_not_shown_is_not_taken(filler, views):
    assert "与申报和预算一致" in filler.get(f"{FORM}/repull").text(".empty")
    with writing(views.state.engine) as session:
        budgets.of_year(session, 5, 2024)[0].executed -= 100
    assert "预算有变动" in filler.get(FORM).text(".outdated")
    seen = filler.get(f"{FORM}/repull")
    assert "8,769,300.00" in seen.text(".repull-table")
    sent = {"version": _field(seen, "version"), "fund.appropriation": "on"}
    refused = filler.post(f"{FORM}/repull", {**sent, "basis": "0" * 16})
    assert refused.status == 409
    assert "又有变动" in refused.text("main [role=alert]")
    taken = filler.post(f"{FORM}/repull", {**sent, "basis": _field(seen, "basis")})
    assert "已取数" in taken.text("main [role=status]")
    assert not filler.get(FORM).soup.select(".outdated")


def test_who_reads_alone_is_offered_nothing(visit):
    lead = visit()
    lead.sign_in("unit-lead")
    for page in ("last-year", "repull"):
        seen = lead.get(f"{FORM}/{page}")
        assert seen.status == 200
        assert not seen.soup.select("main input[type=checkbox], main button")
    assert not lead.get(FORM).soup.select(".outdated")


def test_guidance_says_nothing_that_nobody_wrote(filler):
    rows = filler.get(FORM).soup.select("tr.line")
    line = next(row for row in rows if "系统可用率" in row.get_text())
    seen = filler.get(line.select_one("[data-guide]")["href"])
    assert [head.get_text() for head in seen.soup.select("main h2")] == [
        "计分规则",
        "得分怎么来的",
        "依据",
        "上年填报（2023年度）",
    ]
    assert filler.get(f"{FORM}/lines/999999/guidance").status == 404


def _field(seen, name):
    return seen.soup.select_one(f"main input[name={name}]")["value"]
