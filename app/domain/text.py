"""Text as typed or printed in a form, brought to one spelling before anything reads it."""

import re
import unicodedata
from functools import lru_cache

# Circled, raised and fractional digits: NFKC would turn "①5个" into "15个" and "10²" into "102".
_COUNTING_SIGNS = re.compile("[²³¹¼-¾⁰⁴-⁹₀-₉⅐-⅟①-⒛⓪-⓿❶-➓㈠-㈩㉈-㉟㊀-㊉㊱-㊿\U0001f100-\U0001f10c]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SAME_SIGN = str.maketrans(
    {
        **dict.fromkeys("≧⩾≮", "≥"),
        **dict.fromkeys("≦⩽≯", "≤"),
        **dict.fromkeys("〈‹", "<"),
        **dict.fromkeys("〉›", ">"),
        **dict.fromkeys("═", "="),
        **dict.fromkeys("‐‑‒–—―−─━", "-"),
        **dict.fromkeys("∼〜∽", "~"),
        **dict.fromkeys("∕⁄", "/"),
        **dict.fromkeys("•・∙⋅", "·"),
        **dict.fromkeys("【〔[", "("),
        **dict.fromkeys("】〕]", ")"),
    }
)
_TWO_SIGNS = re.compile("(>=|=>|≥=|=≥)|(<=|=<|≤=|=≤)|==+")
# A blank between two Latin letters or digits may part two words; any other blank is layout.
_LAYOUT = re.compile(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])")
_BLANKS = re.compile(r"\s+")
# Control characters, halves of a pair, non-characters, and marks that reorder what is read.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]|\r(?!\n)"
)

# Longer texts are narrative: rarely asked for twice, and not worth keeping.
_CACHED = 120


def normalise(text: str | None) -> str:
    """The text in one spelling: half-width, one sign per comparator, without layout blanks."""
    if not text:
        return ""
    return _known(text) if len(text) <= _CACHED else _one_spelling(text)


def is_blank(text: str | None) -> bool:
    """Whether a cell says nothing: empty, or only dashes ("/" and "无" do say something)."""
    return not normalise(text).strip("-")


def forbidden_characters(text: str) -> bool:
    """Whether the text holds characters that no form may hold; tabs and line ends are allowed."""
    return _FORBIDDEN.search(text) is not None


def _one_spelling(text: str) -> str:
    shown = _INVISIBLE.sub("", text)
    if not shown.isascii():
        shown = _half_width(shown).translate(_SAME_SIGN)
    shown = _TWO_SIGNS.sub(_one_sign, shown)
    return _BLANKS.sub(" ", _LAYOUT.sub("", shown))


# Readers and checks each ask for the same cell, some fifteen times a row.
_known = lru_cache(maxsize=8192)(_one_spelling)


def _half_width(text: str) -> str:
    if _COUNTING_SIGNS.search(text) is None:
        return unicodedata.normalize("NFKC", text)
    return "".join(
        sign if _COUNTING_SIGNS.match(sign) else unicodedata.normalize("NFKC", sign)
        for sign in text
    )


def _one_sign(found: re.Match[str]) -> str:
    if found[1]:
        return "≥"
    return "≤" if found[2] else "="
