"""The checking of published forms reads our own documents and finds what is stored."""

from itertools import product

import pytest

from app.files import documents
from app.services.documents import KINDS
from app.services.readings.found import Reading
from app.services.readings.reading import read_forms
from tests.services.document_cases import LAYOUTS


@pytest.fixture(scope="module")
def readings(made) -> dict[tuple[str, str], Reading]:
    """What each document was read as: one form each."""
    found = {}
    for layout, kind in product(LAYOUTS, KINDS):
        (found[layout, kind],) = read_forms(documents.rows(made[layout].contents[kind]))
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_our_own_document_reads_as_what_is_stored(made, readings, layout, kind):
    form, reading = made[layout], readings[layout, kind]
    sheet, shown = form.sheet.sheet, form.sheet.standard.points.shown

    assert reading.marks == ()
    assert reading.fiscal_year == str(form.sheet.form.fiscal_year)
    assert (reading.form.project, reading.form.unit) == (
        form.sheet.project.name,
        form.sheet.unit.name,
    )
    assert reading.form.claimed.total == shown(sheet.total)
    found = [
        (row.name, _number(row.full), _number(row.points), row.reason if kind != "pdf" else "")
        for row in reading.form.indicators
    ]
    stored = [
        (line.row.name, _number(shown(line.full)), _number(shown(line.scored.points)),
         line.row.reason if kind != "pdf" and layout != "shanghai-2019" else "")
        for line in sheet.lines
    ]  # fmt: skip
    assert found == stored
    if layout != "shanghai-2019":
        assert [(row.target, row.actual) for row in reading.form.indicators] == [
            (line.target, line.actual) for line in form.sheet.lines
        ]
        assert [row.source for row in reading.form.funds] == [
            row.source for row in sheet.form.funds
        ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_of_the_tables_is_left_unread(readings, layout, kind):
    reading = readings[layout, kind]
    aside = ("状态：", "草稿", "说明：", "2、", "3、", "（单位盖章）", "校验码", "年", "第")
    left = [item.text for item in reading.unread if not item.text.strip().startswith(aside)]
    assert left == []


def _number(text: str) -> float:
    return float(text)
