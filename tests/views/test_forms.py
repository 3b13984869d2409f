"""The grammar of field names, and what was typed beside what is wrong."""

import pytest

from app.errors import Problem
from app.services.entries import FormEntry, FundEntry, LineEntry
from app.views import entries, forms


def test_a_row_may_send_its_fields_with_their_place_or_without():
    bare = {"actual": "1", "version": "3"}
    placed = {"lines.7.actual": "1", "lines.7.version": "3", "version": "9"}
    assert forms.own_fields(bare, "lines.7") == bare
    assert forms.own_fields(placed, "lines.7") == bare
    assert forms.own_fields(placed, "lines.8") == {"version": "9"}


def test_a_sheet_is_read_by_rows_and_funds():
    fields = {
        "achieved": "做完",
        "version": "4",
        "lines.7.actual": "1",
        "lines.7.reason": "",
        "lines.8.judged": "2",
        "lines.x.actual": "3",
        "lines.7": "4",
        "funds.other.executed": "5",
    }
    assert entries.form_entry(fields) == FormEntry(
        achieved="做完",
        funds={"other": FundEntry(executed="5")},
        lines={7: LineEntry(actual="1", reason=""), 8: LineEntry(judged="2")},
    )


def test_what_was_not_sent_stays_as_it_is():
    assert entries.form_entry({}) == FormEntry()
    assert entries.line_entry({}) == LineEntry()


def test_a_rows_messages_stand_under_the_full_names_of_its_fields():
    problems = [Problem("/actual", "第一"), Problem("/actual", "第二"), Problem("/reason", "太长")]
    entered = forms.refused({"lines.7.actual": "x", "version": "2"}, problems, "lines.7")
    assert entered.values["lines.7.actual"] == "x"
    assert entered.messages == {"lines.7.actual": "第一", "lines.7.reason": "太长"}


def test_a_sheets_messages_keep_their_pointers():
    problems = [Problem("/lines/7/actual", "第一"), Problem("/achieved", "太长")]
    entered = forms.refused({"lines.7.actual": "x"}, problems)
    assert entered.messages == {"lines.7.actual": "第一", "achieved": "太长"}


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", "１", "9999999999", "0"])
def test_a_version_that_is_none_names_none(text):
    assert forms.version({"version": text}) is None


def test_a_version_is_a_whole_number():
    assert forms.version({"version": "12"}) == 12
