"""CSV as a spreadsheet opens it: UTF-8 with its mark, and no cell that would run as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

MEDIA_TYPE = "text/csv; charset=utf-8"
# Without the mark a spreadsheet takes UTF-8 for the machine's own code page.
MARK = "\ufeff"
# What makes a spreadsheet calculate; it takes the full-width signs for the others.
STARTERS = tuple("=+-@\t\r\n＝＋－＠")
NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?", re.ASCII)


class _Sheet:
    """What the writer writes to: each row handed on as it comes."""

    def write(self, text: str) -> str:
        """The row itself."""
        return text


def lines(rows: Iterable[Sequence[str]], *, marked: bool = True) -> Iterator[str]:
    """The rows as lines of a file, the mark before the first; more of the same file have none."""
    writer = csv.writer(_Sheet())
    if marked:
        yield MARK
    for row in rows:
        yield writer.writerow([guarded(cell) for cell in row])


def guarded(cell: str) -> str:
    """The cell, an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if _runs(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(STARTERS) else cell


def _runs(cell: str) -> bool:
    # Text that only looks guarded is guarded too, or it would come back without its apostrophe.
    return cell.lstrip("'").startswith(STARTERS) and not NUMBER.fullmatch(cell)
