"""A document as plain rows: what stands in it, line by line and cell by cell, and where."""

from dataclasses import dataclass

# More rows than a thousand forms have are no document of forms.
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with its text as written, line ends included.

    It reaches from `left` to just before `right`, in columns or, on a page, in points. `above`
    marks the part of a cell that began in a row above and repeats its text.
    """

    text: str
    left: int = 0
    right: int = 1
    above: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table or a line of text.

    `line` counts as the source does (lines of a text, rows of a sheet, else from the top), `place`
    names its page or sheet. Columns are comparable within one `table`; 0 is running text.
    `gap` is the number of blank lines before it, `new_page` whether a page begins with it.
    """

    line: int
    cells: tuple[Cell, ...]
    place: str = ""
    table: int = 0
    gap: int = 0
    new_page: bool = False

    @property
    def text(self) -> str:
        """What the row says, cell after cell."""
        return "  ".join(cell.text for cell in self.cells if cell.text.strip() and not cell.above)
