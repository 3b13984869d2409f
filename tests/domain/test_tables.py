from datetime import date
from decimal import Decimal

import pytest

from app.domain.tables import Table, TableError

VALUES = {
    "name": "优",
    "count": 3,
    "share": Decimal("0.5"),
    "on": True,
    "day": date(2024, 1, 1),
    "words": ["成本", "投诉"],
    "below": {"places": 2},
    "rows": [{"lower": 90}, {"lower": 80}],
}


def test_every_kind_of_value_is_read_as_what_it_is():
    table = Table(VALUES)
    assert table.text("name") == "优"
    assert table.whole("count") == 3
    assert (table.decimal("share"), table.decimal("count")) == (Decimal("0.5"), Decimal(3))
    assert table.flag("on", False) is True
    assert table.day("day") == date(2024, 1, 1)
    assert table.texts("words") == ("成本", "投诉")
    assert table.table("below").whole("places") == 2
    assert [row.decimal("lower") for row in table.tables("rows")] == [90, 80]
    assert table.raw("rows") == VALUES["rows"]
    assert table.names() == tuple(VALUES)
    assert table.has("name")
    table.close()


def test_what_is_not_written_has_its_default():
    table = Table({})
    assert table.text("note", "") == ""
    assert table.whole("places", 2) == 2
    assert table.flag("required", False) is False
    assert table.decimal("full", Decimal(1)) == 1
    assert table.optional_decimal("reason_below") is None
    assert (table.texts("words"), table.tables("rows")) == ((), ())
    assert table.table("below").names() == ()
    assert not table.has("note")


FAULTY = [
    pytest.param({}, "text", "a.x: missing", id="missing text"),
    pytest.param({}, "decimal", "a.x: missing", id="missing figure"),
    pytest.param({}, "day", "a.x: missing", id="missing date"),
    pytest.param({}, "raw", "a.x: missing", id="missing anything"),
    pytest.param({"x": 5}, "text", "a.x: expected str, got 5", id="a number for a text"),
    pytest.param({"x": "2"}, "whole", "a.x: expected int, got '2'", id="a text for a number"),
    pytest.param({"x": True}, "whole", "a.x: expected int, got True", id="true for a number"),
    pytest.param({"x": "2"}, "decimal", "a.x: expected a number, got '2'", id="text for a figure"),
    pytest.param(
        {"x": True}, "decimal", "a.x: expected a number, got True", id="true for a figure"
    ),
    pytest.param({"x": Decimal("inf")}, "decimal", "expected a number, got", id="infinite"),
    pytest.param({"x": Decimal("nan")}, "decimal", "expected a number, got", id="not a number"),
    pytest.param({"x": "2024"}, "day", "a.x: expected date, got '2024'", id="a text for a date"),
    pytest.param({"x": "成本"}, "texts", "a.x: expected a list of texts", id="a text for a list"),
    pytest.param({"x": [1]}, "texts", "a.x: expected a list of texts, got [1]", id="numbers"),
    pytest.param({"x": 1}, "texts", "a.x: expected a list of texts, got 1", id="no list"),
    pytest.param({"x": [1]}, "table", "a.x: expected a table, got [1]", id="a list for a table"),
    pytest.param({"x": {}}, "tables", "a.x: expected a list of tables", id="a table for a list"),
    pytest.param({"x": "优"}, "tables", "a.x: expected a list of tables", id="a text for tables"),
    pytest.param({"x": [1]}, "tables", "a.x: expected a list of tables", id="numbers for tables"),
    pytest.param({"x": 1}, "tables", "a.x: expected a list of tables", id="a number for tables"),
]


@pytest.mark.parametrize(("values", "reader", "message"), FAULTY)
def test_a_fault_names_its_place(values, reader, message):
    table = Table({"a": values}).table("a")
    with pytest.raises(TableError, match="^a.x: ") as caught:
        getattr(table, reader)("x")
    assert message in str(caught.value)


def test_a_flag_is_true_or_false():
    with pytest.raises(TableError, match="^on: expected bool, got 1"):
        Table({"on": 1}).flag("on", False)


def test_a_place_within_a_list_is_numbered():
    rows = Table({"grades": [{"lower": 90}, {}]}).tables("grades")
    with pytest.raises(TableError, match=r"^grades\[1\].lower: missing"):
        rows[1].decimal("lower")


def test_a_key_that_nobody_reads_is_refused():
    table = Table({"full": 100, "fulll": 90})
    table.decimal("full")
    with pytest.raises(TableError, match="^fulll: unknown key; known keys: full$"):
        table.close()
