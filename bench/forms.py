"""Forms to measure with: 20 rows each, made of the published rows in tests/golden/data."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.domain.forms import Claimed, Form, FundRow, IndicatorRow
from app.domain.standards import Standard
from app.services import standards

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden" / "data" / "selfeval-2024"
ROWS = 20
# 20 rows of it are the 90 points that budget execution leaves to the indicators.
FULL = "4.50"
FIGURE = re.compile(r"[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """The cells of a form as plain values, from which a Form is built anew each time."""

    head: dict[str, Any]
    funds: list[dict[str, str]]
    rows: list[dict[str, Any]]
    claimed: dict[str, str]

    def form(self) -> Form:
        """The form as the domain takes it."""
        return Form(
            **self.head,
            funds=tuple(FundRow(**row) for row in self.funds),
            indicators=tuple(IndicatorRow(**row) for row in self.rows),
            claimed=Claimed(**self.claimed),
        )

    def as_request(self, standard: Standard) -> bytes:
        """The body of POST /api/v1/scorings that asks to score it."""
        edition = {"standard": standard.standard, "edition": standard.edition.isoformat()}
        body = {**edition, **self.head, "funds": self.funds, "indicators": self.rows}
        return json.dumps({**body, "claimed": self.claimed}, ensure_ascii=False).encode()

    def distinct(self, number: int) -> "Draft":
        """The same form with cells that no other row and no other number's form has."""
        places = range(number * ROWS, (number + 1) * ROWS)
        return replace(
            self, rows=[_distinct(*pair) for pair in zip(self.rows, places, strict=True)]
        )


def _distinct(row: dict[str, Any], number: int) -> dict[str, Any]:
    """A row like no other: the number goes into its name, and behind its target and actual."""
    cells = {cell: _marked(row[cell], number) for cell in ("target", "actual")}
    return {**row, **cells, "name": f"{row['name']}（{number}）"}


def _marked(text: str, number: int) -> str:
    """A figure with the number as its idle decimals; words with it in blanks, which say nothing."""
    if FIGURE.search(text):
        return FIGURE.sub(lambda found: f"{found[0]}{number:06d}", text, count=1)
    return text + f"{number:b}".translate({ord("0"): " ", ord("1"): "\u3000"})


def drafts() -> list[Draft]:
    """One form for each published form of 2024, with its funds and 20 rows of all of them."""
    documents = [
        json.loads(file.read_text(encoding="utf-8")) for file in sorted(GOLDEN.glob("*.json"))
    ]
    by_name = {row["name"]: row for document in documents for row in document["indicators"]}
    rows = [{**row, "full": FULL, "points": FULL} for row in by_name.values()]
    return [
        Draft(
            head={key: document[key] for key in ("fiscal_year", "project", "unit")},
            funds=document["funds"],
            rows=[rows[(number * ROWS + place) % len(rows)] for place in range(ROWS)],
            claimed=document["claimed"],
        )
        for number, document in enumerate(documents)
    ]


def standard() -> Standard:
    """The edition that the forms were published under."""
    return standards.get("shanghai-self-evaluation", "2024-01-01")
