"""`jixiao export`: to a ZIP or a folder, with its exit status."""

import stat
import zipfile
from pathlib import Path

import pytest

from app.cli.serving import database
from app.settings import from_environment
from tests.cli.conftest import Run
from tests.services.trail import trail

AT = ("--year", "2024", "--organisation", "310000-CZ")


def test_to_a_folder_a_zip_and_nothing(run: Run, tmp_path: Path) -> None:
    assert run("demo").status == 0
    folder, file = tmp_path / "out", tmp_path / "out.zip"
    status, out, _ = run("export", "xlsx", folder, *AT, "--state", "draft")
    assert (status, out) == (0, f"已导出 3 张自评表：{folder}\n")
    assert len(list(folder.glob("*/*.xlsx"))) == 3
    assert (folder / "目录.csv").is_file()

    assert run("export", "csv", file, *AT).status == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert "forms.csv" in archive.namelist()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out.zip", "var"]

    status, out, _ = run("export", "json", tmp_path / "none", "--year", "2019", *AT[2:])
    assert (status, out) == (1, "2019年度没有可以导出的自评表。\n")
    with database(from_environment()) as session:
        last = [event for event in trail(session) if event.object_kind == "export"]
    assert [event.actor_name for event in last] == ["命令行"] * 3

    assert "--organisation" in run("export", "csv", tmp_path / "x.zip", *AT[:2]).err
    for taken in (folder, file):
        status, out, err = run("export", "csv", taken, *AT)
        assert status == 2
        assert "请换一个" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("exe", "x.zip", *AT), "不能是"),
        (("csv", "x.zip"), "缺少 --year"),
        (("csv", "x.zip", "--year", "24"), "四位数字"),
        (("csv", "x.zip", "--year", "2024", "--state", "lost"), "不能是"),
    ],
)
def test_what_cannot_run_is_told(run: Run, words, says) -> None:
    status, _, err = run("export", *words)
    assert status == 2
    assert says in err
