"""Single cells: saved each for itself, contested, kept unscored, pasted and undone."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session

from app.db import cell_drafts, cell_undos
from app.domain.workflow import Action
from app.errors import Conflict, Forbidden, NotFound, NotReady
from app.services import cells, filling, history, self_evaluations, submissions
from app.services.cells import Bulk, CellEntry, Fate, Saved
from app.services.entries import LineEntry
from tests.services.filling_cases import Opened, fill, opened
from tests.services.trail import since, told, trail


@pytest.fixture
def case(session: Session, now: datetime) -> Opened:
    return opened(session, now)


def save(
    session: Session,
    now: datetime,
    case: Opened,
    typed: dict[str, str],
    known: str = "",
    bulk: Bulk | None = None,
) -> Saved:
    """Cells of the form, typed where the page showed `known`."""
    entries = [CellEntry(path, text, (known,)) for path, text in typed.items()]
    return cells.save_cells(session, case.filler, now, case.form_id, entries, bulk)


def fates(saved: Saved) -> list[Fate]:
    return [outcome.fate for outcome in saved.outcomes]


def shown(session: Session, case: Opened, path: str) -> str:
    """What a cell of a line holds by value."""
    _, line_id, column = path.strip("/").split("/")
    sheet = self_evaluations.get_sheet(session, case.filler, case.form_id)
    return getattr(next(line for line in sheet.lines if line.id == int(line_id)), column)


def test_cells_of_several_rows_are_one_act_with_one_event(session, now, case):
    first, second, _ = case.line_ids
    before = trail(session)
    typed = {
        f"/lines/{first}/actual": "90册",
        f"/lines/{first}/reason": "延期",
        f"/lines/{second}/actual": "大概",
        "/achieved": "完成",
    }
    saved = save(session, now, case, typed)
    assert fates(saved) == [Fate.SAVED, Fate.SAVED, Fate.SAVED, Fate.SAVED]
    (event,) = since(session, before)
    assert told(event) == {path: (None, text) for path, text in typed.items()}
    assert saved.sheet.lines[0].points == Decimal("45.00")


def test_saying_the_same_again_changes_nothing(session, now, case):
    path = f"/lines/{case.line_ids[0]}/actual"
    version = save(session, now, case, {path: "90册"}).sheet.form.version
    before = trail(session)
    saved = save(session, now, case, {path: "90册"})
    assert (fates(saved), saved.sheet.form.version) == ([Fate.SAVED], version)
    assert since(session, before) == []


def test_a_cell_that_shows_something_else_is_left_and_told(session, now, case):
    line = case.line_ids[0]
    path, reason = f"/lines/{line}/actual", f"/lines/{line}/reason"
    save(session, now, case, {path: "90册"})
    saved = save(session, now + timedelta(minutes=1), case, {path: "95册", reason: "延期"})
    conflict, other = saved.outcomes
    assert (conflict.fate, conflict.typed, conflict.by) == (
        Fate.CONFLICT,
        "95册",
        case.filler.name,
    )
    assert conflict.at == now
    assert other.fate is Fate.SAVED
    assert (shown(session, case, path), shown(session, case, reason)) == ("90册", "延期")


def test_figures_are_compared_by_value_and_words_by_letter(session, now, case):
    path = "/funds/other/executed"
    assert fates(save(session, now, case, {path: "1234.5"}, known="0.00")) == [Fate.SAVED]
    assert fates(save(session, now, case, {path: "7"}, known="1,234.50")) == [Fate.SAVED]
    assert fates(save(session, now, case, {path: "8"}, known="70")) == [Fate.CONFLICT]
    save(session, now, case, {"/achieved": "完成"})
    assert fates(save(session, now, case, {"/achieved": "x"}, known="完 成")) == [Fate.CONFLICT]


@pytest.mark.parametrize("text", ["大概", "x\0y", "\ud800", "长" * 300])
def test_what_a_cell_cannot_hold_is_kept_shown_and_blocks_the_submission(session, now, case, text):
    fill(session, now, case)
    path = f"/lines/{case.line_ids[0]}/actual"
    before = trail(session)
    saved = save(session, now, case, {path: text}, known="100册")
    assert fates(saved) == [Fate.DRAFT]
    assert list(told(since(session, before)[0])) == [f"/drafts{path}"]
    draft = saved.sheet.drafts[path]
    assert draft.message.startswith("第1行")
    assert saved.sheet.lines[0].points == Decimal("50.00"), "the score is that of the stored text"
    finding = saved.sheet.sheet.findings[0]
    assert (finding.path, finding.message) == ("/indicators/0/actual", draft.message)
    with pytest.raises(NotReady) as refusal:
        submissions.submit(session, case.filler, now, case.form_id, None)
    assert finding in refusal.value.findings


def test_a_draft_goes_when_its_cell_is_written_by_whatever_way(session, now, case):
    line = case.line_ids[0]
    path = f"/lines/{line}/actual"
    save(session, now, case, {path: "大概"})
    assert fates(save(session, now, case, {path: "90册"}, known="大概")) == [Fate.SAVED]
    assert cell_drafts.of_form(session, case.form_id) == []
    save(session, now, case, {path: "大概"}, known="90册")
    entry = LineEntry(actual="90册")
    filling.save_line(session, case.filler, now, case.form_id, line, None, entry)
    assert cell_drafts.of_form(session, case.form_id) == []
    latest = history.of_form(session, case.filler, case.form_id).events.items[0]
    assert [change.label for change in latest.changes] == [
        "第1行“印制数量” 实际完成值 （有误，未计分）"
    ]


def test_an_undo_restores_points_and_drafts_and_is_gone_afterwards(session, now, case):
    first, second, _ = case.line_ids
    tier = {f"/lines/{second}/actual": "部分达成年度指标并具有一定效果"}
    save(session, now, case, tier | {f"/lines/{second}/judged": "20.5"})
    save(session, now, case, {f"/lines/{first}/actual": "大概"})
    pasted = [
        CellEntry(f"/lines/{first}/actual", "90册", ("大概",)),
        CellEntry(f"/lines/{second}/actual", "达成指标", (tier[f"/lines/{second}/actual"],)),
    ]
    act = (session, case.filler, now, case.form_id)
    cells.save_cells(*act, pasted, Bulk.PASTE)
    offered = cells.undoable(session, case.filler, case.form_id)
    assert offered is not None
    assert (offered.kind, offered.cells) == (Bulk.PASTE, 3)
    assert cells.undoable(session, case.lead, case.form_id) is None
    before = trail(session)
    sheet = cells.undo(*act).sheet
    assert len(since(session, before)) == 1
    assert sheet.lines[1].judged == Decimal("20.5")
    assert sheet.drafts[f"/lines/{first}/actual"].text == "大概"
    with pytest.raises(Conflict, match="没有可以撤销"):
        cells.undo(*act)


def test_a_paste_that_changes_nothing_leaves_the_one_before_to_be_undone(session, now, case):
    save(session, now, case, {"/achieved": "贴上的"}, bulk=Bulk.PASTE)
    save(session, now, case, {"/achieved": "贴上的"}, known="贴上的", bulk=Bulk.PASTE)
    undone = cells.undo(session, case.filler, now, case.form_id)
    assert undone.sheet.goal.achieved == ""


def test_nothing_is_undone_after_the_submission(session, now, case):
    fill(session, now, case)
    save(session, now, case, {"/achieved": "贴上的"}, "全年印制完成，就医秩序改善。", Bulk.PASTE)
    submissions.submit(session, case.filler, now, case.form_id, None)
    assert cell_undos.of_person(session, case.form_id, case.filler.id) == []
    with pytest.raises(Conflict):
        cells.undo(session, case.filler, now, case.form_id)
    with pytest.raises(Conflict):
        save(session, now, case, {"/achieved": "迟了"})


@pytest.mark.parametrize(
    "path",
    ["/lines/0/actual", "/lines/x/actual", "/funds/total/executed", "/funds/other/points",
     "/expected", "/", "/lines/9999999999999999999/actual"],
)  # fmt: skip
def test_a_cell_that_the_form_has_not_is_not_found(session, now, case, path):
    with pytest.raises(NotFound):
        save(session, now, case, {path: "1"})


def test_strangers_find_nothing_and_who_may_not_fill_is_refused(session, now, case):
    entries = [CellEntry("/achieved", "x", ("",))]
    with pytest.raises(NotFound):
        cells.save_cells(session, case.stranger, now, case.form_id, entries)
    sheet = self_evaluations.get_sheet(session, case.lead, case.form_id)
    if Action.EDIT not in sheet.allowed:
        with pytest.raises((Forbidden, Conflict)):
            cells.save_cells(session, case.lead, now, case.form_id, entries)
