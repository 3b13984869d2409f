"""Official documents (公文) of a stored form: Excel, Word and PDF in the layout of its edition."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.domain.actors import Actor
from app.domain.audit import AuditAction, Change
from app.errors import NotFound
from app.files import grid_xlsx
from app.files.grids import CheckMark, Grid
from app.services import audit, layouts
from app.services.document_grids import grid_of
from app.services.form_sheets import FormSheet
from app.services.self_evaluations import get_sheet

__all__ = [
    "KINDS",
    "CheckMark",
    "Download",
    "Kind",
    "made_of",
    "make",
    "record_export",
    "require_kind",
]

_UNSAFE = re.compile(r'[\s\\/:*?"<>|%\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+')
# Of each name in a file's name: 255 bytes are what file systems take.
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: what it is called, its media type, and what writes it."""

    label: str
    media_type: str
    write: Callable[[Grid, datetime], bytes]


def _docx(grid: Grid, now: datetime) -> bytes:
    # Imported here, as for PDF: who starts the program does not wait for what few ask for.
    from app.files import grid_docx  # noqa: PLC0415

    return grid_docx.written(grid, now)


def _pdf(grid: Grid, now: datetime) -> bytes:
    from app.files import grid_pdf  # noqa: PLC0415 - likewise

    return grid_pdf.written(grid, now)


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: Mapping[str, Kind] = {
    "xlsx": Kind("Excel", f"{_OFFICE}.spreadsheetml.sheet", grid_xlsx.written),
    "docx": Kind("Word", f"{_OFFICE}.wordprocessingml.document", _docx),
    "pdf": Kind("PDF", "application/pdf", _pdf),
}


@dataclass(frozen=True, slots=True)
class Download:
    """A document to hand on: its name in Chinese, its media type and its bytes."""

    name: str
    media_type: str
    content: bytes


def make(
    session: Session,
    actor: Actor,
    form_id: int,
    kind: str,
    now: datetime,
    check: CheckMark | None = None,
) -> Download:
    """A form as a document of that kind (xlsx, docx, pdf), as it stands now; writes nothing.

    Raises NotFound for a form outside the actor's scope and for an unknown kind. Whoever
    hands the document on records it (`record_export`).
    """
    require_kind(kind)
    return made_of(session, get_sheet(session, actor, form_id), kind, now, check)


def require_kind(kind: str) -> None:
    """Raise NotFound for a kind that there is none of."""
    if kind not in KINDS:
        raise NotFound(f"没有这种格式，可以导出 {'、'.join(KINDS)}。")


def made_of(
    session: Session, form: FormSheet, kind: str, now: datetime, check: CheckMark | None = None
) -> Download:
    """The document of a form that was read already; `now` is when it was made."""
    grid = grid_of(session, form, layouts.of_edition(form.standard), check)
    known = KINDS[kind]
    return Download(_name(form, kind), known.media_type, known.write(grid, now))


def record_export(session: Session, actor: Actor, now: datetime, form_id: int, kind: str) -> None:
    """Note that a form is taken out of the house as a document; raises NotFound."""
    form = get_sheet(session, actor, form_id).form
    change = Change("/document", None, kind)
    audit.record(session, actor, now, AuditAction.EXPORT, audit.about(form), (change,))


def _name(form: FormSheet, kind: str) -> str:
    unit, project = (_safe(name) for name in (form.unit.name, form.project.name))
    return f"{form.form.fiscal_year}年度_{unit}_{project}_绩效自评表.{kind}"


def _safe(name: str) -> str:
    """A name without signs that some file system or header cannot hold."""
    return _UNSAFE.sub("", name).strip(".")[:_LONGEST_NAME] or "未命名"
