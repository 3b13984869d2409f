"""Where a self-evaluation form begins in a document that may hold several, and other things."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.text import normalise
from app.files.sources import Row
from app.services.readings.labels import HEADS, label_of

_TITLE = re.compile("自评表|自我评价表?|绩效自评|自评情况表|自评结果表")
_NO_TITLE = re.compile("报告|目录|说明|通知|[。；;:!?]|[.…·]{3,}")
_LONGEST_TITLE = 50
# Between a title and the first label stand a year, a unit of money and a form number at most.
_REACH = 8
_BEGINNERS = ("project", "unit", "department")


@dataclass(frozen=True, slots=True)
class Segment:
    """The rows of one form, its title among them; those before the first title go with it."""

    title: str
    rows: tuple[Row, ...]


def segments(rows: Sequence[Row]) -> list[Segment]:
    """The forms of a document in their order; none when nothing in it opens one."""
    starts = list(_starts(rows))
    found = []
    for place, (start, title) in enumerate(starts):
        first = 0 if place == 0 else start
        end = starts[place + 1][0] if place + 1 < len(starts) else len(rows)
        found.append(Segment(title, tuple(rows[first:end])))
    return found


def title_of(row: Row) -> str:
    """The row as the title of a self-evaluation form, "" when it is none."""
    texts = {cell.text.strip() for cell in row.cells if cell.text.strip()}
    if len(texts) != 1:
        return ""
    shown = normalise(texts.pop()).replace(" ", "")
    fits = len(shown) <= _LONGEST_TITLE and _TITLE.search(shown) and not _NO_TITLE.search(shown)
    return shown if fits else ""


def _starts(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """Titles that a first label follows, and first labels of a project that have no title."""
    titled = -1  # the row until which the last title speaks for the labels after it
    opened = False
    for place, row in enumerate(rows):
        title = title_of(row)
        if title and place > titled:
            ahead = _first_label(rows, place)
            if ahead is not None:
                titled, opened = ahead, True
                yield place, title
        elif place > titled and _begins(row, opened):
            opened = True
            yield place, ""


def _begins(row: Row, opened: bool) -> bool:
    """Whether a form without a title begins: with its project, or the first one with its unit."""
    return opens(row, ("project",)) or (
        not opened and len(row.cells) > 1 and opens(row, _BEGINNERS[1:])
    )


def _first_label(rows: Sequence[Row], title: int) -> int | None:
    """Where the first label after a title stands, further titles between them allowed."""
    for place in range(title + 1, min(title + 1 + _REACH, len(rows))):
        if opens(rows[place], _BEGINNERS):
            return place
    return None


def opens(row: Row, roles: Sequence[str]) -> bool:
    """Whether the row begins with a label of one of those heads."""
    first = next((cell.text for cell in row.cells if cell.text.strip()), "")
    head = re.split("[:：\\s]", first.strip(), maxsplit=1)[0]
    return any(HEADS.get(label_of(text)) in roles for text in (first, head))
