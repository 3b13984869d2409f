"""A form of a document as it was read and what came of it, told as plain values."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from app.schemas.scorings import ScoringIn, ScoringOut
from app.services.candidates import Candidate
from app.services.checking import Checked
from app.services.readings.found import Aside, Mark, Unread


@dataclass(frozen=True, slots=True)
class ScoredForm:
    """One form of a file, as it was read, what came of it, and what the reading leaves open."""

    form: ScoringIn
    result: ScoringOut
    line: int = 0
    place: str = ""
    department: str = ""
    because: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()
    marks: tuple[Mark, ...] = ()
    unread: tuple[Unread, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    def counts(self) -> Counter[str]:
        """How many findings of each severity there are."""
        return Counter(finding.severity for finding in self.result.findings)

    def as_json(self) -> dict[str, Any]:
        """Form, result and reading as `--json` prints them."""
        told: dict[str, Any] = {
            "form": self.form.model_dump(mode="json", exclude_unset=True),
            "result": self.result.model_dump(mode="json"),
            "unread": _plain(self.unread),
        }
        if self.because:
            told |= {
                "because": list(self.because),
                "uncertain": _plain(self.marks),
                "aside": _plain(self.asides),
                "candidates": _plain(self.candidates),
            }
        return told


def of_checked(checked: Checked) -> ScoredForm:
    """What checking made of one form."""
    reading = checked.reading
    return ScoredForm(
        form=checked.request,
        result=checked.result,
        line=reading.line,
        place=reading.place,
        department=reading.department,
        because=checked.because,
        asides=reading.asides,
        marks=reading.marks,
        unread=reading.unread,
        candidates=checked.candidates,
    )


def _plain(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]
