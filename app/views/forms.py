"""Posted forms: one grammar of field names, and what was typed kept beside what is wrong.

A field of the sheet is named by its place: `lines.12.actual`, `funds.other.executed`,
`achieved`. The whole sheet posts all of them; a row or a fund posts only its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from fastapi import HTTPException, Request

from app.errors import Problem
from app.files.multipart import BadMultipart, Multipart

# On a page that is shown again after a login, with what was typed before it.
UNSAVED = "登录曾经过期：标出的内容还没有保存，请核对后保存"
UNSAVED_NEWER = "登录曾经过期，其间这张表有改动：标出的内容与现有的不同，还没有保存，请核对后保存"
UNSAVED_CELL = "未保存，请核对"

NOTHING: Mapping[str, str] = {}
# What `uploads.takes_files` writes on a route.
TAKES_FILES = "takes_files"


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent, kept in case its session has ended; files are not kept."""

    fields: Mapping[str, str]
    files: bool


@dataclass(frozen=True, slots=True)
class CellFate:
    """What became of one cell that was just saved, for the script of the page.

    `typed` is the text that was sent, None where the page knows nothing of what the cell shows
    now; `by` and `at` tell who changed it in between.
    """

    state: str
    typed: str | None = None
    by: str = ""
    at: datetime | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person sent, what is wrong with it and what became of it, all by field name.

    `kept` are texts of cells that the server keeps unscored; `refused` tells that some of the
    messages are about what was sent just now.
    """

    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    messages: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    fates: Mapping[str, CellFate] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One place to type: its identifiers, its accessible name, its text and its message.

    `held` is what the server holds of it, where something else was typed and not saved.
    """

    id: str
    name: str
    label: str
    value: str
    message: str
    held: str | None = None
    fate: CellFate | None = None


async def posted(request: Request) -> dict[str, str]:
    """The text fields of a form, line ends as one character (browsers send two).

    Of a form that brings files only those before the first file: the rest of the body waits
    until it is known who sends it.
    """
    if getattr(request.scope.get("endpoint"), TAKES_FILES, False):
        kind = request.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            return await _leading(request, kind)
    form = await request.form()
    fields = {
        name: value.replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)
    }
    request.state.typed = Typed(fields, files=len(fields) < len(form))
    return fields


async def _leading(request: Request, kind: str) -> dict[str, str]:
    try:
        request.state.multipart = Multipart(kind, request.stream())
        fields: dict[str, str] = await request.state.multipart.fields()
    except BadMultipart as error:
        raise HTTPException(400) from error
    return fields


def own_fields(fields: Mapping[str, str], place: str) -> dict[str, str]:
    """The fields of one row: those named without a place, and before them `place.column`."""
    own = {name: value for name, value in fields.items() if "." not in name}
    begins = f"{place}."
    own |= {
        name.removeprefix(begins): value
        for name, value in fields.items()
        if name.startswith(begins)
    }
    return own


def grouped(fields: Mapping[str, str], kind: str) -> dict[str, dict[str, str]]:
    """The fields `kind.key.column` of a whole sheet, by key and column."""
    groups: dict[str, dict[str, str]] = {}
    for name, value in fields.items():
        head, _, rest = name.partition(".")
        key, _, column = rest.partition(".")
        if head == kind and column:
            groups.setdefault(key, {})[column] = value
    return groups


def version(fields: Mapping[str, str]) -> int | None:
    """The version that the page was made from, or None when the form names none."""
    return number(fields, "version") or None


def refused(fields: Mapping[str, str], problems: Iterable[Problem], place: str = "") -> Entered:
    """What was typed with its messages, under full field names.

    `place` is where a row's own fields belong (`lines.12`); a problem at `/actual` of that
    row then speaks of `lines.12.actual`. The first problem of a field is the one told.
    """
    messages: dict[str, str] = {}
    for problem in problems:
        name = _under(place, problem.pointer.strip("/").replace("/", "."))
        messages.setdefault(name, problem.message)
    typed = own_fields(fields, place) if place else fields
    return Entered({_under(place, name): value for name, value in typed.items()}, messages)


def unsaved(typed: Mapping[str, str], stored: Mapping[str, str]) -> Entered:
    """What was typed while nothing could be saved; a message at each cell that differs."""
    changed = (
        name for name in stored if typed.get(name, stored[name]).strip() != stored[name].strip()
    )
    return Entered(typed, dict.fromkeys(changed, UNSAVED_CELL))


def labelled(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells of a list whose messages say nothing of where they belong."""
    return tuple(replace(cell, message=f"{cell.label}：{cell.message}") for cell in cells)


def _under(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def number(fields: Mapping[str, str], name: str) -> int:
    """A whole number that the page itself put into the form; 0, which nothing has, if altered."""
    text = fields.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
