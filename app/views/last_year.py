"""Last year's form (上年自评表) beside this year's, and what its filler takes over from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.db.attachments import Attachment
from app.domain.policies import READS, acts
from app.domain.workflow import LABELS, Action, State
from app.doors import GuardedRoute
from app.errors import AppError, Conflict, Unacceptable, VersionConflict
from app.services import attachment_policies, last_year
from app.services.form_sheets import FormSheet
from app.services.last_year import CopyEntry, EarlierLine, LastYear
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.evidence import FileView, file_view
from app.views.heads import FormHead, form_head
from app.views.page import go_to_path, page

router = APIRouter(route_class=GuardedRoute)

LAST_YEAR = "last_year/last_year.html"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something of last year that can be taken; `ticked` where it is most likely wanted."""

    name: str
    words: str
    ticked: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class FileOffer:
    """A file of last year; without an `offer` this year's form has it already."""

    file: FileView
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class YearsView:
    """A row in both years: `old_…` is last year's, offered where it differs from this year's."""

    line_id: int
    name: str
    group: str
    target: str
    actual: str
    reason: str
    old_target: str
    old_actual: str
    old_reason: str
    take_actual: Offer | None
    take_reason: Offer | None
    files: tuple[FileOffer, ...]


@dataclass(frozen=True, slots=True)
class LastYearPage:
    """从上年复制: both years row by row; `others` are rows that this year has no more."""

    id: int
    version: int
    head: FormHead
    editable: bool
    year: int
    state: str
    achieved: str
    old_achieved: str
    take_achieved: Offer | None
    rows: tuple[YearsView, ...]
    unmatched: int
    others: tuple[tuple[str, str, str, str], ...]
    whole: tuple[FileOffer, ...]
    copied: bool
    messages: tuple[str, ...]

    @property
    def offers(self) -> bool:
        """Whether anything can be taken."""
        rows = any(row.take_actual or row.take_reason or _open(row.files) for row in self.rows)
        return self.editable and bool(rows or self.take_achieved or _open(self.whole))


@router.get("/self-evaluations/{form_id}/last-year", dependencies=[allows(READS)])
def show_last_year(form_id: Id, visit: Reading, copied: bool = False) -> Response:
    """Both years row by row."""
    return page(visit.request, LAST_YEAR, _page(visit, form_id, copied=copied))


@router.post("/self-evaluations/{form_id}/last-year", dependencies=[allows(acts(Action.EDIT))])
def post_last_year(form_id: Id, visit: Writing) -> Response:
    """Take over what was ticked."""
    version, entry = forms.version(visit.fields), _entry(visit.fields)
    policy = attachment_policies.policy()
    try:
        last_year.copy(*visit.acting, form_id, version, entry, policy)
    except (Unacceptable, VersionConflict, Conflict) as refusal:
        context = _page(visit, form_id, refusal)
        return page(visit.request, LAST_YEAR, context, status=refusal.status)
    return go_to_path(visit.request, f"/self-evaluations/{form_id}/last-year?copied=true")


def _entry(fields: Mapping[str, str]) -> CopyEntry:
    return CopyEntry(
        achieved="achieved" in fields,
        actuals=_ticked(fields, "actual."),
        reasons=_ticked(fields, "reason."),
        files=_ticked(fields, "file."),
    )


def _ticked(fields: Mapping[str, str], begins: str) -> frozenset[int]:
    """The ids of the ticked boxes of a kind."""
    names = (name.removeprefix(begins) for name in fields if name.startswith(begins))
    return frozenset(int(name) for name in names if name.isascii() and name.isdigit())


def _page(
    visit: Visit, form_id: int, refusal: AppError | None = None, *, copied: bool = False
) -> LastYearPage:
    sheet, earlier = last_year.compare(visit.session, visit.actor, form_id)
    notes = forms.refused(visit.fields, refusal.errors).messages if refusal else {}
    editable = Action.EDIT in sheet.allowed
    kept = {row.key for row in sheet.attachments}
    form = _Form(visit.fields if refusal else None, notes, kept if editable else None)
    said = tuple(message for name, message in notes.items() if not name.startswith("lines."))
    return LastYearPage(
        id=sheet.form.id,
        version=sheet.form.version,
        head=form_head(sheet, sheet.today(visit.now)),
        editable=editable,
        year=sheet.form.fiscal_year - 1,
        state=LABELS[State(earlier.form.state)] if earlier else "",
        achieved=sheet.goal.achieved,
        old_achieved=earlier.achieved if earlier else "",
        take_achieved=form.offer("achieved", sheet.goal.achieved, earlier.achieved)
        if earlier
        else None,
        rows=tuple(_rows(sheet, earlier, form)) if earlier else (),
        unmatched=len(sheet.lines) - len(earlier.lines) if earlier else 0,
        others=tuple(_other(row) for row in earlier.others) if earlier else (),
        whole=form.files(earlier.whole) if earlier else (),
        copied=copied,
        messages=said or ((refusal.message,) if refusal and not notes else ()),
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """What was ticked before a refusal, what is wrong, and the files that are there already."""

    sent: Mapping[str, str] | None
    notes: Mapping[str, str]
    kept: set[str] | None

    def offer(self, name: str, ours: str, theirs: str, *, due: bool = False) -> Offer | None:
        """An offer of last year's words, where they are there and are others than ours."""
        if self.kept is None or not theirs or theirs == ours:
            return None
        kind, _, key = name.partition(".")
        note = self.notes.get(f"lines.{key}.{kind}" if key else name, "")
        return Offer(name, theirs, due if self.sent is None else name in self.sent, note)

    def files(self, rows: tuple[Attachment, ...]) -> tuple[FileOffer, ...]:
        """The files of one place."""
        return tuple(self._file(row) for row in rows)

    def _file(self, row: Attachment) -> FileOffer:
        if self.kept is None or row.key in self.kept:
            return FileOffer(file_view(row), None)
        name = f"file.{row.id}"
        return FileOffer(
            file_view(row), Offer(name, row.name, bool(self.sent and name in self.sent))
        )


def _rows(sheet: FormSheet, earlier: LastYear, form: _Form) -> list[YearsView]:
    """The rows that both years have, in this year's order.

    Ticked from the first are reasons that are due and missing; what was achieved never is.
    """
    found = []
    for line, scored in zip(sheet.lines, sheet.sheet.lines, strict=True):
        old = earlier.lines.get(line.id)
        if old is None:
            continue
        due = scored.reason_required and not line.reason
        found.append(
            YearsView(
                line_id=line.id,
                name=line.name,
                group=line.level2,
                target=line.target,
                actual=line.actual,
                reason=line.reason,
                old_target=old.line.target,
                old_actual=old.line.actual,
                old_reason=old.line.reason,
                take_actual=form.offer(f"actual.{line.id}", line.actual, old.line.actual),
                take_reason=form.offer(f"reason.{line.id}", line.reason, old.line.reason, due=due),
                files=form.files(old.files),
            )
        )
    return found


def _other(row: EarlierLine) -> tuple[str, str, str, str]:
    line = row.line
    return line.name, line.target, line.actual, line.reason


def _open(files: tuple[FileOffer, ...]) -> bool:
    return any(item.offer for item in files)
