"""Published forms of tests/golden/data as a reader has to give them back."""

import json
from pathlib import Path
from typing import Any

from app.services.checking import Checked

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "data"
DATA = Path(__file__).parent / "data"
CLAIMS = ("total", "full", "grade")


def golden(folder: str) -> list[dict[str, Any]]:
    """The forms of a folder in order, with a narrative and 主管部门 of our own."""
    documents = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((GOLDEN / folder).glob("*.json"))
    ]
    told = {
        "department": "上海市医疗保障局",
        "expected": "按计划完成全年工作，控制成本。",
        "achieved": "全年工作已经完成，成本得到控制。",
    }
    return [{**told, **document} for document in documents]


def bare(text: str) -> str:
    """A cell without blanks: the golden data leave out those that the printer's fonts made."""
    return text.replace(" ", "").removesuffix("%")


def rows(found: list[dict[str, str]], wanted: list[dict[str, str]]) -> list[dict[str, str]]:
    """The cells found, those that are wanted, so that an inequality shows them side by side."""
    return [
        {key: bare(row.get(key, "")) for key in want}
        for row, want in zip(found, wanted, strict=True)
    ]


def assert_read(checked: Checked, document: dict[str, Any]) -> None:
    """The form came out cell for cell, and holds."""
    form = checked.request.model_dump()
    head = ("project", "unit", "standard", "edition", "region_code")
    assert {key: form[key] for key in head} == {key: document[key] for key in head}
    assert form["fiscal_year"] == str(document["fiscal_year"])
    for key in ("funds", "indicators"):
        wanted = [{name: bare(text) for name, text in row.items()} for row in document[key]]
        assert rows(form[key], wanted) == wanted
    wanted = {key: document["claimed"][key] for key in CLAIMS}
    assert {key: form["claimed"][key] for key in CLAIMS} == wanted
    assert checked.result.total == document["claimed"]["total"]
    errors = [item.message for item in checked.result.findings if item.severity == "error"]
    assert errors == []
