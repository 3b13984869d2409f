"""What a check yields, and the words that all checks share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.domain.findings import Severity
from app.domain.forms import FundSource
from app.domain.numbers import Mode, NotANumber, Rounding, read_number
from app.domain.sheet import Sheet
from app.domain.standards import CheckRule


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding before its code; `severity` only where it differs from the edition's."""

    path: str
    message: str
    expected: str = ""
    given: str = ""
    severity: Severity | None = None


CheckFunction = Callable[[Sheet, CheckRule], Iterator[Remark]]

# A message is read at a glance beside its cell: 60 characters hold it, so quotations are short.
_LONGEST_NAME = 16
_LONGEST_QUOTE = 12


def row_label(sheet: Sheet, index: int) -> str:
    """How a message names an indicator row: 第3行“…”."""
    return f"第{index + 1}行“{_short(sheet.lines[index].row.name, _LONGEST_NAME)}”"


def quoted(text: str) -> str:
    """What a cell holds, in quotation marks, cut where it is long."""
    return f"“{_short(text, _LONGEST_QUOTE)}”"


def total_path(sheet: Sheet, column: str) -> str:
    """The cell of 年度资金总额 in a column; the whole block when the form prints no such row."""
    sources = [fund.row.source for fund in sheet.funds]
    if FundSource.TOTAL not in sources:
        return "/funds"
    return f"/funds/{sources.index(FundSource.TOTAL)}/{column}"


def _short(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def read_printed(text: str) -> Decimal | None:
    """A printed figure, with or without % or 分; None when it is no number."""
    try:
        return read_number(text.strip().rstrip("%％分"))
    except NotANumber:
        return None


def agrees(printed: Decimal, exact: Decimal, rounding: Rounding) -> bool:
    """Whether a printed figure is the exact one rounded as the edition rounds.

    A figure printed with fewer decimals is held to half its own last digit.
    """
    exponent = printed.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    places = min(rounding.places, decimals)
    return Rounding(places, rounding.mode).apply(exact) == printed


def exactly(places: int) -> Rounding:
    """Half-up rounding to a number of places."""
    return Rounding(places, Mode.HALF_UP)
