"""Stateless scoring (试算): a form as text in, a scored and examined sheet out."""

from datetime import date

from app.domain.forms import Form
from app.domain.scoring import score_form
from app.domain.sheet import Sheet
from app.domain.standards import Standard
from app.services import standards

DEFAULT_KIND = "self_evaluation"
NATION = "000000"
NEWEST = date.max.year


def score(
    form: Form,
    *,
    standard: str | None = None,
    edition: str | None = None,
    region_code: str | None = None,
    kind: str | None = None,
) -> Sheet:
    """Score a form under the edition named, else the one in force for its region and year.

    Raises NotFound for an unknown edition and Unacceptable when none had begun by that year.
    """
    return score_form(form, choose(form.fiscal_year, standard, edition, region_code, kind))


def choose(
    fiscal_year: int | None,
    standard: str | None,
    edition: str | None,
    region_code: str | None,
    kind: str | None,
) -> Standard:
    """The edition to score with; a named edition wins even in a year before it began.

    A form whose year nobody printed is scored with the newest edition, and check X3 says so.
    """
    if standard is not None and (edition is not None or fiscal_year is None):
        return standards.get(standard, edition)
    year = NEWEST if fiscal_year is None else fiscal_year
    if standard is not None:
        newest = standards.get(standard)
        return standards.in_force(newest.region, newest.kind, year, standard)
    return standards.in_force(region_code or NATION, kind or DEFAULT_KIND, year)
