"""The real forms of tests/golden/data, cell by cell as printed."""

import json
from pathlib import Path
from typing import Any

from app.domain.forms import Claimed, Form, FundRow, IndicatorRow
from app.domain.scoring import score_form
from app.domain.sheet import Sheet
from app.domain.standards import Standard
from app.services import standards

DATA = Path(__file__).parent / "data"


class Printed:
    """A printed form: `document` as the file holds it, `form` as the domain reads it."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(DATA).with_suffix("").as_posix()
        self.document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.form = Form(
            fiscal_year=self.document["fiscal_year"],
            project=self.document["project"],
            unit=self.document["unit"],
            funds=tuple(FundRow(**row) for row in self.document["funds"]),
            indicators=tuple(IndicatorRow(**row) for row in self.document["indicators"]),
            claimed=Claimed(**self.document["claimed"]),
        )
        self.standard: Standard = standards.get(self.document["standard"], self.document["edition"])

    def score(self, form: Form | None = None) -> Sheet:
        """The form, or a changed copy of it, scored under the edition that it was printed for."""
        return score_form(form or self.form, self.standard)

    def __repr__(self) -> str:
        return self.name


def printed(pattern: str) -> list[Printed]:
    """The forms whose files match, in order; none at all is a mistake."""
    found = [Printed(path) for path in sorted(DATA.glob(pattern))]
    assert found, f"no golden file matches {pattern}"
    return found
