"""`jixiao score` and `jixiao standards`: no database, no account."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

PUBLISHED = Path(__file__).parents[1] / "golden/data/selfeval-2024"
ARCHIVE = PUBLISHED / "03.json"


@pytest.fixture
def archive() -> dict[str, Any]:
    form: dict[str, Any] = json.loads(ARCHIVE.read_text(encoding="utf-8"))
    return form


def written(folder: Path, document: object, name: str = "form.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_form_that_holds_is_clean(run: Run) -> None:
    status, out, err = run("score", ARCHIVE)
    assert (status, err) == (0, "")
    assert "总分      99.95／100.00，等级 优" in out
    assert "执行率 99.50%，得分 9.95／10.00" in out
    assert "错误 0 条" in out


def test_json_holds_the_form_as_read_and_its_result(run: Run, archive: dict[str, Any]) -> None:
    status, out, _ = run("score", "--json", ARCHIVE)
    (file,) = json.loads(out)
    (scored,) = file["forms"]
    assert status == 0
    assert file["file"] == str(ARCHIVE)
    assert scored["form"]["indicators"] == archive["indicators"]
    assert scored["form"]["claimed"] == archive["claimed"]
    assert scored["result"]["total"] == "99.95"
    assert scored["unread"] == []


def test_a_tampered_figure_is_an_error_at_its_place(
    run: Run, archive: dict[str, Any], tmp_path: Path
) -> None:
    archive["claimed"]["total"] = "99.85"
    status, out, _ = run("score", written(tmp_path, archive))
    assert status == 1
    assert "错误  总分：" in out


def test_a_list_is_several_forms(run: Run, archive: dict[str, Any], tmp_path: Path) -> None:
    path = written(tmp_path, [archive, archive])
    status, out, _ = run("score", "--json", path)
    assert status == 0
    assert len(json.loads(out)[0]["forms"]) == 2


def test_numbers_are_read_digit_for_digit(
    run: Run, archive: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "form.json"
    text = ARCHIVE.read_text(encoding="utf-8")
    path.write_text(text.replace('"total": "99.95"', '"total": 99.950'), encoding="utf-8")
    _, out, _ = run("score", "--json", path)
    assert json.loads(out)[0]["forms"][0]["form"]["claimed"]["total"] == "99.950"


def test_the_command_may_name_another_standard(run: Run) -> None:
    _, out, _ = run(
        "score", "--standard", "national-self-evaluation", ARCHIVE, "--edition", "2020-02-25"
    )
    assert "评分标准  national-self-evaluation 2020-02-25" in out


def test_another_standard_alone_is_taken_in_the_edition_of_the_year(run: Run) -> None:
    _, out, _ = run("score", "--standard", "national-self-evaluation", ARCHIVE)
    assert "评分标准  national-self-evaluation" in out


UNREADABLE = [
    ("form.pdf", b"%PDF", "已损坏"),
    ("form.txt", "会议纪要\n".encode(), "没有找到绩效自评表"),
    ("form.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel"),
    ("form.txt", b" \n", "空的"),
    ("form.json", b'{"fiscal_year": ', "不是完整的 JSON"),
    ("form.json", b'{"fiscal_year": NaN}', "不能写 NaN"),
    ("form.json", b"\xff\xfe", "不是 UTF-8"),
    ("form.json", b"[[1]]", "对象"),
    ("form.json", b'{"indicators": 3}', "列表"),
    ("form.json", b'{"fiscal_year": 1990}', "1990年度"),
    ("form.json", b'{"standard": "nowhere", "edition": "2024-01-01"}', "nowhere"),
]


@pytest.mark.parametrize(("name", "content", "says"), UNREADABLE)
def test_an_unreadable_file_is_told(
    run: Run, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    status, _, err = run("score", path)
    assert status == 2
    assert err.startswith(f"{path}：")
    assert says in err


def test_a_missing_file_is_told_and_the_others_are_scored(run: Run, tmp_path: Path) -> None:
    status, out, err = run("score", tmp_path / "none.json", ARCHIVE)
    assert status == 2
    assert "none.json" in err
    assert "99.95／100.00" in out


def test_an_empty_form_is_scored_with_findings(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, {"standard": "shanghai-self-evaluation", "edition": "2024-01-01"})
    status, out, _ = run("score", path)
    assert status == 0
    assert "提醒  指标：" in out


def test_standards_are_listed(run: Run) -> None:
    status, out, _ = run("standards")
    rows = [line.split("\t") for line in out.splitlines()]
    assert status == 0
    assert ["shanghai-self-evaluation", "2024-01-01"] in [row[:2] for row in rows]
    assert all(len(row) == 4 for row in rows)


def test_help_and_complaints_are_chinese(run: Run) -> None:
    assert run("score", "-h").out.startswith("用法：")
    assert run("score").err.endswith("缺少 文件\n")
    assert run("score", "--xml", ARCHIVE).err.endswith("不认识 --xml\n")
    assert "不能是 'fly'" in run("fly").err
    assert run("score", ARCHIVE, "--standard").err.endswith("--standard 后面缺少内容\n")
