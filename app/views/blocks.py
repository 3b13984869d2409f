"""Which blocks of the form page an htmx answer carries: what is computed, never what is typed."""

from collections.abc import Callable, Iterator

from app.domain.forms import FundSource
from app.views.page import Block
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
        Block(INDICATORS, "total"),
        Block(INDICATORS, "grade"),
    ),
    "check": (Block(SUMMARY, "summary"),),
}
# What the page may do next, naming the version that it would do it to.
NEXT = {"form": (Block(ACTIONS, "version"),), "check": (Block(SEND, "send"),)}


def of_line(line_id: int) -> Callable[[FormPage], Iterator[Block]]:
    """The version, the notes and the points of one row, and the subtotal of its group."""

    def parts(page: FormPage) -> Iterator[Block]:
        line = next(line for line in page.lines if line.id == line_id)
        names = ["line_version", "actual_note", "points", "reason_note"]
        if line.judged:
            names.append("judged_note")
        for name in names:
            yield Block(INDICATORS, name, {"line": line})
        yield Block(INDICATORS, "subtotal", {"subtotal": page.subtotals[line.group]})

    return parts


def of_fund(source: str) -> Callable[[FormPage], Iterator[Block]]:
    """The version and the notes of one source, its rate, and the whole total row."""

    def parts(page: FormPage) -> Iterator[Block]:
        for fund in page.funds:
            if fund.source == source:
                yield Block(FUNDS, "fund_version", {"fund": fund})
                for amount in fund.amounts:
                    yield Block(FUNDS, "amount_note", {"amount": amount})
            elif fund.source == FundSource.TOTAL:
                for amount in fund.amounts:
                    yield Block(FUNDS, "amount", {"amount": amount})
                yield Block(FUNDS, "fund_points", {"fund": fund})
            yield Block(FUNDS, "fund_rate", {"fund": fund})

    return parts


def of_goal(_: FormPage) -> Iterator[Block]:
    """The goal's version and the note below 实际完成情况."""
    yield Block(FUNDS, "goal_version")
    yield Block(FUNDS, "achieved_note")


def of_answer(_: FormPage) -> Iterator[Block]:
    """The panel with the question, the answer as typed and what is wrong with it."""
    yield Block(SUMMARY, "summary")


def of_nothing(_: FormPage) -> Iterator[Block]:
    """Nothing beyond what every saving shows."""
    yield from ()
