"""Project codes (项目代码) of 预算管理一体化: 21 characters, after domain rule 9.1.

Six digits of division, two of the year, a letter for the kind, a twelve-digit serial:
51092324T000010263357.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

LENGTH = 21
DIVISION, YEAR, LETTER, SERIAL = slice(0, 6), slice(6, 8), 8, slice(9, 21)


class ProjectKind(StrEnum):
    """特定目标类, 运转类, 人员类."""

    SPECIFIC = "specific"
    OPERATING = "operating"
    PERSONNEL = "personnel"


KIND_OF_LETTER: Mapping[str, ProjectKind] = MappingProxyType(
    {
        "T": ProjectKind.SPECIFIC,
        "Y": ProjectKind.OPERATING,
        "R": ProjectKind.PERSONNEL,
    }
)
KIND_LABELS: Mapping[ProjectKind, str] = MappingProxyType(
    {
        ProjectKind.SPECIFIC: "特定目标类",
        ProjectKind.OPERATING: "运转类",
        ProjectKind.PERSONNEL: "人员类",
    }
)


def problems(code: str) -> tuple[str, ...]:
    """What keeps the text from being a project code, in words; empty when nothing does."""
    if len(code) != LENGTH:
        return (f"项目代码应为 {LENGTH} 位，现在是 {len(code)} 位",)
    found = []
    if not _digits(code[DIVISION]):
        found.append("项目代码前 6 位应是行政区划代码（数字）")
    if not _digits(code[YEAR]):
        found.append("项目代码第 7、8 位应是年份后两位（数字）")
    if code[LETTER] not in KIND_OF_LETTER:
        found.append("项目代码第 9 位应是字母 T、Y 或 R")
    if not _digits(code[SERIAL]):
        found.append("项目代码后 12 位应是顺序号（数字）")
    return tuple(found)


def kind_of(code: str) -> ProjectKind:
    """The kind that the letter of a sound code names; raises KeyError for another letter."""
    return KIND_OF_LETTER[code[LETTER]]


def _digits(part: str) -> bool:
    return part.isascii() and part.isdigit()
