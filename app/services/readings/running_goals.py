"""预期目标 and 实际完成情况 side by side on the page, one after the other in its text."""

import re
from collections.abc import Sequence

from app.services.readings.found import Draft
from app.services.readings.labels import GOAL_COLUMNS, column
from app.services.readings.spelling import joined, width

_END = re.compile("[。；;！!]$")
_FIRST = re.compile("(?:1|一|[(（]1[)）]|[(（]一[)）]|①)[.、．:：)）]?(?![0-9])")
# A line that is wider than the usual one by more than 7 to 5 holds two columns.
_TWO_COLUMNS = (7, 5)


def is_goal_heading(text: str) -> bool:
    """Whether a line is 预期目标 and 实际完成情况 side by side."""
    roles = [column(word, GOAL_COLUMNS) for word in text.split()]
    return "expected" in roles and "achieved" in roles and len(roles) <= 3


class GoalColumns:
    """Tells the two texts apart by what begins anew: numbering, or the year that was evaluated."""

    def __init__(self, draft: Draft, places: range, texts: Sequence[str]) -> None:
        self._draft = draft
        self._places = places
        self._lines = [texts[place] for place in places]
        year = draft.heads.get("fiscal_year", "")
        self._year = re.compile(f"{year}年(?!度?预算|度?计划)") if year else None

    def read(self) -> None:
        """Put both texts into the draft; where they cannot be told apart, say so."""
        if not self._lines:
            self._put([], [])
            return
        wide = self._wide()
        if wide is not None:
            expected, achieved, sure = wide
        else:
            start, sure = self._boundary()
            expected, achieved = self._lines[:start], self._lines[start:]
        if not achieved:
            self._draft.mark("/achieved", self._places[0], "预期目标与实际完成情况分不开，未取用。")
            return
        if not sure:
            self._draft.mark(
                "/achieved", self._places[0], "预期目标与实际完成情况按段落分开，请核对。"
            )
        self._put(expected, achieved)

    def _put(self, expected: Sequence[str], achieved: Sequence[str]) -> None:
        self._draft.goals["expected"] = [joined(*expected)]
        self._draft.goals["achieved"] = [joined(*achieved)]

    def _wide(self) -> tuple[list[str], list[str], bool] | None:
        """The texts where a line goes right across both columns, beginning with the first."""
        widths = [width(line) for line in self._lines]
        usual = sorted(widths)[len(widths) // 2] if len(widths) > 2 else max(min(widths), 1)
        expected: list[str] = []
        achieved: list[str] = []
        for place, line in enumerate(self._lines):
            part = (
                self._parted(line)
                if widths[place] * _TWO_COLUMNS[1] > usual * _TWO_COLUMNS[0]
                else None
            )
            if part is None:
                if not expected:
                    return None
                achieved.append(line)
            elif place == len(expected):
                expected.append(part[0])
                achieved.append(part[1])
            else:
                return None
        return (expected, achieved, False) if expected else None

    def _parted(self, line: str) -> tuple[str, str] | None:
        """A line of two columns at the blank where the right one begins, by the year or alone."""
        blanks = [found.start() for found in re.finditer(" ", line)]
        parts = [(line[:blank], line[blank + 1 :]) for blank in blanks]
        dated = [part for part in parts if self._is_fresh(part[1])]
        chosen = dated or parts
        return chosen[0] if len(chosen) == 1 or dated else None

    def _boundary(self) -> tuple[int, bool]:
        """The line with which the second text begins, and whether that is beyond doubt."""
        lines = self._lines
        fresh = [
            place
            for place in range(1, len(lines))
            if _END.search(lines[place - 1]) or self._is_short(place - 1)
        ]
        numbered = [place for place in fresh if _FIRST.match(lines[place])]
        if _FIRST.match(lines[0]) and len(numbered) == 1:
            return numbered[0], True
        dated = [place for place in fresh if self._is_fresh(lines[place])]
        if dated:
            return dated[0], len(dated) == 1
        if len(numbered) == 1:
            return numbered[0], False
        if len(fresh) == 1:
            return fresh[0], False
        return (1, False) if len(lines) == 2 else (len(lines), False)

    def _is_short(self, place: int) -> bool:
        """Whether a line ends well before the edge of its column, as the last of a text does."""
        return width(self._lines[place]) < max(map(width, self._lines)) * 3 // 4

    def _is_fresh(self, text: str) -> bool:
        numbering = _FIRST.match(text)
        bare = text[numbering.end() :] if numbering and not text.startswith(self._start()) else text
        return self._year is not None and self._year.match(bare) is not None

    def _start(self) -> str:
        return self._draft.heads.get("fiscal_year", "") or "\0"
