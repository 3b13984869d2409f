"""Text put together again that a page had broken: wrapped lines, stray blanks, widths."""

import re
import unicodedata

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60\u3000-\u303f"
# A blank between two Chinese characters is layout; beside a digit it may be the printer's.
_STRAY = re.compile(f"(?<=[{_WIDE}])[ \u3000]+(?=[{_WIDE}])")
_LATIN = re.compile("[A-Za-z]")
_BLANKS = re.compile("[ \u3000\xa0]+")


def joined(*lines: str) -> str:
    """Wrapped lines as one text: nothing between them, but a blank between two Latin words."""
    whole = ""
    for part in (piece.strip() for line in lines for piece in line.splitlines()):
        apart = whole and part and _LATIN.match(whole[-1]) and _LATIN.match(part[0])
        whole += f" {part}" if apart else part
    return whole


def tidy(*lines: str) -> str:
    """A short cell in one line without layout blanks."""
    return _BLANKS.sub(" ", _STRAY.sub("", joined(*lines))).strip()


def width(text: str) -> int:
    """How wide the text is printed, in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)
