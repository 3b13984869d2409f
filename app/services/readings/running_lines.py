"""Indicator rows in running text: cells, wrapped or not, from one pair of figures to the next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.domain.forms import IndicatorRow
from app.services.readings import wrapped
from app.services.readings.found import Draft, with_cells
from app.services.readings.running_levels import RunningLevels
from app.services.readings.spelling import tidy
from app.services.readings.streams import is_figure

_FIGURES = ("full", "points")
_KEPT = ("name", "target", "actual", "code", *_FIGURES)
_ENDS = ("。", "；")
_SIGN_APART = re.compile("([≥≤<>=＝＞＜])\\s+(?=[0-9])")
_PAGE_NUMBER = re.compile(
    "[-—–\\s]*(?:第\\s*)?[0-9]+\\s*(?:页)?(?:\\s*[/,，共]\\s*[0-9]+\\s*页?)?[-—–\\s]*"
)


@dataclass(slots=True)
class Record:
    """The lines of one row: those before the line of its figures, and that line."""

    before: list[int]
    line: int
    words: list[str]  # of the line, before its figures
    figures: list[str]
    reason: list[str] = field(default_factory=list)


class RunningLines:
    """The indicator rows of a form in running text."""

    def __init__(self, draft: Draft, roles: Sequence[str], texts: Sequence[str]) -> None:
        self._draft = draft
        self._texts = texts
        self._has_reason = "reason" in roles
        self._levels = [role for role in ("level1", "level2") if role in roles]
        cells = [role for role in roles if not role.startswith("level") and role != "aside"]
        cells = [role for role in cells if role not in ("reason", "name", "note")]
        tail = len(cells)
        while tail and cells[tail - 1] in _FIGURES:
            tail -= 1
        self._body = ["name", *cells[:tail]]
        self._tail = cells[tail:]

    def read(self, places: range) -> None:
        """Read the lines of the block; what fits nowhere is left unread."""
        records, left = self._records(places)
        levels, breadth = RunningLevels(self._texts), wrapped.Breadth()
        breadth.see(*(row.words[0] for row in records if len(row.words) == len(self._body)))
        pages = self._next_pages(records, left)
        for record, following in zip(records, pages, strict=True):
            begin = self._reason_before(record.before)
            fresh = self._draft.rows[(*record.before, record.line)[0]].new_page
            taken = begin + levels.take(record.before[begin:], following, fresh=fresh)
            self._complete(levels)
            self._use(record.before[:taken])
            self._row(record, record.before[taken:], levels, breadth)
        self._use(left[: levels.finish(left)])
        self._complete(levels)

    def _next_pages(self, records: Sequence[Record], left: list[int]) -> list[list[int]]:
        """For each row the lines with which the page after it goes on before its first row."""
        ahead = left if self._begins_page(left) else []
        found = []
        for record in reversed(records):
            found.append(ahead)
            ahead = record.before if self._begins_page(record.before) else ahead
        return found[::-1]

    def _begins_page(self, lines: Sequence[int]) -> bool:
        return bool(lines) and self._draft.rows[lines[0]].new_page

    def _use(self, places: Sequence[int]) -> None:
        for place in places:
            self._draft.use(place)

    def _reason_before(self, places: list[int]) -> int:
        """How many lines before a level's name go on with the reason of the row above."""
        lines = self._draft.lines
        if not (lines and lines[-1].reason):
            return 0
        for begin in range(1, len(places)):
            if RunningLevels(self._texts).take(places[begin:], []):
                self._reason_of(places[:begin])
                return begin
        return 0

    def _complete(self, levels: RunningLevels) -> None:
        """Give rows the whole name of a level that a page break had cut."""
        lines = self._draft.lines
        for level, begun, whole in levels.completed:
            place, role = len(lines) - 1, f"level{level}"
            while place >= 0 and getattr(lines[place], role) == begun:
                lines[place] = with_cells(lines[place], {role: whole})
                place -= 1
        levels.completed.clear()

    def _records(self, places: range) -> tuple[list[Record], list[int]]:
        """The rows, each ending with the line of its figures; and the lines after the last."""
        records: list[Record] = []
        before: list[int] = []
        for place in places:
            if self._is_page_number(place):
                continue
            found = self._ended(_SIGN_APART.sub(r"\1", self._texts[place]).split())
            if found is None:
                before.append(place)
                continue
            head, figures, reason = found
            records.append(Record(before, place, head, figures, reason))
            before = []
        return records, before

    def _ended(self, words: list[str]) -> tuple[list[str], list[str], list[str]] | None:
        """The line's cells, figures and reason, where the figures of a row stand in it."""
        many = len(self._tail)
        if not many:
            fits = len(words) >= len(self._body)
            return (words, [], []) if fits else None
        ends = range(len(words), many - 1, -1) if self._has_reason else [len(words)]
        for end in ends:
            figures = words[end - many : end]
            if len(figures) == many and all(map(is_figure, figures)):
                reason = words[end:]
                if not any(map(is_figure, reason)):
                    return words[: end - many], figures, reason
        return None

    def _is_page_number(self, place: int) -> bool:
        row = self._draft.rows[place]
        ends = place + 1 < len(self._draft.rows) and self._draft.rows[place + 1].new_page
        return (row.new_page or ends) and _PAGE_NUMBER.fullmatch(self._texts[place]) is not None

    def _reason_of(self, places: Sequence[int]) -> None:
        """Add lines to the reason of the last row."""
        lines = self._draft.lines
        more = tidy(lines[-1].reason, *(self._texts[place] for place in places))
        lines[-1] = replace(lines[-1], reason=more)
        self._use(places)

    def _row(
        self, record: Record, rest: list[int], levels: RunningLevels, breadth: wrapped.Breadth
    ) -> None:
        index = len(self._draft.lines)
        rest = self._own(record, rest)
        lines = [self._texts[place] for place in rest]
        gaps = [self._draft.rows[place].gap for place in (*rest, record.line)][1:]
        cells, doubt = wrapped.parted(lines, record.words, self._body, gaps, breadth)
        if doubt:
            self._draft.mark(f"/indicators/{index}", record.line, doubt)
        cells |= dict(zip(self._tail, record.figures, strict=True))
        self._use((*rest, record.line))
        known = {role: text for role, text in cells.items() if role in _KEPT}
        reason = tidy(" ".join(record.reason))
        for role in self._levels:
            if not getattr(levels, role):
                because = "该行的一级或二级指标没有读出来，请对照原表。"
                self._draft.mark(f"/indicators/{index}/{role}", record.line, because)
        known |= {"level1": levels.level1, "level2": levels.level2, "reason": reason}
        row = with_cells(IndicatorRow(), known)
        self._draft.lines.append(row)
        for role in cells.keys() - known.keys():
            self._draft.aside(f"/indicators/{index}/{role}", role, cells[role], record.line)

    def _own(self, record: Record, rest: list[int]) -> list[int]:
        """The lines that are the row's own: before them may stand the rest of a reason."""
        lines = self._draft.lines
        whole = len(record.words) >= len(self._body)
        if not (lines and lines[-1].reason and rest and whole):
            return rest
        if lines[-1].reason.endswith(_ENDS):
            return rest
        ends = [n for n, place in enumerate(rest) if self._texts[place].endswith(_ENDS)]
        cut = ends[0] + 1 if ends else len(rest)
        because = "换行的原因与下一行的指标名称相连，请核对。"
        self._draft.mark(f"/indicators/{len(lines) - 1}/reason", rest[0], because)
        self._reason_of(rest[:cut])
        return rest[cut:]
