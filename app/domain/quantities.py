"""How a figure is written in a cell: comparator, number, unit, and the words around them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.numbers import NotANumber, read_number
from app.domain.unit_names import STORY
from app.domain.units import NONE, Unit


class Comparator(StrEnum):
    """The sign before a target (指标性质)."""

    AT_LEAST = "≥"
    GREATER = ">"
    EQUAL = "="
    LESS = "<"
    AT_MOST = "≤"


class UnreadableQuantity(ValueError):
    """A text that means to be a figure and is none: absurd, contradictory or cut off."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as written; with `upper` it is a range from `value` to `upper`, both in `unit`."""

    value: Decimal
    unit: Unit
    comparator: Comparator | None = None
    upper: Decimal | None = None
    approximate: bool = False


_SIGNS = {sign.value: sign for sign in Comparator}
_WORDS = {
    word: comparator
    for comparator, words in {
        Comparator.AT_LEAST: "不低于 不少于 不小于 不短于 不得低于 不得少于 不得小于 不能低于"
        " 至少 最少 最低 应达到 达到 达 大于等于 大于或等于 高于等于 高于或等于 多于或等于"
        " 超过或等于 达到或超过",
        Comparator.GREATER: "大于 高于 多于 长于 超过 超出 超 逾 突破",
        Comparator.EQUAL: "等于",
        Comparator.LESS: "小于 低于 少于 短于 不足 不到 不满",
        Comparator.AT_MOST: "不超过 不超 不高于 不大于 不多于 不长于 不得超过 不得高于 不得大于"
        " 不得多于 不能超过 至多 最多 最高 最长 小于等于 小于或等于 低于等于 低于或等于"
        " 少于等于 少于或等于 控制在 控制到",
    }.items()
    for word in words.split()
}
# Words that leave the comparator to what follows the figure: 控制在90%以上, 达到5%以下.
_WEAK = frozenset({"达到", "达", "控制在", "控制到"})
_WAYS = ({Comparator.AT_LEAST, Comparator.GREATER}, {Comparator.AT_MOST, Comparator.LESS})
_STRICT = {Comparator.AT_LEAST: Comparator.GREATER, Comparator.AT_MOST: Comparator.LESS}

NUMBER = r"[+-]?(?:[0-9]{1,3}(?:[, ][0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|[+-]?\.[0-9]+"
LEAD = "(?:已|均|全部|实际|完成|实现|共计?|合计|累计|总计|保持在|维持在|稳定在|为)*"
EACH = "(?P<each>(?:每(?:(?!每)[\u4e00-\u9fff]){1,4}?)+|[人户亩年月日]均)?"
_DONE = (
    "(?:完成|完毕|响应|办结|办理|到达|到场|修复|解决|处理|处置|恢复|反馈|支付|到位|回复|答复|达标"
    "|合格|覆盖)*"
)
_HEAD = re.compile(
    f"{LEAD}(?P<word>[≥≤<>=]|{'|'.join(sorted(_WORDS, key=len, reverse=True))})?{EACH}"
    f"(?P<near>大?约|将?近|接近|大概|几乎)?(?P<percent>百分之)?(?P<number>{NUMBER})(?P<more>[余多])?"
)
_TAIL = re.compile(
    r"(?P<unit>[^()]*?)(?:\((?P<note>[^()]*)\))?(?P<near>左右|上下)?"
    "(?:(?P<up>[及或]?以上)|(?P<down>[及或]?以下|[及或]?以内|之?内|范围内?))?"
    f"{_DONE}[。.;,!]*"
)
_INCLUSION = re.compile(r"\((不?)包?含(?:本数)?\)")
_STORY = re.compile(STORY)
_LONGEST_UNIT = 8


def read_quantity(shown: str) -> Quantity | None:
    """The single figure that a normalised text is as a whole, else None."""
    inclusion = _INCLUSION.search(shown)
    shown = _INCLUSION.sub("", shown)
    head = _HEAD.match(shown)
    tail = read_tail(shown[head.end() :]) if head else None
    if head is None or tail is None:
        return None
    unit = tail.unit_of(Unit.parse("%") if head["percent"] else NONE, head["each"])
    if unit is None:
        return None
    strictly = inclusion is not None and bool(inclusion[1])
    return Quantity(
        figure(head["number"]),
        unit,
        _comparator(head["word"], tail.bound, strictly),
        approximate=bool(head["near"] or head["more"] or tail.near),
    )


@dataclass(frozen=True, slots=True)
class Tail:
    """What follows a figure: its unit as text, a note in brackets, a bound (以上), nearness."""

    unit: str
    note: str
    near: bool
    bound: Comparator | None

    def unit_of(self, before: Unit, each: str | None) -> Unit | None:
        """The unit, `before` and `each` (每亩) standing ahead of the figure; None if in doubt."""
        after = self._unit_after()
        if after is None or NONE not in {before, after}:
            return None
        unit = before if after == NONE else after
        return _unit_each(unit, each) if each else unit

    def _unit_after(self) -> Unit | None:
        if self.unit.endswith("/"):
            return Unit.find(self.unit + self.note)
        if any(sign.isdigit() for sign in self.note):
            return None
        if self.unit or not self.note:
            return Unit.find(self.unit)
        is_remark = _STORY.search(self.note) or len(self.note) > _LONGEST_UNIT
        return Unit.find(self.note) or (NONE if is_remark else Unit.parse(self.note))


def read_tail(rest: str) -> Tail | None:
    """What follows a figure, or None where the rest goes on in some other way."""
    found = _TAIL.fullmatch(rest)
    if found is None:
        return None
    down = Comparator.AT_MOST if found["down"] else None
    bound = Comparator.AT_LEAST if found["up"] else down
    return Tail(found["unit"], found["note"] or "", bool(found["near"]), bound)


def figure(written: str) -> Decimal:
    """The number as written within a quantity; UnreadableQuantity if it is absurdly long."""
    try:
        return read_number(written)
    except NotANumber as absurd:
        raise UnreadableQuantity(str(absurd)) from absurd


def _unit_each(unit: Unit, each: str) -> Unit | None:
    """The unit counted for each: 每亩 with 元 is 元/亩, 人均 as 每人, 每亩 alone as it is."""
    names = each.split("每")[1:] or [each[0]]
    if unit == NONE:
        return Unit.find("每" + "每".join(names))
    return Unit.find(f"{unit.text}/{'*'.join(names)}")


def _comparator(word: str | None, bound: Comparator | None, strictly: bool) -> Comparator | None:
    """The comparator that the word before and the bound behind the figure agree on."""
    named = _SIGNS.get(word) or _WORDS[word] if word else None
    if word is None or (word in _WEAK and bound):
        named = bound
    if named and bound and not any({named, bound} <= way for way in _WAYS):
        raise UnreadableQuantity(f"{word} against {bound}")
    return _STRICT.get(named, named) if named and strictly else named
