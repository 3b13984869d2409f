"""How many lines a text takes in a cell, where no program lays it out for us."""

import math
from unicodedata import east_asian_width

MM_OF_POINT = 25.4 / 72
# Left and right of the text of a cell together, in mm.
PADDING = 2.4
NARROW = 0.55  # of the width of a Chinese character


def lines_of(text: str, width: float, points: float) -> int:
    """Lines that the text takes in a cell of that width in mm, rather one too many."""
    em = points * MM_OF_POINT
    room = max(width - PADDING, em)
    return sum(max(1, math.ceil(_ems(line) * em / room)) for line in text.split("\n"))


def _ems(line: str) -> float:
    return sum(1.0 if east_asian_width(sign) in "WFA" else NARROW for sign in line)
