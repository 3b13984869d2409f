"""Filing tasks (填报任务): where a moment stands against the days that a task names.

Days are days of a calendar, whole and inclusive: a task that is due on the 31st is in time until
midnight ends that day in the region's zone, and late from then on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from types import MappingProxyType

from app.domain.actors import Role
from app.domain.workflow import REVIEWS, State

# A key acts for the people of its organisation (`courses.seats`): SYSTEM is one of finance.
ISSUERS = frozenset({Role.FINANCE, Role.SYSTEM})
# Who grants what the organisations below ask for, and reminds them.
DECIDERS = ISSUERS | {Role.DEPARTMENT}
ASKERS = frozenset({Role.FILLER, Role.UNIT_LEAD, Role.DEPARTMENT})


class Standing(StrEnum):
    """Where a day lies in the term of a task."""

    EARLY = "early"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


STANDING_LABELS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.EARLY: "未开始",
        Standing.OPEN: "填报中",
        Standing.LATE: "已过截止日期",
        Standing.CLOSED: "已关闭",
    }
)


@dataclass(frozen=True, slots=True)
class Term:
    """The days of a task for one form (填报期): 开始, 截止, 关闭, each the last or first whole day.

    `extended` is the last day of the longest extension (延期) granted; a task that was `ended`
    by hand takes nothing more but from who was granted one.
    """

    opens: date
    due: date
    closes: date
    extended: date | None = None
    ended: bool = False

    @property
    def last_in_time(self) -> date:
        """The last day in time: that of the task, or of an extension that reaches further."""
        return self.due if self.extended is None else max(self.due, self.extended)


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The calendar day that it is in a zone at a moment, which must be aware."""
    return moment.astimezone(zone).date()


def stand(term: Term, day: date) -> Standing:
    """Where a day lies; an extension keeps a closed or ended task open to its last day."""
    if day < term.opens:
        return Standing.EARLY
    if term.extended is not None and day <= term.extended:
        return Standing.OPEN
    if term.ended or day > term.closes:
        return Standing.CLOSED
    return Standing.OPEN if day <= term.due else Standing.LATE


def days_left(term: Term, day: date) -> int:
    """Whole days to the last day in time: 0 on that day itself, negative after it."""
    return (term.last_in_time - day).days


def days_late(term: Term, day: date) -> int:
    """By how many days a day is late, 0 while it is in time."""
    return max(0, -days_left(term, day))


class Bucket(StrEnum):
    """What became of one filing that a task asks for (填报进度)."""

    NOT_BEGUN = "not_begun"
    FILLING = "filling"
    REVIEWING = "reviewing"
    RETURNED = "returned"
    DONE = "done"
    WAIVED = "waived"


BUCKET_LABELS: Mapping[Bucket, str] = MappingProxyType(
    {
        Bucket.NOT_BEGUN: "未开始",
        Bucket.FILLING: "填报中",
        Bucket.REVIEWING: "审核中",
        Bucket.RETURNED: "已退回",
        Bucket.DONE: "已完成",
        Bucket.WAIVED: "免报",
    }
)
# Where the unit still has to act; a filing that was sent is never late.
OWED = frozenset({Bucket.NOT_BEGUN, Bucket.FILLING, Bucket.RETURNED})
STATES: Mapping[Bucket, frozenset[State]] = MappingProxyType(
    {
        Bucket.NOT_BEGUN: frozenset(),
        Bucket.FILLING: frozenset({State.DRAFT}),
        Bucket.REVIEWING: frozenset(REVIEWS),
        Bucket.RETURNED: frozenset({State.RETURNED}),
        Bucket.DONE: frozenset({State.COMPLETED, State.PUBLISHED}),
        Bucket.WAIVED: frozenset(),
    }
)


def bucket_of(state: State | None, *, waived: bool) -> Bucket:
    """The bucket of a form in that state, None when none was begun.

    A waiver (免报) takes away what is owed; what was sent in all the same is counted as sent.
    """
    found = next((item for item in Bucket if state in STATES[item]), Bucket.NOT_BEGUN)
    return Bucket.WAIVED if waived and found in OWED else found


@dataclass(frozen=True, slots=True)
class Tally:
    """How many filings stand in each bucket; `late` counts those owed beyond their last day."""

    counts: Mapping[Bucket, int]
    late: int = 0

    @property
    def asked(self) -> int:
        """应报: all of them, those waived included."""
        return sum(self.counts.values())

    @property
    def owed(self) -> int:
        """未报: what the units still have to send."""
        return sum(self.counts.get(item, 0) for item in OWED)


NOTHING_ASKED = Tally(MappingProxyType({}))


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies."""
    counts: dict[Bucket, int] = {}
    late = 0
    for tally in tallies:
        late += tally.late
        for item, count in tally.counts.items():
            counts[item] = counts.get(item, 0) + count
    return Tally(MappingProxyType(counts), late)
