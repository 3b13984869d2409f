"""Where a moment stands in the term of a filing task, to the minute, in any zone."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from app.domain.filing_tasks import (
    NOTHING_ASKED,
    OWED,
    STATES,
    Bucket,
    Standing,
    Tally,
    Term,
    bucket_of,
    days_late,
    days_left,
    local_day,
    stand,
    together,
)
from app.domain.workflow import State

SHANGHAI, AUCKLAND = ZoneInfo("Asia/Shanghai"), ZoneInfo("Pacific/Auckland")
NEW_YORK = ZoneInfo("America/New_York")
MARCH = Term(date(2025, 3, 3), date(2025, 3, 31), date(2025, 4, 10))
ONE_DAY = Term(date(2025, 3, 3), date(2025, 3, 3), date(2025, 3, 3))
LONGER = Term(MARCH.opens, MARCH.due, MARCH.closes, extended=date(2025, 4, 20))
SHORTER = Term(MARCH.opens, MARCH.due, MARCH.closes, extended=date(2025, 4, 5))
ENDED = Term(MARCH.opens, MARCH.due, MARCH.closes, ended=True)
ENDED_LONGER = Term(MARCH.opens, MARCH.due, MARCH.closes, date(2025, 4, 20), ended=True)


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("term", "moment", "expected"),
    [
        (MARCH, "2025-03-02T23:59:59.999999", Standing.EARLY),
        (MARCH, "2025-03-03T00:00", Standing.OPEN),
        (MARCH, "2025-03-31T00:00", Standing.OPEN),
        (MARCH, "2025-03-31T23:59:59.999999", Standing.OPEN),
        (MARCH, "2025-04-01T00:00", Standing.LATE),
        (MARCH, "2025-04-10T23:59:59.999999", Standing.LATE),
        (MARCH, "2025-04-11T00:00", Standing.CLOSED),
        (ONE_DAY, "2025-03-02T23:59", Standing.EARLY),
        (ONE_DAY, "2025-03-03T23:59", Standing.OPEN),
        (ONE_DAY, "2025-03-04T00:00", Standing.CLOSED),
        (LONGER, "2025-04-11T00:00", Standing.OPEN),
        (LONGER, "2025-04-20T23:59:59", Standing.OPEN),
        (LONGER, "2025-04-21T00:00", Standing.CLOSED),
        (LONGER, "2025-03-02T12:00", Standing.EARLY),
        (SHORTER, "2025-04-05T23:59", Standing.OPEN),
        (SHORTER, "2025-04-06T00:00", Standing.LATE),
        (SHORTER, "2025-04-11T00:00", Standing.CLOSED),
        (ENDED, "2025-03-15T12:00", Standing.CLOSED),
        (ENDED, "2025-03-02T12:00", Standing.EARLY),
        (ENDED_LONGER, "2025-03-15T12:00", Standing.OPEN),
        (ENDED_LONGER, "2025-04-21T00:00", Standing.CLOSED),
    ],
)
def test_a_moment_stands_in_one_part_of_the_term(term, moment, expected):
    assert stand(term, local_day(at(moment), SHANGHAI)) is expected


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2025-03-31T15:59:59", SHANGHAI, Standing.OPEN),
        ("2025-03-31T16:00:00", SHANGHAI, Standing.LATE),
        ("2025-03-31T10:59:59", AUCKLAND, Standing.OPEN),  # daylight saving time, 13 hours ahead
        ("2025-03-31T11:00:00", AUCKLAND, Standing.LATE),
        ("2025-04-01T03:59:59", NEW_YORK, Standing.OPEN),
        ("2025-04-01T04:00:00", NEW_YORK, Standing.LATE),
        ("2025-03-31T18:29:59", timezone(timedelta(hours=5, minutes=30)), Standing.OPEN),
        ("2025-03-31T18:30:00", timezone(timedelta(hours=5, minutes=30)), Standing.LATE),
    ],
)
def test_midnight_is_that_of_the_region(moment, zone, expected):
    assert stand(MARCH, local_day(at(moment, UTC), zone)) is expected


def test_a_day_of_25_hours_is_one_day():
    # New Zealand's clocks went back on 6 April 2025: that day began at UTC+13, ended at UTC+12.
    term = Term(date(2025, 4, 1), date(2025, 4, 6), date(2025, 4, 6))
    last = datetime(2025, 4, 6, 11, 59, 59, tzinfo=UTC)
    assert stand(term, local_day(last, AUCKLAND)) is Standing.OPEN
    assert stand(term, local_day(last + timedelta(seconds=1), AUCKLAND)) is Standing.CLOSED


@pytest.mark.parametrize(
    ("term", "day", "left", "late"),
    [
        (MARCH, date(2025, 3, 30), 1, 0),
        (MARCH, date(2025, 3, 31), 0, 0),
        (MARCH, date(2025, 4, 1), -1, 1),
        (MARCH, date(2025, 4, 30), -30, 30),
        (LONGER, date(2025, 4, 20), 0, 0),
        (LONGER, date(2025, 4, 21), -1, 1),
        (SHORTER, date(2025, 4, 6), -1, 1),
        (Term(*[date(2025, 3, 3)] * 3, extended=date(2025, 3, 1)), date(2025, 3, 3), 0, 0),
    ],
)
def test_days_are_counted_from_the_last_day_in_time(term, day, left, late):
    assert (days_left(term, day), days_late(term, day)) == (left, late)


@pytest.mark.parametrize(
    ("state", "waived", "expected"),
    [
        (None, False, Bucket.NOT_BEGUN),
        (None, True, Bucket.WAIVED),
        (State.DRAFT, False, Bucket.FILLING),
        (State.DRAFT, True, Bucket.WAIVED),
        (State.RETURNED, False, Bucket.RETURNED),
        (State.RETURNED, True, Bucket.WAIVED),
        (State.UNIT_REVIEW, True, Bucket.REVIEWING),
        (State.FINANCE_REVIEW, False, Bucket.REVIEWING),
        (State.COMPLETED, True, Bucket.DONE),
        (State.PUBLISHED, False, Bucket.DONE),
    ],
)
def test_a_filing_stands_in_one_bucket(state, waived, expected):
    assert bucket_of(state, waived=waived) is expected


def test_every_state_of_a_form_has_its_bucket():
    assert {state for states in STATES.values() for state in states} == set(State)
    assert not OWED & {Bucket.WAIVED, Bucket.DONE, Bucket.REVIEWING}


def test_tallies_add_up():
    first = Tally({Bucket.NOT_BEGUN: 2, Bucket.DONE: 1}, late=2)
    second = Tally({Bucket.DONE: 3, Bucket.WAIVED: 1})
    both = together([first, second, NOTHING_ASKED])
    assert (both.asked, both.owed, both.late) == (7, 2, 2)
    assert both.counts[Bucket.DONE] == 4
