"""Which blocks of the form page an htmx answer carries: what is computed, never what is typed."""

from collections.abc import Callable, Collection, Iterator

from app.domain.forms import FundSource
from app.views.page import Block
from app.views.rows import FundView, LineView
from app.views.sheets import FormPage

FUNDS = "self_evaluations/funds.html"
INDICATORS = "self_evaluations/indicators.html"
SUMMARY = "self_evaluations/summary.html"
ACTIONS = "self_evaluations/actions.html"
SEND = "self_evaluations/send.html"

# After anything was saved, by the page that shows it: the panel, the totals, the time.
SAVED = {
    "form": (
        Block(SUMMARY, "summary"),
        Block(ACTIONS, "saved"),
        Block(ACTIONS, "undo"),
        Block(INDICATORS, "total"),
        Block(INDICATORS, "grade"),
    ),
    "check": (Block(SUMMARY, "summary"),),
}
# What the page may do next, naming the version that it would do it to.
NEXT = {"form": (Block(ACTIONS, "version"),), "check": (Block(SEND, "send"),)}


def of_cells(names: Collection[str]) -> Callable[[FormPage], Iterator[Block]]:
    """What hangs on cells by their names: versions, notes and points of their rows, and sums."""
    rows = {tuple(name.split(".")[:2]) for name in names}

    def parts(page: FormPage) -> Iterator[Block]:
        groups = set()
        for line in page.lines:
            if ("lines", str(line.id)) in rows:
                groups.add(line.group)
                yield from _of_line(line)
        for group in sorted(groups):
            yield Block(INDICATORS, "subtotal", {"subtotal": page.subtotals[group]})
        if any(row[0] == "funds" for row in rows):
            for fund in page.funds:
                yield from _of_fund(fund, typed=("funds", fund.source) in rows)
        if ("achieved",) in rows:
            yield Block(FUNDS, "goal_version")
            yield Block(FUNDS, "achieved_note")

    return parts


def _of_line(line: LineView) -> Iterator[Block]:
    names = ["line_version", "actual_note", "points", "reason_note"]
    for name in [*names, *(["judged_note"] if line.judged else [])]:
        yield Block(INDICATORS, name, {"line": line})


def _of_fund(fund: FundView, *, typed: bool) -> Iterator[Block]:
    """The version and the notes of a source that was written, its rate, the whole total row."""
    if typed:
        yield Block(FUNDS, "fund_version", {"fund": fund})
        for amount in fund.amounts:
            yield Block(FUNDS, "amount_note", {"amount": amount})
    elif fund.source == FundSource.TOTAL:
        for amount in fund.amounts:
            yield Block(FUNDS, "amount", {"amount": amount})
        yield Block(FUNDS, "fund_points", {"fund": fund})
    yield Block(FUNDS, "fund_rate", {"fund": fund})


def of_answer(_: FormPage) -> Iterator[Block]:
    """The panel with the question, the answer as typed and what is wrong with it."""
    yield Block(SUMMARY, "summary")


def of_nothing(_: FormPage) -> Iterator[Block]:
    """Nothing beyond what every saving shows."""
    yield from ()
