"""Quiet hours to the minute, and texts with their fields."""

import tomllib
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from app.domain.reminders import (
    FIELDS,
    Quiet,
    days_in_words,
    filled,
    parse,
    permitted,
    unfit,
)
from app.domain.tables import TableError

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
NIGHTS = Quiet(time(20), time(8), weekends=True)
NOON = Quiet(time(12), time(13, 30), weekends=False)
NEVER = Quiet(time(8), time(8), weekends=False)
SHIPPED = (files("app.policies") / "reminders.toml").read_text(encoding="utf-8")


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("quiet", "moment", "expected"),
    [
        (NIGHTS, "2025-03-03T08:00", "2025-03-03T08:00"),  # a Monday
        (NIGHTS, "2025-03-03T07:59:59", "2025-03-03T08:00"),
        (NIGHTS, "2025-03-03T00:00", "2025-03-03T08:00"),
        (NIGHTS, "2025-03-03T19:59:59", "2025-03-03T19:59:59"),
        (NIGHTS, "2025-03-03T20:00", "2025-03-04T08:00"),
        (NIGHTS, "2025-03-07T20:00", "2025-03-10T08:00"),  # Friday evening
        (NIGHTS, "2025-03-08T12:00", "2025-03-10T08:00"),
        (NIGHTS, "2025-03-09T23:59", "2025-03-10T08:00"),
        (NIGHTS, "2025-03-10T00:00", "2025-03-10T08:00"),
        (NOON, "2025-03-08T12:00", "2025-03-08T13:30"),
        (NOON, "2025-03-08T13:30", "2025-03-08T13:30"),
        (NEVER, "2025-03-08T08:00", "2025-03-08T08:00"),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(quiet, moment, expected):
    assert permitted(at(moment), SHANGHAI, quiet) == at(expected).astimezone(UTC)


def test_quiet_hours_are_those_of_the_region():
    moment = datetime(2025, 3, 3, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai, 9:00 in New York
    assert permitted(moment, SHANGHAI, NIGHTS) == at("2025-03-04T08:00")
    assert permitted(moment, NEW_YORK, NIGHTS) == moment


def test_a_night_in_which_the_clocks_change_ends_at_eight_all_the_same():
    saturday = at("2025-03-08T21:00", NEW_YORK)  # clocks go forward on the 9th
    assert permitted(saturday, NEW_YORK, NIGHTS) == at("2025-03-10T08:00", NEW_YORK)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{unit}：请报送“{project}”。", ""),
        ("没有字段", ""),
        ("{{原样的花括号}}", ""),
        ("{unit", "花括号"),
        ("unit}", "花括号"),
        ("{}", "不认识 {}"),
        ("{name}", "不认识 {name}"),
        ("{unit.path}", "不认识 {unit.path}"),
        ("{unit[0]}", "不认识 {unit[0]}"),
        ("{unit!r}", "不认识"),
        ("{unit:>9}", "不认识"),
    ],
)
def test_a_text_that_cannot_be_filled_in_says_why(text, told):
    assert (unfit(text) == "") is (told == "")
    assert told in unfit(text)


def test_a_text_is_filled_in_once():
    values = dict.fromkeys(FIELDS, "") | {"unit": "某{project}中心", "project": "项目"}
    assert filled("{unit}的{project}，{{照抄}}", values) == "某{project}中心的项目，{照抄}"


@pytest.mark.parametrize(
    ("left", "words"), [(3, "还剩 3 天"), (0, "今天截止"), (-2, "已逾期 2 天")]
)
def test_days_are_told_in_words(left, words):
    assert days_in_words(left) == words


def test_the_policy_shipped_can_be_read():
    policy = parse(tomllib.loads(SHIPPED))
    assert policy.quiet == NIGHTS
    assert policy.look_every == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ('quiet_from = "20:00"', 'quiet_from = "8 in the evening"'),
        ("most_at_once = 500", "most_at_once = 0"),
        ("ahead_days = 7\n", "ahead_days = 90\n"),
        ("look_every_seconds = 30", "look_every_seconds = 0"),
        ("quiet_weekends", "quiet_weekend"),
    ],
)
def test_a_faulty_policy_is_refused(line, instead):
    assert line in SHIPPED
    with pytest.raises(TableError):
        parse(tomllib.loads(SHIPPED.replace(line, instead, 1)))
