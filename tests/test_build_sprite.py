"""The icons of the pages, gathered into one file."""

import importlib.util
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts/build_sprite.py"
ICON = '<!-- @license icons - ISC -->\n<svg\n  width="24"\n>\n  <path d="M1 1" />\n</svg>\n'
SVG = "{http://www.w3.org/2000/svg}"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_sprite", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build_sprite = load_script()


@pytest.fixture
def icons(tmp_path: Path) -> Path:
    for name in ("check", "circle-check"):
        (tmp_path / f"{name}.svg").write_text(ICON)
    return tmp_path


def test_each_name_becomes_a_symbol(icons: Path) -> None:
    sprite = build_sprite.sprite("# icons\ncircle-check\n\ncheck  # saved\ncheck\n", icons)
    root = ET.fromstring(sprite)
    symbols = root.findall(f"{SVG}symbol")
    assert [symbol.get("id") for symbol in symbols] == ["check", "circle-check"]
    assert symbols[0].find(f"{SVG}path").get("d") == "M1 1"
    assert "@license icons - ISC" in sprite


def test_an_unknown_name_tells_what_comes_near(
    icons: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = icons / "icons.txt"
    listed.write_text("chekc\n")
    assert build_sprite.main([str(listed), str(icons), str(icons / "out")]) == 1
    assert "no icon 'chekc'; near it: check" in capsys.readouterr().err
