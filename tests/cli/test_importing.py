"""`jixiao import`: previewed or written, with the problems by cell on standard output."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import select

from app.cli.serving import database
from app.db import organisations
from app.db.organisations import Organisation
from app.db.users import User
from app.files import tables
from app.services import demo, filling_templates, hashing
from app.services.imports import Upload
from app.settings import from_environment
from tests.cli.conftest import Run
from tests.factories import YEAR, make_actor, make_organisation
from tests.services.import_cases import as_csv, as_xlsx
from tests.services.template_cases import REASON, changed, line

HEAD = ("单位代码", "单位名称", "单位类别", "地区代码")


@pytest.fixture
def root(run: Run) -> None:
    with database(from_environment()) as session:
        make_organisation(session, code="CZ", name="财政局")


def saved(folder: Path, upload) -> str:
    path = folder / upload.name
    path.write_bytes(upload.content)
    return str(path)


def codes() -> set[str]:
    with database(from_environment()) as session:
        return set(session.exec(select(Organisation.code)))


def test_a_dry_run_writes_nothing_and_the_run_does(run: Run, root: None, tmp_path: Path) -> None:
    file = saved(tmp_path, as_csv(HEAD, ("A1", "甲", "预算单位", "310000")))
    status, out, _ = run("import", "organisations", file, "--dry-run")
    assert (status, out) == (0, "表.csv：没有问题，可以导入。新增 1，修改 0，无变化 0，问题 0。\n")
    assert codes() == {"CZ"}
    status, out, _ = run("import", "organisations", file)
    assert (status, out) == (0, "表.csv：已导入。新增 1，修改 0，无变化 0，问题 0。\n")
    assert codes() == {"CZ", "A1"}


def test_problems_are_told_by_cell(run: Run, root: None, tmp_path: Path) -> None:
    rows = [("A1", "甲", "办公室", "310000"), ("A2", "乙", "预算单位", "310000")]
    status, out, _ = run("import", "organisations", saved(tmp_path, as_xlsx(HEAD, *rows)))
    assert status == 1
    assert "表 C2  单位类别“办公室”：请从" in out
    assert codes() == {"CZ"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("secrets", "x.csv"), "不能是"),
        (("organisations", "nowhere.xlsx"), "读不出来"),
        (("organisations", "x.xlsx"), "已损坏"),
        (("organisations", "x.csv", "--organisation", "无"), "没有代码为 无 的单位"),
    ],
)
def test_what_cannot_run_says_why(
    run: Run, root: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_bytes(as_csv(HEAD).content)
    Path("x.xlsx").write_bytes(b"PK\x03\x04")
    status, _, err = run("import", *arguments)
    assert status == 2
    assert says in err


def test_several_trees_need_a_name(run: Run, root: None, tmp_path: Path) -> None:
    with database(from_environment()) as session:
        make_organisation(session, code="CZ2")
    file = saved(tmp_path, as_csv(HEAD, ("A1", "甲", "预算单位", "310000")))
    assert run("import", "organisations", file)[0] == 2
    assert run("import", "organisations", file, "--organisation", "CZ2")[0] == 0


def test_passwords_go_to_a_file_of_ones_own(run: Run, root: None, tmp_path: Path) -> None:
    file = saved(tmp_path, as_csv(("账号", "姓名", "单位代码", "岗位"), ("zhang", "张", "CZ", "")))
    out = tmp_path / "密码.xlsx"
    assert run("import", "users", file, "--passwords", str(out))[0] == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    cells = tables.read(out.read_bytes())[0].rows[1].cells
    with database(from_environment()) as session:
        user = session.exec(select(User).where(User.username == "zhang")).one()
    assert hashing.verified(user.password_hash, cells[3])
    status, _, err = run("import", "users", file, "--passwords", str(out))
    assert (status, "已经存在" in err) == (2, True)


def test_a_filled_in_template_is_taken_in_like_a_table(run: Run, tmp_path: Path) -> None:
    with database(from_environment()) as session:
        now = datetime.now(UTC)
        demo.load(session, now)
        unit = organisations.by_code(session, "310000-YB-01")
        assert unit is not None
        filler = make_actor(unit)
        content = filling_templates.of_year(session, filler, now, YEAR).content

    def typed(sheet: Worksheet) -> None:
        line(sheet, 0, REASON).value = "供应商延期"

    file = saved(tmp_path, Upload("填好.xlsx", changed(content, typed)))
    given = ("import", "self_evaluations", file, "--organisation", "310000-YB-01")
    status, out, _ = run(*given)
    assert (status, "已导入。新增 0，修改 1" in out) == (0, True), out
