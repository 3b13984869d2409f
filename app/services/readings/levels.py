"""Level-1 and level-2 cells: the words that editions know, and cells that a page has broken."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.domain.text import normalise
from app.services import standards

_POINTS = re.compile(r"\(([0-9]+(?:\.[0-9]+)?)分?\)$")
_SUFFIX = "指标"


@dataclass(frozen=True, slots=True)
class Words:
    """The names of levels 1 and 2 in every edition, as forms print them."""

    level1: frozenset[str]
    level2: frozenset[str]

    def of(self, level: int) -> frozenset[str]:
        """The names of one level."""
        return self.level1 if level == 1 else self.level2


@lru_cache(maxsize=1)
def words() -> Words:
    """Every name of a level that an edition of a self-evaluation gives, long and short."""
    groups = [
        group
        for edition in standards.editions()
        if edition.kind == "self_evaluation"
        for group in edition.groups
    ]
    first = {name for group in groups for name in (group.level1, *group.aliases)}
    second = {name for group in groups for name in group.level2}
    return Words(_spellings(first), _spellings(second))


def _spellings(names: set[str]) -> frozenset[str]:
    short = {name.removesuffix(_SUFFIX) for name in names}
    return frozenset(names | short | {name + _SUFFIX for name in short})


def bare(text: str) -> tuple[str, str]:
    """A level's name and the points printed after it: 产出目标 (34分) is 产出目标 and 34."""
    shown = normalise(text).replace(" ", "")
    found = _POINTS.search(shown)
    return (shown[: found.start()], found[1]) if found else (shown, "")


def completes(begun: str, rest: str, level: int) -> bool:
    """Whether `rest` is the end of a level's name that a page break had cut after `begun`."""
    known = words().of(level)
    return bool(rest) and begun + rest in known and rest not in known and begun != begun + rest
