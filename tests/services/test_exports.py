"""Exports: who starts what, what is refused, what is put on record; and what the files hold."""

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlmodel import col, select

from app.db import open_data as stored
from app.db.check_codes import CheckCode
from app.db.indicator_lines import IndicatorLine
from app.db.organisations import Organisation
from app.db.session import reading, writing
from app.domain.actors import Scope
from app.domain.audit import AuditAction
from app.domain.check_codes import read
from app.domain.open_data import Type
from app.errors import Conflict, NotFound, Unacceptable
from app.files import csv_text
from app.services import demo, export_policies, exports, open_data
from app.services.exports import ExportEntry
from tests.factories import MOMENT, YEAR
from tests.services.export_cases import POLICY, UNIT, desk, key, table
from tests.services.trail import since, told, trail

FORMS = range(1, 10)
NASTY = '=HYPERLINK("http://x")\n，"引号",\t-1'


@pytest.fixture(scope="module")
def world(engine):
    """The demo; one cell holds what a spreadsheet would run."""
    with writing(engine) as session:
        demo.load(session, MOMENT)
        line = session.exec(select(IndicatorLine).where(IndicatorLine.id == 2)).one()
        line.reason = NASTY
        session.add(line)
    return engine


@pytest.fixture
def at(world, tmp_path):
    return desk(world, tmp_path / "exports")


@pytest.fixture
def bureau(world):
    return key(world, f"bureau-{uuid4()}")


@pytest.fixture
def refused(at, bureau):
    """What is wrong with an entry, by pointer."""

    def start(policy=POLICY, **asked):
        entry = ExportEntry(**({"kind": "csv", "fiscal_year": YEAR} | asked))
        with writing(at.engine) as session, pytest.raises(Unacceptable) as refusal:
            exports.start(session, bureau, MOMENT, entry, policy)
        return {problem.pointer: problem.message for problem in refusal.value.errors}

    return start


def scalar(column, text):
    """A cell of the CSV as the value that was stored."""
    if text == "" and column.type is not Type.TEXT:
        return None
    reading_of = {
        Type.WHOLE: int,
        Type.DECIMAL: Decimal,
        Type.FLAG: {"true": True, "false": False}.__getitem__,
        Type.DAY: date.fromisoformat,
        Type.MOMENT: datetime.fromisoformat,
    }
    return reading_of.get(column.type, str)(text)


def expected(at):
    """The stored rows, table by table, as the columns name them."""
    found = {item.name: [] for item in export_policies.tables()}
    with reading(at.engine) as session:
        for record in stored.records(session, Scope("/"), FORMS):
            for name, rows in open_data.rows(record).items():
                found[name] += rows
    return found


def test_what_is_read_back_from_the_csv_are_the_stored_values(at, bureau):
    number = at.start(bureau)
    at.maker().sweep()
    files, rows = at.content(number), expected(at)
    for item in export_policies.tables():
        content = files[f"{item.name}.csv"]
        headings = content.decode("utf-8-sig").splitlines()[0].split(",")
        assert tuple(headings) == item.headings
        back = [
            {column.name: scalar(column, row[place]) for place, column in enumerate(item.columns)}
            for row in cells(content)
        ]
        for seen, row in zip(back, rows[item.name], strict=True):
            for column in item.columns:
                value = row[column.name]
                empty = value is None and column.type is Type.TEXT
                if column.type is Type.DAY and isinstance(value, str):
                    value = date.fromisoformat(value)
                if column.type is Type.DECIMAL and isinstance(value, str):
                    value = Decimal(value) if value else None
                assert seen[column.name] == ("" if empty else value), (item.name, column.name)


def cells(content):
    """The rows below the headings, guards taken away as whoever reads a CSV here does."""
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    return [[csv_text.unguarded(cell) for cell in row] for row in lines][1:]


def test_nothing_in_the_csv_runs_as_a_formula(at, bureau):
    number = at.start(bureau)
    at.maker().sweep()
    text = at.content(number)["indicators.csv"].decode("utf-8-sig")
    raw = list(csv.reader(io.StringIO(text, newline="")))
    assert f"'{NASTY}" in {cell for row in raw for cell in row}
    assert not [cell for row in raw for cell in row if cell.startswith(("=", "@", "\t"))]


def test_the_json_holds_the_same_and_no_figure_becomes_a_float(at, bureau):
    number = at.start(bureau, "json")
    at.maker().sweep()
    files = at.content(number)
    forms = json.loads(files["forms.json"], parse_float=pytest.fail)["forms"]
    assert [form["id"] for form in forms] == list(FORMS)
    rows = expected(at)
    for item in export_policies.tables()[1:]:
        seen = [row for form in forms for row in form[item.name]]
        assert [tuple(row) for row in seen] == [item.headings] * len(rows[item.name])
        for shown, row in zip(seen, rows[item.name], strict=True):
            values = {name: open_data.jsonable(row[name]) for name in item.headings}
            assert shown == values
    assert json.loads(files["dictionary.json"])[0]["列"] == "编号"


def test_the_dictionary_names_each_column_of_each_file(at, bureau):
    number = at.start(bureau)
    at.maker().sweep()
    files = at.content(number)
    told_of = {(row["table"], row["column"]) for row in table(files.pop("数据字典.csv"))}
    there = {(name.removesuffix(".csv"), column) for name, content in files.items()
             for column in content.decode("utf-8-sig").splitlines()[0].split(",")}  # fmt: skip
    assert told_of == there


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_a_zip_holds_a_document_of_each_form_and_an_index_with_its_hash(at, bureau, kind):
    number = at.start(bureau, kind, fiscal_year=None, form_ids=(9, 1))
    at.maker().sweep()
    files = at.content(number)
    index = table(files.pop("目录.csv"))
    assert [row["文件"] for row in index] == list(files)
    with reading(at.engine) as session:
        codes = set(session.exec(select(CheckCode.code)))
    for row in index:
        content = files[row["文件"]]
        assert row["文件"].endswith(f"/{row['项目']}-{row['项目代码']}.{kind}")
        assert sha256(content).hexdigest() == row["SHA-256"]
        assert content.startswith(b"%PDF" if kind == "pdf" else b"PK")
        assert read(row["校验码"]) in codes


def test_only_one_state_where_that_is_asked_for(at, bureau):
    number = at.start(bureau, state="published")
    at.maker().sweep()
    assert {row["state"] for row in table(at.content(number)["forms.csv"])} == {"published"}


def test_an_organisation_holds_all_below_it_and_nothing_beside(at, world):
    foreign = key(world, f"foreign-{uuid4()}", "330000-CZ")
    with reading(at.engine) as session:
        unit = session.exec(select(Organisation).where(Organisation.code == UNIT)).one()
    entry = ExportEntry(kind="csv", fiscal_year=YEAR, organisation_id=unit.id)
    with writing(at.engine) as session, pytest.raises(Unacceptable) as refusal:
        exports.start(session, foreign, MOMENT, entry, POLICY)
    absent = replace(entry, organisation_id=999_999)
    with writing(at.engine) as session, pytest.raises(Unacceptable) as other:
        exports.start(session, foreign, MOMENT, absent, POLICY)
    assert refusal.value.errors[0].message == other.value.errors[0].message


def test_every_problem_is_told_at_once(refused):
    found = refused(kind="doc", fiscal_year=None, organisation_id=999_999, state="lost")
    assert set(found) == {"/kind", "/fiscal_year", "/organisation_id", "/state"}


def test_a_choice_is_checked_form_by_form(refused):
    found = refused(form_ids=(1, 999_999, 2, 888_888))
    assert set(found) == {"/form_ids/1", "/form_ids/3"}
    policy = replace(POLICY, most_chosen=2)
    assert "最多勾选 2 张，现在是 3 张" in refused(policy, form_ids=(1, 2, 3))["/form_ids"]


def test_nothing_and_too_much_are_told_before_anybody_waits(refused):
    assert set(refused(fiscal_year=2019)) == {"/fiscal_year"}
    few = replace(POLICY, most_forms=3)
    assert "最多导出 3 张" in refused(few)["/organisation_id"]


def test_nobody_starts_many_at_once(at, bureau):
    for _ in range(POLICY.most_unfinished):
        at.start(bureau)
    with pytest.raises(Conflict, match="3 个导出"):
        at.start(bureau)
    at.maker().sweep()
    assert at.start(bureau)


def test_only_the_starter_sees_fetches_and_deletes(at, bureau, world):
    other = key(world, f"other-{uuid4()}")
    number = at.start(bureau)
    at.maker().sweep()
    with reading(at.engine) as session:
        assert exports.ready(session, bureau, MOMENT, number).size > 0
        for act in (
            lambda: exports.get(session, other, number),
            lambda: exports.ready(session, other, MOMENT, number),
            lambda: exports.record_download(session, other, MOMENT, number),
            lambda: exports.delete(session, other, MOMENT, number, at.shelf.store),
            lambda: exports.get(session, replace(other, id=bureau.id, role="finance"), number),
        ):
            with pytest.raises(NotFound):
                act()
        assert exports.list_exports(session, other).items == ()


def test_there_is_no_file_before_its_time_nor_after(at, bureau):
    number = at.start(bureau)
    with reading(at.engine) as session, pytest.raises(Conflict, match="还没有生成"):
        exports.ready(session, bureau, at.now, number)
    at.maker().sweep()
    at.later(days=7)  # nobody has swept yet
    with reading(at.engine) as session, pytest.raises(Conflict, match="已过保存期"):
        exports.ready(session, bureau, at.now, number)


def test_start_download_and_deletion_are_one_event_each(at, bureau):
    with reading(at.engine) as session:
        before = trail(session)
    number = at.start(bureau, state="draft")
    at.maker().sweep()
    with writing(at.engine) as session:
        exports.record_download(session, bureau, MOMENT, number)
    with writing(at.engine) as session:
        exports.delete(session, bureau, MOMENT, number, at.shelf.store)
    with reading(at.engine) as session:
        events = since(session, before)
    acts = [event.action for event in events]
    assert acts == [
        AuditAction.EXPORT, AuditAction.EXPORT, AuditAction.DOWNLOAD, AuditAction.DELETE,
    ]  # fmt: skip
    assert {(event.object_kind, event.object_id) for event in events} == {("export", str(number))}
    assert told(events[0])["/form_state"] == (None, "draft")
    assert told(events[1])["/forms"] == (None, "3")
    assert told(events[2])["/sha256"][1] == told(events[1])["/sha256"][1]
    assert at.files() == set()


def test_a_document_of_a_form_gets_one_code_a_version(at, bureau):
    numbers = [at.start(bureau, "xlsx", fiscal_year=None, form_ids=(3,)) for _ in range(2)]
    at.maker().sweep()
    codes = [table(at.content(number)["目录.csv"])[0]["校验码"] for number in numbers]
    assert codes[0] == codes[1]
    with reading(at.engine) as session:
        rows = session.exec(select(CheckCode).where(col(CheckCode.self_evaluation_id) == 3))
        assert len(rows.all()) == 1
