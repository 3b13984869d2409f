"""A finding: what a check says of a form, for a person and for a machine (审核发现)."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error blocks submission, a warning asks for a reason."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding at one place: `path` is a JSON pointer into the form as it was given."""

    code: str
    severity: Severity
    path: str
    message: str
    expected: str = ""
    given: str = ""
