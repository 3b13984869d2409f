"""Words, icons and colours of a form's state and of its deadline: one fixed vocabulary."""

from dataclasses import dataclass
from datetime import date

from app.domain.standards import Standard
from app.domain.workflow import LABELS, State

SOON_DAYS = 7
GRADE_TONES = ("ok", "primary", "warn")

LOOKS = {
    State.DRAFT: ("neutral", "pencil"),
    State.RETURNED: ("error", "corner-up-left"),
    State.UNIT_REVIEW: ("primary", "hourglass"),
    State.DEPARTMENT_REVIEW: ("primary", "hourglass"),
    State.FINANCE_REVIEW: ("primary", "hourglass"),
    State.COMPLETED: ("ok", "circle-check"),
    State.PUBLISHED: ("ok", "globe"),
}


@dataclass(frozen=True, slots=True)
class StateView:
    """A state as a chip: word, colour and icon together."""

    label: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """截止日期 with the days left in words, and how urgent it is."""

    on: date
    words: str
    tone: str


def state_view(state: str) -> StateView:
    """The chip of a state."""
    tone, icon = LOOKS[State(state)]
    return StateView(LABELS[State(state)], tone, icon)


def deadline(due_on: date | None, left: int | None) -> Deadline | None:
    """How long there is still to fill, None when no day was set."""
    if due_on is None or left is None:
        return None
    if left < 0:
        return Deadline(due_on, f"已逾期 {-left} 天", "error")
    if left == 0:
        return Deadline(due_on, "今天截止", "warn")
    return Deadline(due_on, f"还剩 {left} 天", "warn" if left <= SOON_DAYS else "neutral")


def grade_tone(standard: Standard, grade: str) -> str:
    """The colour of a grade by its place on the scale; every step below the third is an error."""
    names = [step.name for step in standard.scale.steps]
    place = names.index(grade) if grade in names else len(names)
    return GRADE_TONES[place] if place < len(GRADE_TONES) else "error"
