"""`jixiao score` on published documents and on folders of them."""

import io
import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import Run
from tests.published.cases import DATA
from tests.published.drawing import as_docx, as_xlsx
from tests.published.layouts import official
from tests.published.sample import FORM

TEXT_2024 = DATA / "shanghai-2024.txt"
TEXT_2019 = DATA / "shanghai-2019.txt"


def tampered(old: str, new: str, folder: Path) -> Path:
    path = folder / "tampered.txt"
    text = TEXT_2024.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five readable files and what stands beside such files."""
    inside = tmp_path / "forms" / "district"
    inside.mkdir(parents=True)
    shutil.copy(TEXT_2019, inside / "b.txt")
    shutil.copy(TEXT_2024, inside / "a.txt")
    (inside / "c.docx").write_bytes(as_docx(official(FORM)))
    (inside / "d.xlsx").write_bytes(as_xlsx(official({**FORM, "claimed": {"total": "99"}})))
    (inside / "e.pdf").write_bytes(b"%PDF-1.7\n")
    (inside / "~$c.docx").write_bytes(b"lock")
    (inside / ".hidden.txt").write_bytes(b"x")
    (inside / "photo.jpg").write_bytes(b"x")
    return tmp_path / "forms"


def test_published_forms_that_hold_are_clean(run: Run) -> None:
    status, out, err = run("score", TEXT_2024, TEXT_2019)
    assert (status, err) == (0, "")
    assert out.count("评分标准  shanghai-self-evaluation 2024-01-01") == 9
    assert out.count("评分标准  shanghai-self-evaluation 2019-01-01") == 3
    assert "执行率 99.72%，得分 9.97／10.00（表上 99.72%、9.97）" in out
    assert "存疑  指标第8行指标名称（第62行）：换页处的“况”" in out
    assert "未读  第71行：说明：1、依据" in out


def test_json_holds_what_was_read_and_what_was_not(run: Run) -> None:
    status, out, _ = run("score", "--json", TEXT_2019)
    ((file,), form) = (json.loads(out), json.loads(out)[0]["forms"][1])
    assert status == 0
    assert file["file"] == str(TEXT_2019)
    assert form["form"]["indicators"][7]["name"].endswith("资金情况")
    assert form["form"]["claimed"]["rate"] == "100.00%"
    assert form["result"]["total"] == "97"
    assert form["unread"][0]["line"] == 71
    assert form["uncertain"][0]["path"] == "/indicators/7/name"
    assert {"path": "/office", "label": "具体实施处（科室）", "text": "社会服务科"}.items() <= form[
        "aside"
    ][0].items()


def test_a_printed_score_that_another_rule_explains(run: Run, tmp_path: Path) -> None:
    changed = "≤180.00(分\n钟)\n\n200.00(分\n钟)\n\n4.00 3.60"
    path = tampered("≤180.00(分\n钟)\n\n180.00(分\n钟)\n\n4.00 4.00", changed, tmp_path)
    status, out, _ = run("score", path)
    assert status == 1
    assert "错误  指标第9行得分" in out
    assert "得分应为3.56，表上为“3.60”" in out
    assert "或为“反向比率”：180.00÷200.00×4.00 = 3.60，见于 hubei-self-evaluation" in out


def test_a_rate_that_was_rounded_is_explained(run: Run, tmp_path: Path) -> None:
    path = tampered(
        "107.00 107.00 89.43 10.00 83.57 8.36", "107.00 107.00 89.43 10.00 83.58 8.36", tmp_path
    )
    _, out, _ = run("score", path)
    assert "或为“执行数÷全年预算数，四舍五入到2位小数”：83.579439% → 83.58%" in out


def test_another_standard_may_be_named(run: Run) -> None:
    _, out, _ = run("score", "--standard", "national-self-evaluation", TEXT_2024)
    assert "评分标准  national-self-evaluation 2020-02-25" in out
    assert "按命令所指的评分标准。" in out


def test_an_unknown_standard_is_told(run: Run) -> None:
    status, _, err = run("score", "--standard", "nowhere", TEXT_2024)
    assert status == 2
    assert "nowhere" in err


def test_a_folder_is_a_table_in_the_order_of_names(run: Run, folder: Path) -> None:
    status, out, err = run("score", folder)
    lines = out.splitlines()
    assert status == 2
    assert "e.pdf：" in err
    assert [line.split()[0][-5:] for line in lines[1:-1]] == (
        ["a.txt"] * 9 + ["b.txt"] * 3 + ["….docx"[-5:]] + ["….xlsx"[-5:]]
    )
    assert lines[-1] == "共 5 个文件、14 张表：有错误的 1 张，没有错误的 13 张，读不了的文件 1 个"


def test_a_folder_as_json_is_the_same_every_time(run: Run, folder: Path) -> None:
    first, second = run("score", "--json", folder).out, run("score", "--json", folder).out
    assert first == second
    files = json.loads(first)
    assert [Path(file["file"]).name for file in files] == [
        "a.txt",
        "b.txt",
        "c.docx",
        "d.xlsx",
        "e.pdf",
    ]
    assert files[-1]["forms"] == []
    assert "已损坏" in files[-1]["error"]


def test_a_folder_as_a_workbook(run: Run, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert run("score", folder, "--xlsx", path).status == 2
    book = load_workbook(io.BytesIO(path.read_bytes()))
    assert book.sheetnames == ["汇总", "校验结果", "存疑与未读"]
    summary = list(book["汇总"].values)
    assert summary[0][:4] == ("文件", "项目", "年度", "重算")
    assert len(summary) == 1 + 14 + 1
    assert summary[1][3:6] == ("99.97", "99.97", "优")
    wrong = [row for row in book["校验结果"].values if row[2] == "错误"]
    assert [row[3] for row in wrong] == ["总分"]


def test_a_target_in_the_workbook_is_never_a_formula(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    lines = [{**FORM["indicators"][0], "name": "=1+1", "points": "3"}]
    (folder / "f.docx").write_bytes(
        as_docx(official({**FORM, "project": "=1+1", "indicators": lines}))
    )
    path = tmp_path / "out.xlsx"
    run("score", folder / "f.docx", "--xlsx", path)
    kinds = {cell.data_type for sheet in load_workbook(path) for row in sheet.rows for cell in row}
    assert kinds <= {"s", "n"}
    assert load_workbook(path)["汇总"]["B2"].value == "=1+1"


def test_an_empty_folder_is_told(run: Run, tmp_path: Path) -> None:
    status, _, err = run("score", tmp_path)
    assert status == 2
    assert "没有可以读取的文件" in err


def test_a_workbook_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    status, _, err = run("score", TEXT_2019, "--xlsx", tmp_path / "none" / "out.xlsx")
    assert status == 2
    assert "写不了" in err
