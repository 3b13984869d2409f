"""What `jixiao score` makes of one file: plain values that travel between processes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.api.exact_json import exact_json
from app.api.problems import BadRequest
from app.api.scorings import answer
from app.api.sentences import problems_of
from app.cli.options import CannotRun
from app.domain.findings import Severity
from app.errors import AppError, Unacceptable
from app.schemas.scorings import ScoringIn
from app.services.checking import check
from app.services.scored_forms import ScoredForm, of_checked

CLEAN, FAULTY, UNREADABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class ScoredFile:
    """A file with its forms; `error` says in Chinese why it could not be read."""

    path: str
    forms: tuple[ScoredForm, ...] = field(default=())
    error: str = ""

    @property
    def status(self) -> int:
        """The exit status that this file alone would give."""
        if self.error:
            return UNREADABLE
        faulty = any(form.counts()[Severity.ERROR] for form in self.forms)
        return FAULTY if faulty else CLEAN

    def as_json(self) -> dict[str, Any]:
        """The file as `--json` prints it."""
        told: dict[str, Any] = {"file": self.path, "forms": [form.as_json() for form in self.forms]}
        return told | {"error": self.error} if self.error else told


def scored_file(path: Path, standard: str, edition: str) -> ScoredFile:
    """A file read and scored; what is wrong with it is told, never raised."""
    try:
        content = path.read_bytes()
        if path.suffix.lower() == ".json":
            forms = [_scored(form, standard, edition) for form in requests(content)]
        else:
            forms = [of_checked(checked) for checked in check(content, standard, edition)]
    except OSError as error:
        return ScoredFile(str(path), error=f"文件打不开（{error.strerror}），请核对路径和权限。")
    except CannotRun as error:
        return ScoredFile(str(path), error=str(error))
    except AppError as error:
        return ScoredFile(str(path), error=str(CannotRun.because_of(error)))
    return ScoredFile(str(path), tuple(forms))


def requests(content: bytes) -> list[ScoringIn]:
    """The forms of a JSON file: one scoring request, or a list of them; raises CannotRun."""
    try:
        document = exact_json(content)
    except BadRequest as error:
        raise CannotRun(error.detail) from error
    try:
        forms = document if isinstance(document, list) else [document]
        return [ScoringIn.model_validate(form) for form in forms]
    except ValidationError as error:
        raise CannotRun(_too_much(error)) from error


def _too_much(error: ValidationError) -> str:
    placed = ({**fault, "loc": ("body", *fault["loc"])} for fault in error.errors())
    return str(CannotRun.because_of(Unacceptable(problems_of(placed))))


def _scored(form: ScoringIn, standard: str, edition: str) -> ScoredForm:
    """A request under the standard that the command or the request names; raises AppError."""
    asked = form
    if standard:  # the form's own edition is one of another standard
        asked = asked.model_copy(update={"standard": standard, "edition": ""})
    if edition:
        asked = asked.model_copy(update={"edition": edition})
    return ScoredForm(form, answer(asked))
