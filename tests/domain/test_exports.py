"""The policy of exports and the dictionary of open data, as shipped and when they are faulty."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files

import pytest

from app.domain import exports, open_data
from app.domain.exports import ExportKind
from app.domain.tables import TableError


def shipped(name):
    return tomllib.loads((files("app.policies") / name).read_text(encoding="utf-8"))


def test_the_policy_as_shipped():
    policy = exports.parse(shipped("exports.toml"))
    assert policy.keep == timedelta(days=7)
    assert policy.at_a_time(ExportKind.PDF) < policy.at_a_time(ExportKind.CSV)


@pytest.mark.parametrize("name", ["keep_days", "most_forms", "lease_seconds", "most_tries"])
@pytest.mark.parametrize("value", [0, -1, "7"])
def test_a_limit_that_cannot_be_meant_is_refused(name, value):
    with pytest.raises(TableError):
        exports.parse(shipped("exports.toml") | {name: value})


def test_every_column_is_told_of_in_both_languages():
    headings, *rows = open_data.dictionary(open_data.parse(shipped("open_data.toml")))
    assert headings == open_data.HEADINGS
    for row in rows:
        told = dict(zip(headings, row, strict=True))
        assert told["column"].isascii()
        assert told["meaning"].replace("÷", "/").isascii()
        assert not told["列"].isascii()
        assert not told["含义"].isascii()
    assert len({(row[0], row[2]) for row in rows}) == len(rows)


def test_a_column_with_something_left_out_is_refused():
    with pytest.raises(TableError, match=r"forms\.columns\.id"):
        open_data.parse(
            {"forms": {"label": "表", "columns": {"id": ["编号", "whole", "", "", ""]}}}
        )


def test_values_are_written_exactly():
    assert open_data.written(Decimal("4986000.00")) == "4986000"
    assert open_data.written(Decimal("0.100000")) == "0.1"
    assert open_data.written(None) == ""
    assert open_data.written(False) == "false"
    assert open_data.jsonable(Decimal("9.970000")) == "9.97"
    assert open_data.jsonable(None) is None
