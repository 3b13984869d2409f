"""Checking of published forms (验算): a document in, each of its forms read, scored, explained."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields

from pydantic import ValidationError

from app.domain.forms import FundRow, IndicatorRow
from app.domain.sheet import Sheet
from app.errors import UnreadableFile, WhyUnreadable
from app.files import documents
from app.schemas.scored import form_of, scoring_of
from app.schemas.scorings import ScoringIn, ScoringOut
from app.services import scorings
from app.services.candidates import Candidate, candidates
from app.services.readings.fitting import fit
from app.services.readings.found import Reading
from app.services.readings.reading import read_forms

NO_FORM = (
    "没有找到绩效自评表：要有“项目名称”“年度指标值”“得分”这样的栏目。"
    "申报表、评价报告和扫描件还不能验算。"
)
TOO_MUCH = "读出的一张表超出了评分的上限（2000 行指标，每格 10000 字），不像自评表，请核对。"
_ROW_KEYS = ("funds", "indicators")


@dataclass(frozen=True, slots=True)
class Checked:
    """One form of a document: as read, scored under the edition that fits, with the reasons."""

    reading: Reading
    request: ScoringIn
    sheet: Sheet
    result: ScoringOut
    because: tuple[str, ...]
    candidates: tuple[Candidate, ...]


def check(content: bytes, standard: str = "", edition: str = "") -> list[Checked]:
    """Every form of a document, scored under the standard named or else the one that fits.

    Raises UnreadableFile for a document without a form, NotFound for an unknown edition, and
    Unacceptable when the standard named had no edition in the form's year.
    """
    found = read_forms(documents.rows(content))
    if not found:
        raise UnreadableFile(WhyUnreadable.WRONG_KIND, NO_FORM)
    return [_checked(reading, standard, edition) for reading in found]


def _checked(reading: Reading, standard: str, edition: str) -> Checked:
    fitting = fit(reading)
    chosen, day = fitting.standard.standard, fitting.standard.edition.isoformat()
    because = fitting.because
    if standard or edition:
        chosen, day = standard or chosen, edition
        because = (*because[:2], "按命令所指的评分标准。")
    request = request_of(reading, chosen, day, fitting.region)
    form = form_of(request)
    sheet = scorings.score(
        form, standard=chosen, edition=day or None, region_code=fitting.region or None
    )
    request = request.model_copy(update={"edition": sheet.standard.edition.isoformat()})
    return Checked(
        reading, request, sheet, scoring_of(sheet, request), because, tuple(candidates(sheet))
    )


def request_of(reading: Reading, standard: str, edition: str, region: str) -> ScoringIn:
    """The form as a request for POST /scorings, every cell as printed; raises UnreadableFile."""
    form = reading.form
    head = {
        "standard": standard,
        "edition": edition,
        "fiscal_year": reading.fiscal_year,
        "region_code": region,
        "project": form.project,
        "unit": form.unit,
        "expected": form.expected,
        "achieved": form.achieved,
        "claimed": asdict(form.claimed),
    }
    rows = {key: [dict(_cells(row)) for row in getattr(form, key)] for key in _ROW_KEYS}
    try:
        return ScoringIn.model_validate({**head, **rows})
    except ValidationError as error:
        raise UnreadableFile(WhyUnreadable.TOO_LARGE, TOO_MUCH) from error


# What few forms have columns for: named only where something stands in it.
_RARE = frozenset(("adjustment", "received", "level3", "code", "rule", "parameters"))


def _cells(row: FundRow | IndicatorRow) -> Iterator[tuple[str, str | Mapping[str, str]]]:
    for field in fields(row):
        value: str | Mapping[str, str] = getattr(row, field.name)
        if value or field.name not in _RARE:
            yield field.name, value
