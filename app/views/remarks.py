"""Remarks (批注) as the pages show them: at their cells, by the cells' field names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.db.remarks import Remark
from app.domain.workflow import Action
from app.services.form_sheets import FormSheet


@dataclass(frozen=True, slots=True)
class RemarkView:
    """One remark at its cell; `settle` is where who mends or reviews it posts that it is done."""

    id: int
    text: str
    author: str
    written_at: datetime
    settled_by: str
    settle: str


Remarks = Mapping[str, tuple[RemarkView, ...]]


def cell_name(path: str) -> str:
    """The field name of the cell that a remark's path means: `lines.12.actual`."""
    return path.strip("/").replace("/", ".")


def remarks_at(form: FormSheet) -> Remarks:
    """What is pinned to each cell, oldest first."""
    may_settle = bool(form.allowed & {Action.EDIT, Action.REVIEW})
    above = f"/self-evaluations/{form.form.id}/remarks"
    found: dict[str, tuple[RemarkView, ...]] = {}
    for remark in form.remarks:
        view = RemarkView(
            id=remark.id,
            text=remark.text,
            author=remark.author,
            written_at=remark.written_at,
            settled_by=remark.resolved_by,
            settle=f"{above}/{remark.id}/settle" if may_settle and not remark.resolved_by else "",
        )
        name = cell_name(remark.path)
        found[name] = (*found.get(name, ()), view)
    return found


def unsettled(remarks: Iterable[Remark]) -> int:
    """How many remarks nobody has settled."""
    return sum(remark.resolved_at is None for remark in remarks)
