"""What a cell for a value holds: a figure, a date, words, nothing, or something unreadable."""

import re
from dataclasses import dataclass

from app.domain.days import Days, read_written
from app.domain.quantities import Comparator, Quantity, UnreadableQuantity, read_quantity
from app.domain.ranges import read_range

_SIGNED = re.compile("([≥≤<>=]|不超过|不得超过)(.*)")
# ≤12月 counts months, while 12月 alone names December.
_MONTHS = re.compile("[0-9]{1,2}月")
_DATE_HINT = re.compile("[年月季Qq]|[0-9][-/.][0-9]")
_DIGIT = re.compile("[0-9]")
_SIGN_AND_DIGIT = re.compile("[≥≤<>=].*[0-9]")
# 合格率≥95%: a name may stand before a sign, for the sign leaves no doubt what the figure is.
_NAME = re.compile("[\u4e00-\u9fffA-Za-z()%、]{1,20}:?(?=[≥≤<>=])")
_ABSURD = re.compile(
    r"[≥≤<>=]?[+-]?(?:s?nan[0-9]*|inf(?:inity)?|∞|[0-9.]+e[+-]?[0-9]+|null|none|undefined)[%()]*"
    r"|#[a-z/0!?]+",
    re.IGNORECASE,
)
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Dated:
    """A written date; days of None when no year is written or known; ≤ for 前, 内 and the like."""

    days: Days | None
    comparator: Comparator | None


def read_cell(shown: str, year: int | None) -> Quantity | Dated | None:
    """The figure or date that a normalised text is as a whole, None for words.

    Raises UnreadableQuantity for what means to be a value and is none.
    """
    if _ABSURD.fullmatch(shown):
        raise UnreadableQuantity("no finite figure")
    if len(shown) <= _LONGEST:
        named = _NAME.match(shown)
        bare = shown[named.end() :] if named else shown
        found = _read_days(bare, year) or _read_figure(bare)
        if found is not None:
            return found
    if _SIGN_AND_DIGIT.match(shown) or not any(sign.isalpha() for sign in shown):
        raise UnreadableQuantity("a sign or figures that give no value")
    return None


def _read_days(shown: str, year: int | None) -> Dated | None:
    if _DATE_HINT.search(shown) is None:
        return None
    signed = _SIGNED.match(shown)
    written = None
    if signed is None or _MONTHS.fullmatch(signed[2]) is None:
        written = read_written(signed[2] if signed else shown)
    if written is None:
        return None
    try:
        days = written.on(year)
    except ValueError as absurd:
        raise UnreadableQuantity(str(absurd)) from absurd
    until = Comparator.AT_MOST if written.until else None
    return Dated(days, _sign(signed[1]) if signed else until)


def _read_figure(shown: str) -> Quantity | None:
    if _DIGIT.search(shown) is None:
        return None
    return read_range(shown) or read_quantity(shown)


def _sign(word: str) -> Comparator:
    return Comparator.AT_MOST if word.startswith("不") else Comparator(word)
