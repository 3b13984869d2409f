"""Stateless scoring (试算): a form as text in, a scored and examined sheet out."""

from app.domain.forms import Form
from app.domain.scoring import score_form
from app.domain.sheet import Sheet
from app.domain.standards import Standard
from app.errors import Problem, Unacceptable
from app.services import standards

DEFAULT_KIND = "self_evaluation"
NATION = "000000"


def score(
    form: Form,
    *,
    standard: str | None = None,
    edition: str | None = None,
    region_code: str | None = None,
    kind: str | None = None,
) -> Sheet:
    """Score a form under the edition named, else the one in force for its region and year.

    Raises NotFound for an unknown edition and Unacceptable when nothing names one.
    """
    return score_form(form, choose(form.fiscal_year, standard, edition, region_code, kind))


def choose(
    fiscal_year: int | None,
    standard: str | None,
    edition: str | None,
    region_code: str | None,
    kind: str | None,
) -> Standard:
    """The edition to score with; a named edition wins even in a year before it began."""
    if standard is not None and (edition is not None or fiscal_year is None):
        return standards.get(standard, edition)
    if fiscal_year is None:
        message = "请填写 fiscal_year，或指明 standard 与 edition"
        raise Unacceptable([Problem("/fiscal_year", message)], message)
    if standard is not None:
        newest = standards.get(standard)
        return standards.in_force(newest.region, newest.kind, fiscal_year, standard)
    return standards.in_force(region_code or NATION, kind or DEFAULT_KIND, fiscal_year)
