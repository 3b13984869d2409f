"""Rows that mean the same indicator: this year's and last year's, a form's and the declared."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.text import normalise


@dataclass(frozen=True, slots=True)
class Named:
    """What an indicator is known by: its code, else its levels and its name."""

    code: str
    level1: str
    level2: str
    name: str


def matched(rows: Sequence[Named], others: Sequence[Named]) -> tuple[int | None, ...]:
    """For each row the place of the one among `others` that means the same; None for none.

    Rows of one code are the same whatever they are called. What is left goes by levels and
    name, then by name alone: editions of a standard call their levels differently. Of several
    equal ones the first belongs to the first.
    """
    found: dict[int, int] = {}
    for spelled in (_by_code, _by_levels, _by_name):
        left: dict[object, list[int]] = {}
        for place, other in enumerate(others):
            if place not in found.values() and (key := spelled(other)):
                left.setdefault(key, []).append(place)
        for place, row in enumerate(rows):
            key = spelled(row)
            if place not in found and key and left.get(key):
                found[place] = left[key].pop(0)
    return tuple(found.get(place) for place in range(len(rows)))


def placed(row: int, places: Sequence[int | None]) -> int:
    """Where a new row belongs among rows that stand at those `places` of the others' order.

    It follows the nearest one before it that is there, else it precedes the nearest after it;
    rows without a place keep theirs.
    """
    known = {place: index for index, place in enumerate(places) if place is not None}
    before = [place for place in known if place < row]
    if before:
        return known[max(before)] + 1
    return known[min(known)] if known else len(places)


def _by_code(row: Named) -> str:
    return normalise(row.code)


def _by_levels(row: Named) -> tuple[str, ...]:
    return tuple(normalise(part) for part in (row.level1, row.level2, row.name))


def _by_name(row: Named) -> str:
    return normalise(row.name)
