"""Check codes (校验码): what a document carries so that anybody can ask whether it is genuine.

Twenty signs of an alphabet of 26 are 94 bits: nobody finds one by trying. No sign looks like
another on paper: of 0 O, 1 I, 2 Z, 5 S and 8 B none or one is used.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"
LENGTH, GROUP = 20, 4
_BETWEEN = re.compile(r"[\s\-_.·—–－]+")
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


@dataclass(frozen=True, slots=True)
class CheckMark:
    """What is printed on a document: the code in groups, and the page that verifies it.

    `address` is "" where the server was not told its own public address.
    """

    code: str
    address: str


class Verdict(StrEnum):
    """What a document is, by its code."""

    GENUINE = "genuine"
    CHANGED = "changed"
    UNKNOWN = "unknown"


def grouped(code: str) -> str:
    """A code as it is printed and typed: ACDE-FGHJ-KLMN-PQRT-UVWX."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read(text: str) -> str:
    """The code that somebody typed, without its groups, in capitals; "" when it cannot be one."""
    plain = unicodedata.normalize("NFKC", text[: LENGTH * 5])
    code = _BETWEEN.sub("", plain).upper()
    return code if _CODE.fullmatch(code) else ""
