"""Units of measure (计量单位): which are of one kind, and how a value passes between them."""

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache

from app.domain.numbers import EXACT
from app.domain.text import normalise
from app.domain.unit_names import CLASSIFIERS, KINDS, POWERS, STORY

_ONE = Decimal(1)
_MAGNITUDE = re.compile(r"([十百千万]?亿|[十百千]?万|[十百千])(.*)")
_TIMES = re.compile(r"[*·×.]")
_GE_MULTIPLE = re.compile("个[百千万亿]*[万亿]")
_EACH = re.compile("每个?")
_NO_BRACKETS = str.maketrans("", "", "()")
_CLASSIFIED = re.compile(f"({CLASSIFIERS})([\u4e00-\u9fff]{{1,6}})")
_STORY = re.compile(STORY)
# Kinds whose names may follow the measure word 个: 个小时, 个工作日, 个月, 个百分点.
_AFTER_GE = frozenset({"duration", "workday", "months", "percentage_point"})
# Longer texts are no unit; they are read, but not kept.
_CACHED = 60
# A quotient that does not end within this many digits repeats; it is kept to a readable length.
_ENDLESS = 60
_READABLE = Context(prec=28)


class IncompatibleUnits(ValueError):
    """Two units of different kinds, between which no value can pass."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, its kind ("money/亩" counts per 亩), and its size in the kind's base."""

    text: str
    kind: str
    factor: Decimal

    @classmethod
    def parse(cls, text: str | None) -> "Unit":
        """The unit that the text names; an unknown text is a kind of its own, never an error."""
        return _named(text or "")[0]

    @classmethod
    def find(cls, text: str) -> "Unit | None":
        """The unit that the text names, or None where no unit of that name is known."""
        unit, known = _named(text)
        return unit if known else None


NONE = Unit("", "", _ONE)


def compatible(first: Unit, second: Unit) -> bool:
    """Whether values in the two units can be compared; a missing unit goes with any other."""
    if first.kind == second.kind:
        return True
    if first.kind and second.kind:
        return _unstated(first, second) or _unstated(second, first)
    bare, other = (second, first) if first.kind else (first, second)
    return _ONE in {bare.factor, other.factor} or _is_multiple(other)


def convert(value: Decimal, source: Unit, to: Unit) -> Decimal:
    """The value in the other unit; as written where one side names none; or IncompatibleUnits."""
    if not compatible(source, to):
        raise IncompatibleUnits(f"{source.text!r} and {to.text!r} are of different kinds")
    if source.factor == to.factor or _as_written(source, to):
        return value
    quotient = EXACT.divide(EXACT.multiply(value, source.factor), to.factor)
    endless = len(quotient.as_tuple().digits) > _ENDLESS
    return _READABLE.plus(quotient) if endless else quotient


def _as_written(source: Unit, to: Unit) -> bool:
    """Whether one side does not name what it counts, so that only the written figures compare."""
    nameless = {unit.factor for unit in (source, to) if not unit.kind.partition("/")[0]}
    return source.kind != to.kind and nameless == {_ONE}


def _unstated(bare: Unit, other: Unit) -> bool:
    """Whether 每亩 meets 元/亩: the same count below, and nothing named above."""
    return bare.kind.startswith("/") and other.kind.endswith(bare.kind)


def _is_multiple(unit: Unit) -> bool:
    return unit.text not in KINDS and _MAGNITUDE.match(unit.text) is not None


def _named(text: str) -> tuple[Unit, bool]:
    return _parse(text) if len(text) <= _CACHED else _read(text)


def _read(text: str) -> tuple[Unit, bool]:
    """The unit, and whether each of its parts is a known name."""
    shown = _unwrapped(normalise(text))
    if shown in KINDS:
        return Unit(shown, *KINDS[shown]), True
    above, *below = [_Part.read(part) for part in _parts(shown)]
    factor = above.size * above.power
    for part in below:
        factor = EXACT.divide(factor, part.power)
    kind = above.kind + ("/" + "*".join(sorted(part.label for part in below)) if below else "")
    if not kind and factor == _ONE:
        return NONE, not shown
    return Unit(shown, kind, factor), all(part.known for part in (above, *below))


_parse = lru_cache(maxsize=4096)(_read)


def _unwrapped(shown: str) -> str:
    return shown[1:-1] if shown.startswith("(") and shown.endswith(")") else shown


def _parts(shown: str) -> list[str]:
    """What is counted, then each thing that it is counted per: 元/人*月 is 元, 人, 月."""
    above, *below = _EACH.sub("/", shown.translate(_NO_BRACKETS)).split("/")
    counted = [name for part in below for name in _TIMES.split(part) if name]
    return [_TIMES.sub("", above), *counted]


@dataclass(frozen=True, slots=True)
class _Part:
    """One name within a unit: its kind, its size in the base, its multiple (万), whether known."""

    kind: str
    size: Decimal
    power: Decimal
    known: bool

    @property
    def label(self) -> str:
        return self.kind if self.size == _ONE else f"{self.kind}×{self.size}"

    @classmethod
    def read(cls, name: str) -> "_Part":
        name = name[1:] if _GE_MULTIPLE.match(name) else name
        found = _kind_of(name)
        if found is not None:
            return cls(*found, _ONE, True)
        multiple = _MAGNITUDE.fullmatch(name)
        if multiple is not None:
            rest = _kind_of(multiple[2])
            if rest is not None or multiple[1][-1] in "万亿":
                kind, size = rest or (multiple[2], _ONE)
                return cls(kind, size, POWERS[multiple[1]], rest is not None)
        return cls(name, _ONE, _ONE, False)


def _kind_of(name: str) -> tuple[str, Decimal] | None:
    """The kind and size of a name that is known without a multiple; nothing named is a kind too."""
    if not name:
        return "", _ONE
    return KINDS.get(name) or KINDS.get(name.lower()) or _counted(name)


def _counted(name: str) -> tuple[str, Decimal] | None:
    """个月 is 月, and 家医疗机构 is 家: what a measure word adds or leads."""
    if name.startswith("个") and KINDS.get(name[1:], ("", _ONE))[0] in _AFTER_GE:
        return KINDS[name[1:]]
    classified = _CLASSIFIED.fullmatch(name)
    if classified is None or _STORY.search(classified[2]):
        return None
    return KINDS[classified[1]]
