"""From posted fields to what the services take; a field that was not sent stays unchanged."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import HTTPException

from app.services.cells import Bulk, CellEntry
from app.services.entries import FormEntry, FundEntry, LineEntry
from app.views.forms import grouped

MOST_CELLS = 5000


def line_entry(own: Mapping[str, str]) -> LineEntry:
    """The cells of one indicator row, by column."""
    return LineEntry(own.get("actual"), own.get("judged"), own.get("reason"))


def fund_entry(own: Mapping[str, str]) -> FundEntry:
    """The amounts of one fund source in 元, by column."""
    return FundEntry(own.get("initial"), own.get("adjusted"), own.get("executed"))


def form_entry(fields: Mapping[str, str]) -> FormEntry:
    """Every cell of the sheet."""
    return FormEntry(
        achieved=fields.get("achieved"),
        funds={key: fund_entry(own) for key, own in grouped(fields, "funds").items()},
        lines={
            int(key): line_entry(own)
            for key, own in grouped(fields, "lines").items()
            if key.isascii() and key.isdigit() and len(key) < 19
        },
    )


def cell_entries(fields: Mapping[str, str]) -> list[CellEntry]:
    """The cells of an autosave or a paste: JSON in one field, since a form's fields are counted.

    Each is {"name": "lines.12.actual", "text": …, "known": […]}; anything else is a 400.
    """
    try:
        rows = json.loads(fields.get("cells", ""))
        found = [_cell_entry(row) for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise HTTPException(400) from error
    if not 0 < len({entry.path for entry in found}) == len(found) <= MOST_CELLS:
        raise HTTPException(400)
    return found


def bulk(fields: Mapping[str, str]) -> Bulk | None:
    """Whether the cells were pasted as a block."""
    return Bulk.PASTE if fields.get("bulk") == Bulk.PASTE else None


def _cell_entry(row: Any) -> CellEntry:
    name, text, known = row["name"], row["text"], row["known"]
    if not all(isinstance(item, str) for item in (name, text, *known)):
        raise TypeError
    # As in every form: a line ends with one character, where browsers send two.
    return CellEntry("/" + name.replace(".", "/"), text.replace("\r\n", "\n"), tuple(known))
