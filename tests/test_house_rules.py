"""The checker of the house rules finds what it is for, and only that."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("house_rules", ROOT / "scripts/house_rules.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["house_rules"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


house_rules = load_script()

HOST = "registry." + "npmjs.org"
WHEELS = "files.python" + "hosted.org"


def function(name: str, lines: int, decorator: str = "") -> str:
    return f"{decorator}def {name}():\n" + "    pass\n" * (lines - 1)


def complaints(rule: Callable[..., Iterator[object]], path: str, text: str) -> list[object]:
    return list(rule(house_rules.SourceFile(path, text)))


BROKEN = [
    ("module_size", "app/services/long.py", "x = 1\n" * 301),
    ("function_size", "app/services/a.py", function("f", 41)),
    ("function_size", "app/domain/a.py", function("f", 26)),
    ("function_size", "app/api/a.py", function("f", 16, '@router.get("/")\n')),
    ("function_size", "app/views/a.py", function("f", 16, '@pages_router.post("/")\n')),
    ("exact_numbers", "app/domain/a.py", "x = float(y)\n"),
    ("exact_numbers", "app/services/a.py", "def f(x: float) -> None: ...\n"),
    ("exact_numbers", "app/domain/a.py", "rate = 0.75\n"),
    ("pure_domain", "app/domain/a.py", "import pydantic\n"),
    ("pure_domain", "app/domain/rules/a.py", "from app.db import base\n"),
    ("finished", "app/api/a.py", "# TODO later\n"),
    ("finished", "app/api/a.py", "raise NotImplementedError\n"),
    ("template_size", "app/views/templates/a.html", "<p>\n" * 141),
    ("plain_templates", "app/views/templates/a.html", '<p class="a" style="x">'),
    ("plain_templates", "app/views/templates/a.html", '<p\n  onclick="x">'),
    ("plain_templates", "app/views/templates/a.html", '<p hx-on:click="x">'),
    ("plain_templates", "app/views/templates/a.html", "<script>go()</script>"),
    ("plain_templates", "app/views/templates/a.html", '<script src="/a.js">go()</script>'),
    ("plain_templates", "app/views/templates/a.html", "<style>p{}</style>"),
    ("no_machine_paths", "docs/a.md", "see /" + "work/main"),
    ("no_machine_paths", "docs/a.md", "see ../" + "shared/x"),
    ("no_machine_paths", "docs/a.md", "see (/" + "home/li/x)"),
    ("no_registry_hosts", "a.lock", f"https://{HOST}/x"),
    ("no_registry_hosts", "a.lock", f"https://{WHEELS}/x"),
    ("no_registry_hosts", "a.md", "from pypi" + ".org"),
    ("no_third_party_assets", "app/views/static/htmx-2.js", ""),
    ("no_third_party_assets", "app/views/static/a.woff2", ""),
    ("no_third_party_assets", "app/views/static/vendor/a.css", ""),
]


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_broken_rule_is_found(rule: str, path: str, text: str) -> None:
    assert len(complaints(getattr(house_rules, rule), path, text)) == 1


KEPT = [
    ("module_size", "app/services/long.py", "x = 1\n" * 300),
    ("function_size", "app/services/a.py", function("f", 40)),
    ("function_size", "app/domain/a.py", function("f", 25)),
    ("function_size", "app/api/a.py", function("f", 15, '@router.get("/")\n')),
    ("function_size", "migrations/versions/a.py", function("upgrade", 200)),
    ("exact_numbers", "app/domain/a.py", 'x = Decimal("0.75")\n'),
    ("exact_numbers", "app/views/a.py", "x = float(y)\n"),
    (
        "pure_domain",
        "app/domain/a.py",
        "from decimal import Decimal\nfrom app.domain import text\n",
    ),
    ("finished", "docs/a.py", "# TODO\n"),
    ("finished", "app/api/a.py", "todos = []\n"),
    (
        "plain_templates",
        "app/views/templates/a.html",
        '{% set style = "x" %}<p {{ a(style="b") }}>',
    ),
    ("plain_templates", "app/views/templates/a.html", '<script src="/a.js" defer></script>'),
    ("plain_templates", "app/views/templates/a.html", '<input data-on="x" placeholder="once">'),
    ("no_machine_paths", "docs/a.md", "/api/v1/self-evaluations, /usr/bin/env, docs/work/x"),
    ("no_registry_hosts", "docs/a.md", "registry.get(name), www.apache.org, htmx.org"),
    ("no_third_party_assets", "app/views/static/app.css", ""),
]


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_what_is_allowed_is_left_alone(rule: str, path: str, text: str) -> None:
    assert complaints(getattr(house_rules, rule), path, text) == []


def test_the_line_is_named() -> None:
    template = "{# two\nlines #}\n<p>\n<p style='x'>"
    assert complaints(house_rules.plain_templates, "app/a.html", template) == [(4, "inline style=")]


def test_files_are_those_that_git_would_keep(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("ignored/\n")
    for name in ("ignored/a.py", "app/a.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("# TODO\n")
    (tmp_path / "seal.png").write_bytes(b"\x89PNG\xff")
    assert house_rules.check(tmp_path) == ["app/a.py:1: unfinished work: TODO"]
