"""What a form holds at one moment, as JSON text: what is frozen, and what is printed, hashed."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from app.services.form_sheets import FormSheet


def content(loaded: FormSheet) -> dict[str, Any]:
    """The form as it stands, with the hashes of its evidence and its score."""
    rows = {line.id: place for place, line in enumerate(loaded.lines)}
    return {
        **_figures(loaded),
        "form": asdict(loaded.sheet.form),
        "answers": [
            {"code": code, "path": path, "reason": reason}
            for (code, path), reason in sorted(loaded.answers.items())
        ],
        "attachments": [
            {
                "indicator": None if item.line_id is None else rows[item.line_id],
                "name": item.name,
                "sha256": item.sha256,
            }
            for item in loaded.attachments
        ],
    }


def printed_hash(loaded: FormSheet) -> str:
    """The hash of what a document shows: cells, points, total, the edition.

    What the accounts say beside the form, and the evidence, are on no paper.
    """
    form = asdict(loaded.sheet.form)
    del form["registered"]
    return digest(written({**_figures(loaded), "form": form}))


def written(values: dict[str, Any]) -> str:
    """A content as text, the same for the same content."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)


def digest(text: str) -> str:
    """Its SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _figures(loaded: FormSheet) -> dict[str, Any]:
    sheet = loaded.sheet
    return {
        "standard": loaded.form.standard,
        "edition": loaded.form.edition,
        "edition_hash": loaded.form.edition_hash,
        "points": [str(line.scored.points) for line in sheet.lines],
        "execution_points": str(sheet.execution.points),
        "total": str(sheet.total),
        "grade": sheet.grade,
    }
