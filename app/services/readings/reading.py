"""The self-evaluation forms of a document: plain rows in, forms as printed out."""

from collections.abc import Sequence

from app.files.sources import Row
from app.services.readings import table_funds
from app.services.readings.columns import LINES, heading
from app.services.readings.found import Draft, Reading
from app.services.readings.labels import year_in
from app.services.readings.running import RunningReader
from app.services.readings.splitting import Segment, segments
from app.services.readings.tables import TableReader

_DAY_LABEL = "自评时间"


def read_forms(rows: Sequence[Row]) -> list[Reading]:
    """Every self-evaluation form in the rows, in their order; none when there is none."""
    return [reading for part in segments(rows) if (reading := _read(part)) is not None]


def _read(segment: Segment) -> Reading | None:
    draft = Draft(segment.rows, segment.title)
    in_tables = any(
        found is not None and found.block == LINES for found in map(heading, segment.rows)
    )
    reader = TableReader(draft) if in_tables else RunningReader(draft)
    reader.read()
    table_funds.from_heads(draft)
    form = draft.form()
    if not (form.indicators or form.funds) or not (segment.title or _evaluated(draft)):
        return None
    year, because = _year(draft)
    return Reading(
        title=segment.title,
        form=form,
        fiscal_year=year,
        year_because=because,
        department=draft.heads.get("department", ""),
        asides=tuple(draft.asides),
        marks=tuple(draft.marks),
        unread=draft.unread(),
        line=segment.rows[0].line,
        place=segment.rows[0].place,
    )


def _evaluated(draft: Draft) -> bool:
    """Whether something was measured or scored: a declaration of targets looks alike otherwise."""
    return any(line.actual or line.points for line in draft.lines)


def _year(draft: Draft) -> tuple[str, str]:
    """The fiscal year with the reason for it: printed, else the year before the day of filling."""
    year = year_in(draft.heads.get("fiscal_year", "") + "年") or year_in(draft.title)
    if year:
        return year, f"表上印有{year}年度"
    day = draft.heads.get("day", "")
    written = year_in(day.replace("-", "年").replace("/", "年").replace(".", "年"))
    if written:
        before = str(int(written) - 1)
        return before, f"{_DAY_LABEL}为{day}，自评的是上一年度"
    return "", "表上没有年度"
