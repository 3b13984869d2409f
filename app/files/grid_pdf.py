"""A grid as PDF, set by typst in fonts that travel with the program and into the file."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

from typst import Compiler, Fonts

from app.files.grids import Grid, GridTable, placed

FONTS = "pylopdf_fonts_zh_cn"
SOURCE = "grid.typ"
# A compiler keeps its fonts and what it has set before, and does one thing at a time.
_one_at_a_time = Lock()


def written(grid: Grid, now: datetime) -> bytes:
    """The grid as a PDF made at that moment; the same grid and moment give the same bytes."""
    inputs = {"grid": json.dumps(_data(grid), ensure_ascii=False)}
    with _one_at_a_time:
        made = _compiler().compile(format="pdf", sys_inputs=inputs, timestamp=int(now.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made).__name__} for a PDF")
    return made


@lru_cache(maxsize=1)
def _compiler() -> Compiler:
    folder = Path(str(files(FONTS)))
    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    source = Path(str(files("app.files") / SOURCE))
    return Compiler(source, root=source.parent, font_paths=fonts, ignore_system_fonts=True)


def _data(grid: Grid) -> dict[str, Any]:
    width = len(grid.widths)
    return {
        "title": grid.title,
        "subtitle": grid.subtitle,
        "mark": grid.mark,
        "unit": grid.unit,
        "landscape": grid.landscape,
        "widths": grid.widths,
        "tables": [
            {"headings": table.headings, "cells": list(_cells(table, width))}
            for table in grid.tables
        ],
        "notes": grid.notes,
        "signatures": grid.signatures,
        "foot": grid.foot_lines,
    }


def _cells(table: GridTable, width: int) -> Iterator[dict[str, Any]]:
    for item in placed(table, width):
        yield {
            "row": item.row,
            "column": item.column,
            "columns": item.cell.columns,
            "rows": item.cell.rows,
            "style": item.cell.style.value,
            # A tab has no width of its own in a cell.
            "text": item.cell.text.replace("\t", "  "),
        }
