"""Static files, and what the floor browser (Chromium 86) and the offline intranet can bear."""

import re
import subprocess
from pathlib import Path

import pytest

from app.views import assets
from app.views.page import ENVIRONMENT, TEMPLATES

OWN = [path for path in assets.ROOT.glob("*.*") if path.suffix in (".css", ".js", ".svg")]
STYLES = [path for path in OWN if path.suffix == ".css"]
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
VIEWS = Path(assets.__file__).parent
REPOSITORY = Path(__file__).resolve().parents[2]

NOT_IN_CHROMIUM_86 = {
    ".js": r"\.at\(|findLast|Object\.hasOwn|structuredClone|randomUUID|AbortSignal\.timeout"
    r"|static \{|#\w+ in |\.inert|popover|:is\(|:where\(|:has\(",
    ".css": r":is\(|:where\(|:has\(|:user-invalid|:not\([^)]*[ ,]|\binset\s*:|aspect-ratio"
    r"|\d(dvh|svh|lvh)|accent-color|overflow(-[xy])?:\s*clip|@container|color-mix|subgrid"
    r"|field-sizing|@layer|&",
    ".svg": r"$^",
}
ICON = re.compile(r"""(?:ui\.)?icon\("([a-z0-9-]+)""")
ICON_OF_PLACE = re.compile(r"""Place\(.*?, "show_\w+", "([a-z0-9-]+)\"""")
ICON_IN_PYTHON = re.compile(r"""\("(?:neutral|error|primary|ok|须\w+|供\w+)", "([a-z0-9-]+)"\)""")


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_the_floor_browser_understands_it(path):
    found = re.search(NOT_IN_CHROMIUM_86[path.suffix], path.read_text(encoding="utf-8"))
    assert found is None, found


def test_the_scripts_are_es2021(tmp_path):
    newer = tmp_path / "newer.js"
    newer.write_text("class Cell { static { this.born = 2022; } }\n", encoding="utf-8")
    scripts = [*assets.ROOT.rglob("*.js"), newer]
    command = " ".join(["node", "tests/views/es2021.cjs", *map(str, scripts)])
    run = ["bash", "scripts/npm.sh", "exec", "--offline", "-c", command]
    parsed = subprocess.run(run, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True)
    assert [line.partition(":")[0] for line in parsed.stdout.splitlines()] == [str(newer)]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "//" not in re.sub(r"(?m)^\s*//.*$| // .*$", "", text)
    assert "@import" not in text


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_the_palette_lives_in_one_file(path):
    colours = re.findall(r"#[0-9a-f]{6}\b", path.read_text(encoding="utf-8"))
    assert path.name == "tokens.css" or not colours


@pytest.mark.parametrize("name", PAGES)
def test_every_template_compiles(name):
    assert ENVIRONMENT.get_template(name)


def test_the_icon_list_is_what_the_pages_draw():
    lines = (assets.ROOT / "icons.txt").read_text(encoding="utf-8").splitlines()
    listed = {line for line in lines if line and not line.startswith("#")}
    templates = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in PAGES)
    code = "".join(path.read_text(encoding="utf-8") for path in VIEWS.glob("*.py"))
    assert listed == {
        *ICON.findall(templates),
        *ICON_IN_PYTHON.findall(code),
        *ICON_OF_PLACE.findall(code),
    }


def test_a_file_named_with_its_hash_is_kept_for_good(stranger):
    answer = stranger.client.get(assets.asset("tokens.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000", "?x=1"])
def test_any_other_address_of_it_is_asked_anew(stranger, query):
    answer = stranger.client.get(f"/static/tokens.css{query}")
    assert answer.headers["cache-control"] == "no-cache"


def test_the_hash_follows_the_content(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    (tmp_path / "a.css").write_text("a {}")
    first = assets.asset("a.css")
    (tmp_path / "a.css").write_text("a { color: red }")
    assert first.startswith("/static/a.css?v=")
    assert assets.asset("a.css") != first
    assert assets.asset("absent.css") == "/static/absent.css"


@pytest.mark.parametrize(
    "path", ["/static/absent.css", "/static/../page.py", "/static/%2e%2e/page.py"]
)
def test_nothing_outside_the_folder_is_served(stranger, path):
    assert stranger.client.get(path).status_code == 404
