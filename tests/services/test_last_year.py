"""Last year's form beside this year's: what is matched, what is taken over, what it leaves."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlmodel import Session

from app.db import attachments as stored
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Role, Scope
from app.domain.audit import AuditAction
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import attachment_policies, filling, last_year
from app.services.attachments import Received, attach
from app.services.entries import LineEntry
from app.services.last_year import CopyEntry
from app.services.self_evaluations import get_sheet, open_form
from tests import factories
from tests.services.filling_cases import INDICATORS, Opened, fill, opened
from tests.services.trail import since, told, trail

POLICY = attachment_policies.policy()
REASON = "供应商延期，已更换。"


@dataclass(frozen=True, slots=True)
class Years:
    """A filled form, and the next year's just opened: rows turned round, one of them new."""

    old: Opened
    form: SelfEvaluation
    lines: tuple[int, ...]


@pytest.fixture
def years(session: Session, now) -> Years:
    old = opened(session, now)
    fill(session, now, old)
    first = LineEntry(actual="90册", reason=REASON)
    filling.save_line(session, old.filler, now, old.form_id, old.line_ids[0], None, first)
    for place, line_id in enumerate((old.line_ids[0], None)):
        file = Received(f"{place}" * 32, f"{place}.pdf", "pdf", 8, "0" * 64)
        attach(session, old.filler, now, old.form_id, line_id, (file,), POLICY)
    project = session.get_one(factories.Project, old.project_id)
    project.last_year = factories.YEAR + 1
    rows = [
        {**INDICATORS[1], "position": 0},
        {**INDICATORS[0], "position": 1, "target": "≥120册"},
        {**INDICATORS[2], "position": 2, "name": "单位满意度"},
    ]
    factories.make_declaration(session, project, rows, fiscal_year=factories.YEAR + 1)
    form = open_form(session, old.filler, now, project.id, factories.YEAR + 1)
    lines = tuple(line.id for line in get_sheet(session, old.filler, form.id).lines)
    return Years(old, form, lines)


def copy(session, now, years, actor=None, version=None, **entry):
    chosen = CopyEntry(**entry)
    who = actor or years.old.filler
    return last_year.copy(session, who, now, years.form.id, version, chosen, POLICY)


def test_rows_stand_beside_their_own_of_last_year(session, years):
    _, earlier = last_year.compare(session, years.old.filler, years.form.id)
    assert earlier is not None
    words, figure, new = years.lines
    assert earlier.lines[words].line.actual == "达成指标"
    assert earlier.lines[figure].line.actual == "90册"
    assert [file.name for file in earlier.lines[figure].files] == ["0.pdf"]
    assert new not in earlier.lines
    assert [row.line.name for row in earlier.others] == ["参保人满意度"]
    assert [file.name for file in earlier.whole] == ["1.pdf"]


def test_nothing_is_there_for_whom_that_year_is_closed(session, now, years):
    unit = session.get_one(factories.Organisation, years.old.filler.organisation_id)
    this_year = (factories.YEAR + 1, factories.YEAR + 1)
    newcomer = factories.make_actor(unit, scope=Scope(unit.path, *this_year))
    _, earlier = last_year.compare(session, newcomer, years.form.id)
    assert earlier is None
    with pytest.raises(Conflict):
        copy(session, now, years, newcomer, achieved=True)
    _, none = last_year.compare(session, years.old.filler, years.old.form_id)
    assert none is None


def test_chosen_cells_and_files_are_taken_in_one_go(session, now, years):
    words, figure, _ = years.lines
    _, earlier = last_year.compare(session, years.old.filler, years.form.id)
    before = trail(session)
    files = frozenset(row.id for _, row in earlier.placed())
    taken = {"actuals": frozenset({words}), "reasons": frozenset({figure}), "files": files}
    sheet = copy(session, now, years, version=1, achieved=True, **taken)
    assert (sheet.lines[0].actual, sheet.lines[1].actual) == ("达成指标", "")
    assert (sheet.lines[0].reason, sheet.lines[1].reason) == ("", REASON)
    assert sheet.goal.achieved == "全年印制完成，就医秩序改善。"
    assert sheet.lines[0].points == Decimal(30)
    assert [(row.line_id, row.name) for row in sheet.attachments] == [
        (figure, "0.pdf"),
        (None, "1.pdf"),
    ]
    edit, link = since(session, before)
    assert (edit.action, link.action) == (AuditAction.EDIT, AuditAction.ATTACH)
    assert told(edit) == {
        f"/lines/{words}/actual": (None, "达成指标"),
        f"/lines/{figure}/reason": (None, REASON),
        "/achieved": (None, "全年印制完成，就医秩序改善。"),
    }
    assert set(told(link)) == {f"/lines/{figure}/attachments", "/attachments"}


def test_a_file_is_linked_once_and_its_bytes_stay_with_both_years(session, now, years):
    _, earlier = last_year.compare(session, years.old.filler, years.form.id)
    file = earlier.whole[0]
    for _ in range(2):
        copy(session, now, years, files=frozenset({file.id}), achieved=True)
    rows = stored.of_form(session, years.form.id)
    assert [(row.key, row.fiscal_year) for row in rows] == [(file.key, factories.YEAR + 1)]


def test_what_is_wrong_is_told_whole_and_nothing_is_written(session, now, years):
    figure = years.lines[1]
    line = session.get_one(
        type(get_sheet(session, years.old.filler, years.form.id).lines[0]), figure
    )
    line.target = "改善"
    with pytest.raises(Unacceptable) as refused:
        copy(session, now, years, actuals=frozenset({figure}), achieved=True)
    assert refused.value.errors[0].pointer == f"/lines/{figure}/actual"
    assert get_sheet(session, years.old.filler, years.form.id).goal.achieved == ""
    with pytest.raises(Unacceptable) as refused:
        copy(session, now, years)
    assert refused.value.errors[0].message.startswith("还没有勾选")


def test_a_full_quota_is_told_before_anything_is_written(session, now, years):
    _, earlier = last_year.compare(session, years.old.filler, years.form.id)
    files = frozenset(row.id for _, row in earlier.placed())
    small = POLICY.__class__(**{**_fields(POLICY), "files_per_form": 1})
    entry = CopyEntry(achieved=True, files=files)
    with pytest.raises(Unacceptable) as refused:
        last_year.copy(session, years.old.filler, now, years.form.id, None, entry, small)
    assert refused.value.errors[0].pointer == "/files"
    assert get_sheet(session, years.old.filler, years.form.id).goal.achieved == ""


def _fields(policy):
    return {name: getattr(policy, name) for name in policy.__dataclass_fields__}


def test_who_may_not_and_what_is_not_there(session, now, years):
    with pytest.raises(VersionConflict):
        copy(session, now, years, version=9, achieved=True)
    with pytest.raises(NotFound):
        copy(session, now, years, actuals=frozenset({years.lines[2]}))
    with pytest.raises(NotFound):
        copy(session, now, years, files=frozenset({999_999}))
    with pytest.raises(NotFound):
        copy(session, now, years, years.old.stranger, achieved=True)
    unit = session.get_one(factories.Organisation, years.old.filler.organisation_id)
    with pytest.raises(Forbidden):
        copy(session, now, years, factories.make_actor(unit, Role.EVALUATOR), achieved=True)
