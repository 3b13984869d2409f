"""Reminders (催报): quiet hours, and texts with fields in braces."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from string import Formatter
from types import MappingProxyType
from typing import Any

from app.domain.tables import Table, TableError

SATURDAY = 5
# Two weekends and two nights lie between no moment and the next permitted one.
FURTHEST = 8

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "unit": "单位",
        "project": "项目",
        "task": "填报任务",
        "due": "截止日期",
        "left": "剩余或逾期天数",
        "state": "办理状态",
    }
)


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nobody is reminded: a time of day, perhaps across midnight, and weekends."""

    begins: time
    ends: time
    weekends: bool

    def holds(self, local: datetime) -> bool:
        """Whether a moment of a region's clock is quiet."""
        if self.weekends and local.weekday() >= SATURDAY:
            return True
        clock = local.time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """Quiet hours, days ahead (usual and longest), reminders of one click, how often to look."""

    quiet: Quiet
    ahead: int
    longest_ahead: int
    most: int
    look_every: timedelta


def parse(document: Mapping[str, Any]) -> ReminderPolicy:
    """The policy of a file; raises TableError."""
    table = Table(document, "reminders.toml")
    begins, ends = _clock(table, "quiet_from"), _clock(table, "quiet_until")
    policy = ReminderPolicy(
        quiet=Quiet(begins, ends, table.flag("quiet_weekends", True)),
        ahead=table.whole("ahead_days"),
        longest_ahead=table.whole("longest_ahead_days"),
        most=table.whole("most_at_once"),
        look_every=timedelta(seconds=table.whole("look_every_seconds")),
    )
    table.close()
    if policy.look_every <= timedelta() or policy.most < 1:
        raise TableError("reminders.toml: most_at_once and look_every_seconds begin at 1")
    if not 0 <= policy.ahead <= policy.longest_ahead:
        raise TableError("reminders.toml: ahead_days lies between 0 and longest_ahead_days")
    return policy


def permitted(moment: datetime, zone: tzinfo, quiet: Quiet) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into, in UTC."""
    local = moment.astimezone(zone)
    for _ in range(FURTHEST):
        if not quiet.holds(local):
            break
        local = _later(local, zone, quiet)
    return local.astimezone(UTC)


def unfit(text: str) -> str:
    """Why a text cannot be filled in, in Chinese; "" when it can."""
    known = "、".join(f"{{{name}}}" for name in FIELDS)
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return f"花括号要成对使用，如 {known}"
    for _, name, shape, conversion in parts:
        if name is not None and (name not in FIELDS or shape or conversion):
            return f"不认识 {{{name}}}，可以使用 {known}"
    return ""


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its fields filled in; whatever a value holds is never read as a field."""
    return "".join(
        literal + (values[name] if name else "") for literal, name, _, _ in Formatter().parse(text)
    )


def days_in_words(left: int) -> str:
    """还剩 3 天, 今天截止, 已逾期 2 天."""
    if left < 0:
        return f"已逾期 {-left} 天"
    return f"还剩 {left} 天" if left else "今天截止"


def _later(local: datetime, zone: tzinfo, quiet: Quiet) -> datetime:
    """The next time at which the quiet of a moment may be over: an end of hours, or a midnight."""
    weekend = quiet.weekends and local.weekday() >= SATURDAY
    ends = time() if weekend else quiet.ends
    tomorrow = weekend or local.time() >= ends
    day = local.date() + timedelta(days=1 if tomorrow else 0)
    return datetime.combine(day, ends, zone)


def _clock(table: Table, name: str) -> time:
    text = table.text(name)
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise TableError(
            f"{table.where(name)}: expected a time like 20:00, got {text!r}"
        ) from error
