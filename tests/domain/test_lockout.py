from datetime import UTC, datetime, timedelta

import pytest

from app.domain.lockout import LockRules

NOW = datetime(2025, 3, 3, tzinfo=UTC)
RULES = LockRules()


@pytest.mark.parametrize(("failures", "locks"), [(0, False), (4, False), (5, True), (9, True)])
def test_five_failures_lock_for_a_quarter_of_an_hour(failures, locks):
    until = RULES.locked_until([NOW] * failures)
    assert until == (NOW + timedelta(minutes=15) if locks else None)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(19, None), (20, 1), (21, 2), (24, 16), (26, 60), (200, 60)]
)
def test_an_address_waits_longer_after_each_failure(failures, seconds):
    until = RULES.slowed_until([NOW] * failures)
    assert until == (None if seconds is None else NOW + timedelta(seconds=seconds))
