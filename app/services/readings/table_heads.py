"""Labels with their values beside them: 项目名称, 主管部门, 自评时间, 评分等级 and the like."""

import re
from collections.abc import Iterator

from app.domain.text import normalise
from app.files.sources import Row
from app.services.readings.found import Draft
from app.services.readings.labels import HEADS, TOTALS, label_of, year_in
from app.services.readings.spelling import joined, tidy

_NARRATIVES = ("goal", "achievements", "problems", "improvements")
_COLON = re.compile("[:：]")


def is_label(row: Row) -> bool:
    """Whether the row begins with a label of its own, so that it ends a block before it."""
    first = next((cell.text for cell in row.cells if cell.text.strip() and not cell.above), "")
    return label_of(first) in HEADS


def read(draft: Draft, number: int, row: Row) -> None:
    """Take the labels of a row with their values; a row without any is left unread."""
    year = year_in(row.text)
    if year and len(normalise(row.text)) <= 12 and "fiscal_year" not in draft.heads:
        draft.heads["fiscal_year"] = year
        draft.use(number)
        return
    for role, label, text, places in _pairs(row):
        draft.use(number, places)
        note(draft, role, label, text, number)


def note(draft: Draft, role: str, label: str, text: str, number: int) -> None:
    """Keep one labelled value where it belongs; what a scoring does not ask for goes aside."""
    value = joined(text) if role in _NARRATIVES else tidy(text)
    if role in ("total", "grade"):
        if value:
            draft.claimed.setdefault(role, value)
    elif role == "goal":
        draft.goals.setdefault("expected", []).append(value)
    elif role in ("project", "unit", "fiscal_year", "budget", "spent", "spent_rate"):
        draft.heads.setdefault(role, value)
        if role in ("budget", "spent") and not draft.unit:
            draft.unit = _unit(label)
    else:
        draft.heads.setdefault(role, value)
        draft.aside(f"/{role}", tidy(label).rstrip(":："), value, number)


def _unit(label: str) -> str:
    found = re.search("百万元|千元|万元|亿元|元", label)
    return found[0] if found else ""


def _pairs(row: Row) -> Iterator[tuple[str, str, str, list[int]]]:
    """Role, label, value and the cells they stand in."""
    told = [(place, cell) for place, cell in enumerate(row.cells) if cell.text.strip()]
    place = 0
    while place < len(told):
        index, cell = told[place]
        role = HEADS.get(label_of(cell.text), "")
        split = _COLON.split(cell.text, maxsplit=1)
        if role:
            following = told[place + 1][1] if place + 1 < len(told) else None
            if following is not None and not HEADS.get(label_of(following.text)):
                yield role, cell.text, following.text, [index, told[place + 1][0]]
                place += 1
            else:
                yield role, cell.text, "", [index]
        elif len(split) == 2 and HEADS.get(label_of(split[0])):
            yield HEADS[label_of(split[0])], split[0], split[1], [index]
        elif label_of(cell.text) in TOTALS and place + 1 < len(told):
            yield "total", cell.text, told[place + 1][1].text, [index, told[place + 1][0]]
            place += 1
        place += 1
