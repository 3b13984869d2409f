"""Words, icons and colours of a form's state and of its deadline: one fixed vocabulary."""

from dataclasses import dataclass
from datetime import date

from app.db.filing_tasks import FilingTask
from app.domain.filing_tasks import BUCKET_LABELS, Bucket, Standing
from app.domain.standards import Standard
from app.domain.workflow import LABELS, State
from app.views.filters import day

SOON_DAYS = 7
BUCKET_LOOKS = {
    Bucket.NOT_BEGUN: ("neutral", "circle-dashed"),
    Bucket.FILLING: ("neutral", "pencil"),
    Bucket.REVIEWING: ("primary", "hourglass"),
    Bucket.RETURNED: ("error", "corner-up-left"),
    Bucket.DONE: ("ok", "circle-check"),
    Bucket.WAIVED: ("neutral", "check"),
}
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


@dataclass(frozen=True, slots=True)
class StandingView:
    """Where a filing task stands: its words, whether its days still count down."""

    label: str
    tone: str
    icon: str
    counting: bool


def standing_view(task: FilingTask, standing: Standing) -> StandingView:
    """Where a filing task stands today."""
    if standing is Standing.EARLY:
        return StandingView(f"{day(task.opens)}开始填报", "neutral", "clock", counting=False)
    if standing is Standing.OPEN:
        return StandingView("填报中", "primary", "pencil", counting=True)
    if standing is Standing.LATE:
        return StandingView(
            f"已过截止日期，{day(task.closes)}关闭", "warn", "clock", counting=False
        )
    ended = "已结束" if task.ended_at else "已关闭"
    return StandingView(ended, "neutral", "lock", counting=False)


def bucket_view(bucket: Bucket) -> StateView:
    """The chip of where a filing stands."""
    tone, icon = BUCKET_LOOKS[bucket]
    return StateView(BUCKET_LABELS[bucket], tone, icon)


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
