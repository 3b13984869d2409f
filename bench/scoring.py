"""Scoring in process: forms a second with the rules, against reading the same cells without."""

from collections.abc import Iterator
from itertools import cycle

from app.domain.actuals import Actual
from app.domain.funds import read_funds
from app.domain.lines import read_points
from app.domain.scoring import score_form
from app.domain.standards import Standard
from app.domain.targets import Target
from bench.forms import ROWS, Draft, drafts, standard
from bench.pairs import Measure, Pace, Work, measure, repeated

# More forms of 20 distinct cells than the largest cache of the domain holds texts.
MORE_THAN_CACHED = 450
LIMIT = "building the same form and reading each cell once, without rules and checks"


def measures(pace: Pace) -> Iterator[Measure]:
    """Forms whose cell texts were seen before, then forms of which each cell is new."""
    known = drafts()
    fresh = [known[number % len(known)].distinct(number + 1) for number in range(MORE_THAN_CACHED)]
    named = {"texts seen before": known, "every text new": fresh}
    for name, forms in named.items():
        yield measure(
            f"score a form of {ROWS} rows, {name}",
            repeated(_scoring(forms, standard())),
            repeated(_reading(forms)),
            LIMIT,
            pace,
        )


def _scoring(forms: list[Draft], edition: Standard) -> Work:
    following = cycle(forms)
    return lambda: score_form(next(following).form(), edition)


def _reading(forms: list[Draft]) -> Work:
    following = cycle(forms)

    def read() -> None:
        form = next(following).form()
        read_funds(form.funds)
        for row in form.indicators:
            Target.parse(row.target, form.fiscal_year)
            Actual.parse(row.actual, form.fiscal_year)
            read_points(row.full)
            read_points(row.points)

    return read
