"""The cells of one row in running text, where wrapped cells stand on lines of their own."""

from collections.abc import Sequence
from itertools import pairwise

from app.domain.text import normalise
from app.services.readings.labels import STARTERS
from app.services.readings.spelling import tidy, width

# A wrapped line is full to within one Chinese character.
_ROOM = 2


class Breadth:
    """How wide the column of names is printed, from the names seen."""

    def __init__(self) -> None:
        self._widest = 0

    def see(self, *lines: str) -> None:
        """Take note of lines that are names for certain."""
        self._widest = max(self._widest, *map(width, lines), 0)

    def fills(self, line: str) -> bool:
        """Whether a line is so wide that the cell may go on in the next."""
        return width(line) >= self._widest - _ROOM


def parted(
    lines: Sequence[str],
    words: Sequence[str],
    roles: Sequence[str],
    gaps: Sequence[int],
    breadth: Breadth,
) -> tuple[dict[str, str], str]:
    """Each role's cell, and a doubt in words ("" for none).

    `lines` stand above the row's last line, whose cells are `words`; the name comes first.
    `gaps` are the blank lines after each of `lines`.
    """
    many = len(roles)
    if len(words) >= many or (lines and len(words) == many - 1):
        first = len(words) - many + 1
        cells = [tidy(*lines, " ".join(words[:first])), *words[first:]]
        return dict(zip(roles, cells, strict=True)), ""
    missing = many - len(words)
    if len(lines) < missing:
        return _lacking(lines, words, roles)
    cuts, doubt = _cuts(lines, missing, gaps, breadth)
    bounds = [0, *cuts, len(lines)]
    above = [tidy(*lines[start:end]) for start, end in pairwise(bounds)]
    cells = [*above, *words]
    return dict(zip(roles, cells, strict=True)), doubt


def _lacking(
    lines: Sequence[str], words: Sequence[str], roles: Sequence[str]
) -> tuple[dict[str, str], str]:
    """A row with fewer cells than columns: the name, a target by its sign, and no guess beyond."""
    told = [*lines, *words]
    cells = dict.fromkeys(roles, "")
    if told:
        cells["name"] = tidy(told[0])
    rest = told[1:]
    if "target" in cells and rest and STARTERS.match(normalise(rest[0])):
        cells["target"], rest = tidy(rest[0]), rest[1:]
    left = "、".join(rest)
    doubt = f"该行的格子比栏目少，“{left}”归哪一栏未能确定。" if left else "该行有空格，请核对。"
    return cells, doubt


def _cuts(
    lines: Sequence[str], missing: int, gaps: Sequence[int], breadth: Breadth
) -> tuple[list[int], str]:
    """Before which lines the cells after the name begin, and the doubt that is left."""
    start, doubt = _after_name(lines, missing, gaps, breadth)
    cuts = [start]
    while len(cuts) < missing - 1:
        begin = cuts[-1]
        least = len(lines) - (missing - 1 - len(cuts))
        end = next((n for n in range(begin + 1, least + 1) if _ends(lines, begin, n)), least)
        loose = "(" not in normalise("".join(lines[begin:end])) and least > begin + 1
        doubt = doubt or ("年度指标值与实际完成值的分界未能确定，请核对。" if loose else "")
        cuts.append(end)
    return cuts, doubt


def _after_name(
    lines: Sequence[str], missing: int, gaps: Sequence[int], breadth: Breadth
) -> tuple[int, str]:
    """The line with which the cell after the name begins: by a sign, a gap, or the width."""
    last = len(lines) - (missing - 1)
    places = range(1, last + 1)
    signed = [place for place in places if STARTERS.match(normalise(lines[place]))]
    if signed:
        breadth.see(*lines[: signed[0]])
        return signed[0], ""
    if len(places) == 1:
        return 1, ""
    short = [place for place in places if not breadth.fills(lines[place - 1])]
    close = [place for place in places if gaps[place - 1] == 0]
    if short and (not close or short[0] in close):
        return short[0], ""
    chosen = (close or short or [last])[0]
    return chosen, "指标名称与年度指标值的分界未能确定，请核对。"


def _ends(lines: Sequence[str], begin: int, end: int) -> bool:
    """Whether a value may end here: its brackets are closed, and no unit in brackets follows."""
    whole = normalise("".join(lines[begin:end]))
    unit = end < len(lines) and normalise(lines[end]).startswith("(")
    return whole.count("(") == whole.count(")") and not unit
