"""Names of levels in running text: printed downwards in pieces, and cut by the end of a page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.text import normalise
from app.services.readings import levels

_POINTS = re.compile(r"\([0-9]+(?:\.[0-9]+)?分?\)")
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Cut:
    """A name that a page break has cut: what stands before it, and what has to follow."""

    level: int
    begun: str
    rest: str
    lines: int


class RunningLevels:
    """The level-1 and level-2 names that hold at each row, as they come by."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [normalise(text).replace(" ", "") for text in texts]
        self.level1 = self.level2 = ""
        self._cuts: list[Cut] = []
        # Names completed after a page break: level, what the rows before it have, the whole.
        self.completed: list[tuple[int, str, str]] = []

    def take(self, before: Sequence[int], following: Sequence[int]) -> int:
        """How many of the lines before a row's own are names of levels; they hold from here on."""
        texts = [self._texts[place] for place in before]
        ahead = [self._texts[place] for place in following]
        at = self._finished(texts)
        for level in self._order(texts[at:]):
            name, lines = _whole(texts[at:], level)
            if name:
                self._set(level, name)
                at += lines
        for cut in _cuts(texts[at:], ahead, 1 if at == 0 else 2):
            self._set(cut.level, cut.begun)
            self._cuts.append(cut)
            at += cut.lines
        return at

    def finish(self, left: Sequence[int]) -> int:
        """How many lines after the last row complete names that a page break had cut."""
        return self._finished([self._texts[place] for place in left])

    def _set(self, level: int, name: str) -> None:
        if level == 1:
            self.level1, self.level2 = name, ""
        else:
            self.level2 = name

    def _finished(self, texts: Sequence[str]) -> int:
        at = 0
        for cut in self._cuts:
            lines = _consumed(texts[at:], cut.rest)
            if lines:
                whole = cut.begun + cut.rest
                self.completed.append((cut.level, cut.begun, whole))
                if cut.level == 1:
                    self.level1 = whole
                else:
                    self.level2 = whole
                at += lines
        self._cuts = []
        return at

    def _order(self, texts: Sequence[str]) -> tuple[int, ...]:
        """The levels that the lines name: a word of both levels is the one that fits here."""
        first, lines = _whole(texts, 1)
        if not first:
            return (2,)
        either = first in levels.words().level2
        alone = not _whole(texts[lines:], 2)[0] and not _begins(texts[lines:])
        return (2,) if either and alone and self.level1 else (1, 2)


def _begins(texts: Sequence[str]) -> bool:
    """Whether the next lines could be the beginning of a level-2 name."""
    return bool(texts) and any(
        word.startswith(texts[0]) and len(texts[0]) < len(word) for word in levels.words().level2
    )


def _whole(texts: Sequence[str], level: int) -> tuple[str, int]:
    """The longest name of a level that the first lines make, and how many lines that is."""
    known = levels.words().of(level)
    whole, found = "", ("", 0)
    for count, text in enumerate(texts[:_MOST_LINES], 1):
        whole += text
        name = _POINTS.sub("", whole)
        if name in known:
            found = (name, count)
        elif not any(word.startswith(name.split("(")[0]) for word in known):
            break
    return found


def _consumed(texts: Sequence[str], wanted: str) -> int:
    """How many lines make the wanted text exactly, 0 when they do not."""
    whole = ""
    for count, text in enumerate(texts[:_MOST_LINES], 1):
        whole += text
        if whole == wanted:
            return count
        if not wanted.startswith(whole):
            break
    return 0


def _cuts(texts: Sequence[str], ahead: Sequence[str], first: int) -> list[Cut]:
    """Names begun in the first lines that the lines after the row complete, level 1 first."""
    for level in range(first, 3):
        for cut in _begun(texts, level):
            done = _consumed(ahead, cut.rest)
            if done:
                more = _cuts(texts[cut.lines :], ahead[done:], level + 1)
                return [cut, *more]
    return []


def _begun(texts: Sequence[str], level: int) -> Iterator[Cut]:
    """Every way to read the first lines as the beginning of a level's name, the longest first."""
    wholes = ["".join(texts[:count]) for count in range(1, min(len(texts), _MOST_LINES) + 1)]
    for count in range(len(wholes), 0, -1):
        begun = wholes[count - 1]
        for word in sorted(levels.words().of(level), key=len, reverse=True):
            if word.startswith(begun) and word != begun:
                yield Cut(level, begun, word.removeprefix(begun), count)
