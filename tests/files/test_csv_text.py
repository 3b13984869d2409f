"""CSV that a spreadsheet opens as text, and never as a formula."""

import csv
import io

import pytest

from app.files.csv_text import MARK, guarded, lines


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+86 21", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1+1", "－x", "＠x",
     '=HYPERLINK("x")', "-1+2", "+1,000元", "=", "-"],
)  # fmt: skip
def test_a_formula_is_taken_for_text(cell):
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "90册", "-5", "+5", "-1,234.50", "≥95%", "a=b", "10"])
def test_anything_else_stays(cell):
    assert guarded(cell) == cell


def test_rows_come_back_as_they_were():
    rows = [("编号", "变更后"), ("1", '他说："好，\n行"'), ("2", "a,b"), ("3", "")]
    text = "".join(lines(rows))
    assert text.startswith(MARK)
    read = csv.reader(io.StringIO(text.removeprefix(MARK), newline=""))
    assert [tuple(row) for row in read] == rows
