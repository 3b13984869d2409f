"""Evidence (佐证材料) as the pages show it: the files at each row and at the form whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.db.attachments import Attachment
from app.domain.attachments import shown_size
from app.domain.contents import MARK_LABELS
from app.services.form_sheets import FormSheet


@dataclass(frozen=True, slots=True)
class FileView:
    """One file; `mark` is what to mind when it is opened."""

    id: int
    name: str
    size: str
    mark: str
    by: str
    at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The files of a form: at the form whole, at its lines by id, and how many there are."""

    whole: tuple[FileView, ...]
    lines: Mapping[int, tuple[FileView, ...]]
    count: int


def evidence_of(form: FormSheet) -> Evidence:
    """The files of a form, oldest first."""
    lines: dict[int, tuple[FileView, ...]] = {}
    for row in form.attachments:
        if row.line_id is not None:
            lines[row.line_id] = (*lines.get(row.line_id, ()), file_view(row))
    whole = tuple(file_view(row) for row in form.attachments if row.line_id is None)
    return Evidence(whole, lines, len(form.attachments))


def file_view(row: Attachment) -> FileView:
    """One file as a page shows it."""
    return FileView(
        id=row.id,
        name=row.name,
        size=shown_size(row.size),
        mark="；".join(MARK_LABELS[mark] for mark in row.marks.split()),
        by=row.attached_by,
        at=row.attached_at,
        href=f"/self-evaluations/{row.self_evaluation_id}/attachments/{row.id}",
    )
