"""Layouts of forms: read strictly, found for a region and a day."""

import tomllib
from datetime import date
from typing import Any

import pytest

from app.domain.layouts import NoLayout, Style, in_force, parse
from app.domain.tables import TableError

PLAIN = """
kind = "self_evaluation"
region = "330000"
effective_from = 2025-01-01
title = "自评表"
money_unit = "万元"
no_points = "—"
widths = [40, 60]

[sources]
total = "合计"

[[tables]]
headings = 1
[[tables.rows]]
cells = [{ text = "指标" }, { text = "得分" }]
[[tables.rows]]
each = "line"
cells = [{ text = "{name}", style = "words" }, { text = "{points}", note = "{because}" }]
"""


def layout(**changes: Any) -> Any:
    return parse(tomllib.loads(PLAIN) | changes)


def test_a_layout_is_read_whole():
    found = layout()
    assert found.widths == (40, 60)
    assert found.tables[0].headings == 1
    assert found.tables[0].rows[1].cells[0].style is Style.WORDS
    assert found.tables[0].rows[1].cells[1].fields == ("points",)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"money_unit": "角"}, "money_unit: expected one of"),
        ({"widths": [40, 160]}, "widths: expected at most 190 mm together, got 200"),
        ({"widths": ["40"]}, "widths: expected whole millimetres"),
        ({"sources": {"loan": "贷款"}}, "sources.loan: expected one of total"),
        ({"colour": "red"}, "colour: unknown key"),
        ({"tables": [{"rows": [{"cells": [{"text": "{name}"}]}]}]}, "unknown field name"),
        ({"tables": [{"rows": [{"cells": [{"style": "bold"}]}]}]}, "style: expected one of label"),
        ({"tables": [{"headings": 1, "rows": [{"cells": []}]}]}, "headings: fewer than the rows"),
        ({"tables": [{"rows": [{"each": "month", "cells": []}]}]}, "each: expected one of fund"),
    ],
)
def test_a_slip_names_its_place_and_the_mend(changes, told):
    with pytest.raises(TableError, match=told):
        layout(**changes)


def test_the_nearest_region_and_the_newest_day_win():
    whole = layout(region="000000")
    old, new = layout(), layout(effective_from=date(2026, 1, 1))
    known = (whole, old, new)
    found = in_force(known, "330106", "self_evaluation", date(2025, 12, 31))
    assert found is old
    assert in_force(known, "330106", "self_evaluation", date(2026, 6, 1)) is new
    assert in_force(known, "110000", "self_evaluation", date(2026, 6, 1)) is whole
    with pytest.raises(NoLayout):
        in_force((old,), "110000", "self_evaluation", date(2026, 6, 1))
