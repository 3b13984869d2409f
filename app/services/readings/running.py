"""A form as running text, the way a PDF's text layer gives it: cells one after another.

Nothing but the order of the words, blanks between cells and the words of headings tell what a
line is, and a cell that was wrapped stands on several lines.
"""

from app.domain.text import is_blank, normalise
from app.files.sources import Row
from app.services.readings import table_funds, table_heads
from app.services.readings.columns import FUNDS, LINES
from app.services.readings.found import Draft
from app.services.readings.labels import (
    FUND_COLUMNS,
    HEADS,
    LINE_COLUMNS,
    SIDES,
    TOTALS,
    label_of,
    money_unit,
    year_in,
)
from app.services.readings.running_goals import GoalColumns, is_goal_heading
from app.services.readings.running_lines import RunningLines
from app.services.readings.spelling import tidy
from app.services.readings.splitting import title_of
from app.services.readings.streams import headings_at, is_figure, phrase_at

# A name is no longer; what goes on beyond it is something else.
_LONGEST_VALUE = 180
# As many headings must follow one another to be those of a block.
_FEWEST = {FUNDS: 3, LINES: 4}


class RunningReader:
    """Goes down the lines of one form, block by block."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._texts = [_text(row) for row in draft.rows]
        self._at = 0
        self._role = ""  # of the label whose value may go on in the next line

    def read(self) -> None:
        """Read every line into the draft."""
        while self._at < len(self._texts):
            if not (self._funds() or self._goals() or self._lines()):
                self._head()

    def _take(self, end: int) -> None:
        for number in range(self._at, end):
            self._draft.use(number)
        self._at = end

    def _head(self) -> None:
        """A line outside every block: a title, a year, labels with values, or one's rest."""
        number, text = self._at, self._texts[self._at]
        self._at += 1
        side = phrase_at(self._texts, number, SIDES)
        if side:
            self._draft.unit = self._draft.unit or money_unit("".join(self._texts[number:side]))
            self._at, self._role = number, ""
            self._take(side)
        elif title_of(self._draft.rows[number]):
            self._draft.use(number)
        elif money_unit(text) and not label_of(text):
            self._draft.unit = self._draft.unit or money_unit(text)
            self._draft.use(number)
        elif year_in(text) and len(normalise(text)) <= 12:
            self._draft.heads.setdefault("fiscal_year", year_in(text))
            self._draft.use(number)
        elif not self._labels(number, text) and self._goes_on():
            whole = tidy(self._draft.heads.get(self._role, ""), text)
            self._draft.heads[self._role] = whole
            self._draft.use(number)

    def _goes_on(self) -> bool:
        """Whether the value of the label before may go on here."""
        value = self._draft.heads.get(self._role, "")
        return bool(self._role) and not self._draft.funds and len(value) < _LONGEST_VALUE

    def _labels(self, number: int, text: str) -> bool:
        """Labels and values of a line; blanks part them, a blank within a value belongs to it."""
        found: list[tuple[str, str, list[str]]] = []
        for word in text.replace("：", "： ").split():
            role = HEADS.get(label_of(word), "total" if label_of(word) in TOTALS else "")
            if role and not (found and found[-1][0] == role):
                found.append((role, word, []))
            elif found:
                found[-1][2].append(word)
            else:
                return False
        for role, label, values in found:
            table_heads.note(self._draft, role, label, " ".join(values), number)
        self._role = found[-1][0] if found and found[-1][0] in ("project", "unit") else ""
        self._draft.use(number)
        return True

    def _funds(self) -> bool:
        end, roles = headings_at(self._texts, self._at, FUND_COLUMNS, _FEWEST[FUNDS])
        if not end or self._draft.funds:
            return False
        self._draft.unit = self._draft.unit or money_unit("".join(self._texts[self._at : end]))
        self._take(end)
        roles = [role for role in roles if role != "aside"]
        begun = self._at
        while self._at < len(self._texts) and not self._next_block():
            words = self._texts[self._at].split()
            figures = words[-len(roles) :]
            self._at += 1
            if len(figures) == len(roles) and all(map(is_figure, figures)):
                label = tidy(*self._texts[begun : self._at - 1], " ".join(words[: -len(roles)]))
                cells = dict(zip(roles, figures, strict=True))
                table_funds.add(self._draft, begun, label, cells)
                end, self._at = self._at, begun
                self._take(end)
                begun = end
        return True

    def _next_block(self) -> bool:
        texts, at = self._texts, self._at
        if phrase_at(texts, at, SIDES) or is_goal_heading(texts[at]):
            return True
        return headings_at(texts, at, LINE_COLUMNS, _FEWEST[LINES])[0] > 0

    def _goals(self) -> bool:
        if not is_goal_heading(self._texts[self._at]) or self._draft.goals:
            return False
        self._take(self._at + 1)
        begun = self._at
        while self._at < len(self._texts):
            side = phrase_at(self._texts, self._at, SIDES)
            if side or headings_at(self._texts, self._at, LINE_COLUMNS, _FEWEST[LINES])[0]:
                break
            self._at += 1
        GoalColumns(self._draft, range(begun, self._at), self._texts).read()
        end, self._at = self._at, begun
        if "achieved" in self._draft.goals:
            self._take(end)
        self._at = end
        return True

    def _lines(self) -> bool:
        end, roles = headings_at(self._texts, self._at, LINE_COLUMNS, _FEWEST[LINES])
        if not end or self._draft.lines:
            return False
        self._take(end)
        while self._at < len(self._texts) and not self._is_total(self._texts[self._at]):
            self._at += 1
        RunningLines(self._draft, roles, self._texts).read(range(end, self._at))
        if self._at < len(self._texts):
            self._total(self._texts[self._at])
        return True

    @staticmethod
    def _is_total(text: str) -> bool:
        words = text.split()
        return label_of(words[0]) in TOTALS and all(map(is_figure, words[1:]))

    def _total(self, text: str) -> None:
        figures = [word for word in text.split()[1:] if not is_blank(word)]
        if len(figures) == 2:
            self._draft.claimed["full"] = figures[0]
        if len(figures) in (1, 2):
            self._draft.claimed["total"] = figures[-1]
            self._take(self._at + 1)
        else:
            self._at += 1


def _text(row: Row) -> str:
    return " ".join(cell.text.strip() for cell in row.cells if cell.text.strip())
