"""Rows of the funds block below their headings, and the funds that a head declares."""

from app.domain.forms import FundRow, FundSource
from app.domain.text import is_blank
from app.files.sources import Row
from app.services.readings.columns import Columns
from app.services.readings.found import Draft
from app.services.readings.labels import SIDES, fund_source, label_of, money_unit
from app.services.readings.spelling import tidy

_AMOUNTS = ("initial", "adjustment", "adjusted", "executed", "received")
_PRINTED = (*_AMOUNTS, "full", "rate", "points")


def read(draft: Draft, number: int, row: Row, columns: Columns) -> None:
    """One fund source with its amounts; a row without a figure is left unread."""
    cells: dict[str, str] = {}
    label, used = "", []
    for place, cell in enumerate(row.cells):
        text = tidy(cell.text)
        if not text or (cell.above and columns.role_of(cell) not in ("full", "points")):
            continue
        role = columns.role_of(cell)
        if role in _PRINTED:
            cells.setdefault(role, "" if cell.above else text)
            used.append(place)
        elif role in ("method", "reason"):
            draft.aside(f"/funds/{len(draft.funds)}/{role}", role, text, number)
            used.append(place)
        elif label_of(text) not in SIDES:
            label += text
            used.append(place)
        elif not label:
            label = text
    if all(is_blank(cells.get(role, "")) for role in _AMOUNTS):
        return
    draft.use(number, used)
    add(draft, number, label, cells)


def add(draft: Draft, number: int, label: str, cells: dict[str, str]) -> None:
    """A fund row by its label; the first one without a known label is the total."""
    source = fund_source(label)
    if not draft.funds and source not in set(FundSource):
        if label_of(label) and label_of(label) not in SIDES:
            draft.mark("/funds/0/source", number, f"首行“{label}”未写明是否合计，按所写名称列出。")
        else:
            source = FundSource.TOTAL.value
    known = [row.source for row in draft.funds]
    if source in known and source in set(FundSource):
        source = label_of(label) or source
    unit = money_unit(label) or draft.unit
    draft.funds.append(FundRow(source=source, unit=unit or "元", **cells))
    if source == FundSource.TOTAL:
        claim(draft, cells)


def claim(draft: Draft, cells: dict[str, str]) -> None:
    """What the total row prints of 预算执行, as claims to be compared."""
    for name, role in (("rate", "rate"), ("execution_points", "points")):
        text = cells.get(role, "")
        if not is_blank(text):
            draft.claimed[name] = text


def from_heads(draft: Draft) -> None:
    """The funds of a form that declares them as labels: 当年预算数, 预算执行数, 预算执行率."""
    budget, spent = draft.heads.get("budget", ""), draft.heads.get("spent", "")
    rate = draft.heads.get("spent_rate", "")
    if draft.funds or not (budget or spent or rate):
        return
    total = FundSource.TOTAL.value
    row = FundRow(source=total, adjusted=budget, executed=spent, unit=draft.unit or "元", rate=rate)
    draft.funds.append(row)
    claim(draft, {"rate": rate})
