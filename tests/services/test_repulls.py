"""Re-pulling: what is declared and budgeted by now is told and taken, and nothing typed is lost."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlmodel import Session

from app.db import budgets as stored_budgets
from app.db import declarations as stored_declarations
from app.domain.actors import Role
from app.domain.audit import AuditAction
from app.domain.findings import Severity
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import (
    attachment_policies,
    budgets,
    completions,
    declarations,
    filling,
    repulls,
    reviews,
    submissions,
)
from app.services.attachments import Received, attach
from app.services.budgets import BudgetEntry
from app.services.declarations import DeclarationEntry, DeclaredIndicatorEntry
from app.services.entries import FundEntry, LineEntry
from app.services.repulls import RepullEntry, RowKind
from app.services.reviews import JudgementEntry, ReturnEntry, ReviewEntry
from app.services.self_evaluations import get_sheet
from tests import factories
from tests.services.filling_cases import Opened, fill, opened
from tests.services.trail import since, told, trail


@pytest.fixture
def case(session: Session, now) -> Opened:
    return opened(session, now)


ROWS = (
    DeclaredIndicatorEntry(level1="产出指标", level2="数量指标", name="印制数量",
                           target="≥100册", full=Decimal(50)),
    DeclaredIndicatorEntry(level1="效益指标", level2="社会效益指标", name="就医秩序",
                           target="改善", full=Decimal(30)),
    DeclaredIndicatorEntry(level1="满意度指标", level2="服务对象满意度指标", name="参保人满意度",
                           target="≥90%", full=Decimal(10)),
)  # fmt: skip
NEW = DeclaredIndicatorEntry(level1="产出指标", level2="质量指标", name="合格率", target="≥98%",
                             full=Decimal(10))  # fmt: skip


def declare(session, now, case, *rows: DeclaredIndicatorEntry, goal="方便参保人员就医。"):
    """The declaration becomes these rows."""
    row = stored_declarations.of_year(session, case.project_id, factories.YEAR)
    entry = DeclarationEntry(
        project_id=case.project_id, fiscal_year=factories.YEAR, goal=goal, indicators=rows
    )
    key = factories.make_actor(_unit(session, case), role=Role.SYSTEM)
    declarations.update(session, key, now, row.id, row.version, entry)


def _unit(session, case):
    return session.get_one(factories.Organisation, case.filler.organisation_id)


def spend(session, now, case, executed: int):
    row = stored_budgets.of_year(session, case.project_id, factories.YEAR)[0]
    key = factories.make_actor(_unit(session, case), role=Role.SYSTEM)
    entry = BudgetEntry(
        project_id=case.project_id,
        fiscal_year=factories.YEAR,
        source="appropriation",
        initial=Decimal(5_000_000),
        executed=Decimal(executed),
    )
    budgets.update(session, key, now, row.id, row.version, entry)


def look(session, case):
    return repulls.compare(session, case.filler, case.form_id)


def take(session, now, case, version=None, **chosen):
    entry = RepullEntry(look(session, case).basis, **chosen)
    return repulls.take(session, case.filler, now, case.form_id, version, entry)


def keys(found, kind):
    return [row.key for row in found.rows if row.kind is kind]


def test_nothing_is_told_of_a_form_as_declared(session, case):
    found = look(session, case)
    assert (found.rows, found.funds, found.goal, found.news) == ((), (), None, False)
    assert repulls.news(found) == ""


def test_a_changed_target_is_taken_and_what_was_typed_is_scored_against_it(session, now, case):
    fill(session, now, case)
    declare(session, now, case, replace(ROWS[0], target="≥200册"), *ROWS[1:])
    found = look(session, case)
    assert repulls.news(found) == "1 行指标有变动"
    [row] = found.rows
    assert (row.line.target, row.declared.target, row.line.actual) == ("≥100册", "≥200册", "100册")
    before = trail(session)
    sheet = take(session, now, case, rows=frozenset({row.key}))
    assert (sheet.lines[0].target, sheet.lines[0].actual) == ("≥200册", "100册")
    assert sheet.lines[0].points == Decimal(25)
    [event] = since(session, before)
    assert event.action == AuditAction.REPULL
    assert told(event) == {f"/lines/{case.line_ids[0]}/target": ("≥100册", "≥200册")}
    assert not look(session, case).news


def test_rows_come_and_go_and_answers_stay_with_their_rows(session, now, case):
    sheet = fill(session, now, case)
    last = LineEntry(actual="300%")
    sheet = filling.save_line(session, case.filler, now, case.form_id, case.line_ids[2], None, last)
    finding = next(
        item
        for item in sheet.sheet.findings
        if item.severity is Severity.WARNING and item.path.startswith("/indicators/2/")
    )
    submissions.answer_warning(
        session, case.filler, now, case.form_id, finding.code, finding.path, "口径有调整。"
    )
    declare(session, now, case, ROWS[0], NEW, *ROWS[1:])
    sheet = take(session, now, case, everything=True)
    assert [(line.position, line.name) for line in sheet.lines] == [
        (0, "印制数量"),
        (1, "合格率"),
        (2, "就医秩序"),
        (3, "参保人满意度"),
    ]
    path = finding.path.replace("/2/", "/3/")
    assert sheet.answers == {(finding.code, path): "口径有调整。"}
    declare(session, now, case, ROWS[0], ROWS[2])
    found = look(session, case)
    [fresh, worked] = [row for row in found.rows if row.kind is RowKind.REMOVED]
    assert (fresh.worked_on, worked.worked_on) == (False, True)
    sheet = take(session, now, case, rows=frozenset({fresh.key, worked.key}))
    assert [line.name for line in sheet.lines] == ["印制数量", "参保人满意度"]
    assert sheet.answers == {(finding.code, finding.path.replace("/2/", "/1/")): "口径有调整。"}


def test_a_row_with_typed_work_goes_only_by_its_own_tick(session, now, case):
    fill(session, now, case)
    policy = attachment_policies.policy()
    file = Received("a" * 32, "验收单.pdf", "pdf", 8, "0" * 64)
    attach(session, case.filler, now, case.form_id, case.line_ids[1], (file,), policy)
    declare(session, now, case, ROWS[0], ROWS[2], goal="另一目标。")
    sheet = take(session, now, case, everything=True)
    assert sheet.goal.expected == "另一目标。"
    assert len(sheet.lines) == 3
    [row] = look(session, case).rows
    before = trail(session)
    sheet = take(session, now, case, rows=frozenset({row.key}))
    assert len(sheet.lines) == 2
    assert [(kept.line_id, kept.name) for kept in sheet.attachments] == [(None, "验收单.pdf")]
    [event] = since(session, before)
    assert told(event)[f"/lines/{case.line_ids[1]}/actual"] == ("达成指标", None)


def test_a_row_moves_with_its_level(session, now, case):
    moved = replace(ROWS[0], code="", level2="质量指标")
    declare(session, now, case, NEW, *ROWS[1:], replace(moved, level1="满意度指标", code="7"))
    session.get_one(type(look(session, case).sheet.lines[0]), case.line_ids[0]).code = "7"
    sheet = take(session, now, case, everything=True)
    assert [line.name for line in sheet.lines] == ["合格率", "就医秩序", "参保人满意度", "印制数量"]


def test_amounts_of_the_accounts_are_news_and_typed_ones_are_not(session, now, case):
    typed = FundEntry(executed="100.00")
    filling.save_fund(session, case.filler, now, case.form_id, "appropriation", None, typed)
    [change] = look(session, case).funds
    assert not change.since
    assert not look(session, case).news
    spend(session, now, case, 4_900_000)
    found = look(session, case)
    assert repulls.news(found) == "预算有变动"
    [change] = found.funds
    old, new, mine = change.fund.pulled_executed, change.new["executed"], change.fund.executed
    assert (old, new, mine) == (Decimal(4_986_000), Decimal(4_900_000), Decimal(100))
    before = trail(session)
    sheet = take(session, now, case, funds=frozenset({"appropriation"}))
    assert sheet.sheet.execution.rate_shown == "98.00"
    [event] = since(session, before)
    assert told(event) == {"/funds/appropriation/executed": ("100", "4900000")}
    assert look(session, case).funds == ()


def test_what_was_not_shown_is_not_taken(session, now, case):
    declare(session, now, case, replace(ROWS[0], target="≥200册"), *ROWS[1:])
    seen = look(session, case)
    declare(session, now, case, replace(ROWS[0], target="≥300册"), *ROWS[1:])
    entry = RepullEntry(seen.basis, everything=True)
    with pytest.raises(Conflict) as refused:
        repulls.take(session, case.filler, now, case.form_id, 1, entry)
    assert refused.value.message == repulls.NEWER
    with pytest.raises(VersionConflict):
        take(session, now, case, version=9, everything=True)
    with pytest.raises(NotFound):
        take(session, now, case, rows=frozenset({"line.999999"}))
    with pytest.raises(Unacceptable):
        take(session, now, case)
    for actor, refusal in ((case.stranger, NotFound), (case.lead, Forbidden)):
        with pytest.raises(refusal):
            repulls.take(session, actor, now, case.form_id, None, entry)


def test_a_row_that_was_reviewed_stays_on_record(session, now, case):
    fill(session, now, case)
    submissions.submit(session, case.filler, now, case.form_id, None)
    review = ReviewEntry(lines={case.line_ids[1]: JudgementEntry("", "依据不足。")})
    back = ReturnEntry(reason="请补充。", review=review)
    reviews.send_back(session, case.lead, now, case.form_id, None, back)
    declare(session, now, case, ROWS[0], ROWS[2])
    [row] = look(session, case).rows
    assert row.reviewed
    with pytest.raises(Unacceptable) as refused:
        take(session, now, case, rows=frozenset({row.key}))
    assert "已有审核意见" in refused.value.errors[0].message
    assert len(get_sheet(session, case.filler, case.form_id).lines) == 3


def test_a_revision_knows_what_its_form_took(session, now, case):
    fill(session, now, case)
    form = get_sheet(session, case.filler, case.form_id).form
    form.state, form.receipt = "completed", "R"
    session.flush()
    finance = factories.make_actor(_unit(session, case), role=Role.FINANCE)
    revision = completions.reopen(session, finance, now, case.form_id, None, "更正")
    funds = get_sheet(session, case.filler, revision.id).funds
    assert funds[0].pulled_executed == Decimal(4_986_000)
