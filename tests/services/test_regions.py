from datetime import UTC, date, datetime

import pytest

from app.domain.actors import Role
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import regions
from app.services.regions import RegionEntry
from tests.factories import make_actor, make_organisation, make_region


@pytest.fixture
def actor(session):
    return make_actor(make_organisation(session), Role.FINANCE)


def pointers(refused):
    return [problem.pointer for problem in refused.value.errors]


def test_create_get_update_delete(session, actor):
    entry = RegionEntry(code="310101", name=" 黄浦区 ", parent_code="310000")
    region = regions.create(session, actor, entry)
    assert (region.name, region.time_zone, region.version) == ("黄浦区", "Asia/Shanghai", 1)
    renamed = RegionEntry(code="310101", name="新黄浦区", parent_code="310000")
    assert regions.update(session, actor, "310101", 1, renamed).version == 2
    with pytest.raises(VersionConflict) as refused:
        regions.update(session, actor, "310101", 1, renamed)
    assert refused.value.current == 2
    regions.delete(session, actor, "310101", 2)
    with pytest.raises(NotFound):
        regions.get(session, "310101")


def test_every_problem_at_once(session, actor):
    wrong = RegionEntry(code="31", name="", parent_code="999999", time_zone="Mars/Phobos")
    with pytest.raises(Unacceptable) as refused:
        regions.create(session, actor, wrong)
    assert pointers(refused) == ["/code", "/name", "/parent_code", "/time_zone"]


@pytest.mark.parametrize("zone", ["", "Asia", "../etc/passwd", "\x00", "Asia/\ud800"])
def test_what_is_no_time_zone_is_refused(session, actor, zone):
    with pytest.raises(Unacceptable) as refused:
        regions.create(session, actor, RegionEntry(code="310101", name="黄浦区", time_zone=zone))
    assert pointers(refused) == ["/time_zone"]


def test_a_code_is_registered_once(session, actor):
    with pytest.raises(Unacceptable, match="有填写内容"):
        regions.create(session, actor, RegionEntry(code="310000", name="上海市"))


def test_a_region_cannot_lie_in_its_own_part(session, actor):
    make_region(session, "310101", parent_code="310000")
    with pytest.raises(Unacceptable) as refused:
        regions.update(
            session,
            actor,
            "310000",
            1,
            RegionEntry(code="310000", name="上海市", parent_code="310101"),
        )
    assert pointers(refused) == ["/parent_code"]


def test_a_region_in_use_stays(session, actor):
    with pytest.raises(Conflict):
        regions.delete(session, actor, "310000", 1)
    assert regions.get(session, "310000")


def test_a_filler_only_reads(session):
    filler = make_actor(make_organisation(session))
    with pytest.raises(Forbidden):
        regions.create(session, filler, RegionEntry(code="310101", name="黄浦区"))
    assert regions.list_regions(session, None, None).items


def test_pages_follow_the_codes(session, actor):
    for code in ("320000", "110000"):
        make_region(session, code)
    first = regions.list_regions(session, None, 2)
    second = regions.list_regions(session, first.next, 2)
    assert [region.code for region in (*first.items, *second.items)] == [
        "110000",
        "310000",
        "320000",
    ]
    assert second.next is None


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Shanghai", date(2025, 4, 1)), ("UTC", date(2025, 3, 31))]
)
def test_the_day_is_that_of_the_region(session, zone, day):
    make_region(session, "659001", time_zone=zone)
    moment = datetime(2025, 3, 31, 16, 0, tzinfo=UTC)
    assert regions.today(session, "659001", moment) == day
