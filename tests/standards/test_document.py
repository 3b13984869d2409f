"""docs/standards.md is what the editions say, and nothing else."""

import runpy
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "write_standards.py"


def test_the_page_is_written_from_the_files():
    written = runpy.run_path(str(SCRIPT))
    page = written["PAGE"].read_text(encoding="utf-8")
    hint = "run .venv/bin/python scripts/write_standards.py"
    assert page == written["render"](), hint
