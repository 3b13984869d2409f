"""The trail's events and their chain: one spelling, and no row altered unseen."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from app.domain import audit_chain
from app.domain.actors import Role
from app.domain.audit import (
    AUDIT_LABELS,
    OBJECT_LABELS,
    RESULT_LABELS,
    AuditAction,
    AuditEvent,
    Change,
    ObjectKind,
    Result,
    differences,
    read,
    shown_address,
    text_of,
    written,
)
from app.domain.audit_chain import (
    FAULT_WORDS,
    FORMAT,
    GENESIS,
    HASHES,
    Fault,
    HashMissing,
    Link,
    Verified,
    canonical,
    digest,
    unreadable,
    verify,
)

AT = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)


def event(number: int, **given) -> AuditEvent:
    usual = {
        "number": number,
        "at": AT + timedelta(minutes=number),
        "actor_id": 7,
        "actor_name": "周晓岚",
        "actor_role": Role.FILLER,
        "address": "10.1.2.3",
        "action": AuditAction.EDIT,
        "object_kind": ObjectKind.SELF_EVALUATION,
        "object_id": "12",
        "organisation_id": 3,
        "region_code": "310000",
        "fiscal_year": 2024,
        "result": Result.DONE,
        "changes": (Change("/lines/4/actual", None, f"{number}册"),),
    }
    return AuditEvent(**usual | given)


def chained(count: int, algorithm: str = "sha256") -> list[Link]:
    links, previous = [], GENESIS
    for number in range(1, count + 1):
        previous = digest(previous, event(number), algorithm)
        links.append(Link(event(number), previous))
    return links


def checked(links: list[Link], head: Link | None = None) -> Verified:
    end = head or links[-1]
    return verify(links, end.event.number, end.digest)


def renumbered(links: list[Link], first: int = 1) -> list[Link]:
    return [
        Link(replace(link.event, number=number), link.digest)
        for number, link in enumerate(links, first)
    ]


@pytest.mark.parametrize("algorithm", HASHES)
def test_a_chain_left_alone_is_sound(algorithm):
    links = chained(20, algorithm)
    assert checked(links) == Verified(20, links[-1].digest)
    assert links[-1].digest.startswith(f"{algorithm}:")


def test_an_empty_chain_is_sound():
    assert verify([], 0, GENESIS) == Verified(0, GENESIS)


def test_a_chain_may_change_its_hash_on_the_way():
    links = chained(3)
    last = event(4)
    links.append(Link(last, digest(links[-1].digest, last, "sm3")))
    assert checked(links).count == 4


@pytest.mark.parametrize(
    "change",
    [
        {"at": AT},
        {"actor_id": 8},
        {"actor_id": None},
        {"actor_name": "别人"},
        {"actor_role": Role.FINANCE},
        {"address": "10.1.2.4"},
        {"action": AuditAction.SUBMIT},
        {"object_kind": ObjectKind.PROJECT},
        {"object_id": "13"},
        {"organisation_id": 4},
        {"region_code": None},
        {"fiscal_year": 2023},
        {"result": Result.REFUSED},
        {"changes": ()},
        {"changes": (Change("/lines/4/actual", None, "95册"),)},
        {"changes": (Change("/lines/4/actual", "", "5册"),)},
        {"organisation_id": "3"},
        {"object_id": b"12"},
    ],
)
@pytest.mark.parametrize("place", [1, 5, 9])
def test_a_changed_row_is_named(change, place):
    links = chained(9)
    links[place - 1] = replace(links[place - 1], event=event(place, **change))
    found = checked(links)
    assert (found.count, found.broken, found.fault) == (place - 1, place, Fault.CHANGED)


@pytest.mark.parametrize("stored", ["", "sha256:", "md5:00", "sm3:00", "nonsense"])
def test_a_changed_digest_is_named(stored):
    links = chained(5)
    links[2] = replace(links[2], digest=stored)
    assert checked(links, links[-1]).broken == 3


def test_a_row_rewritten_with_its_digest_breaks_the_next():
    links = chained(5)
    forged = event(3, actor_name="别人")
    links[2] = Link(forged, digest(links[1].digest, forged, "sha256"))
    assert (checked(links).broken, checked(links).fault) == (4, Fault.CHANGED)


def test_the_last_row_rewritten_with_its_digest_is_named_by_the_head():
    links = chained(5)
    head, forged = links[-1], event(5, actor_name="别人")
    links[4] = Link(forged, digest(links[3].digest, forged, "sha256"))
    assert checked(links, head) == Verified(4, links[4].digest, 5, Fault.CHANGED)


@pytest.mark.parametrize("place", [1, 4, 9])
def test_a_deleted_row_is_named(place):
    links = chained(9)
    head = links[-1]
    del links[place - 1]
    found = checked(links, head)
    assert (found.broken, found.fault) == (place, Fault.DELETED)


@pytest.mark.parametrize("place", [1, 4, 7])
def test_a_deleted_row_is_named_when_the_others_closed_up(place):
    links = chained(9)
    head = links[-1]
    del links[place - 1]
    found = checked(renumbered(links), head)
    assert (found.broken, found.fault) == (place, Fault.DELETED)


def test_everything_deleted_is_noticed():
    head = chained(3)[-1]
    assert verify([], head.event.number, head.digest).fault is Fault.DELETED


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 4), (3, 8), (8, 9)])
def test_rows_that_changed_places_are_named(one, other):
    links = chained(9)
    head = links[-1]
    links[one - 1], links[other - 1] = links[other - 1], links[one - 1]
    found = checked(renumbered(links), head)
    assert (found.broken, found.fault) == (one, Fault.REORDERED)


@pytest.mark.parametrize("place", [1, 4, 9])
def test_an_inserted_row_is_named(place):
    links = chained(9)
    head = Link(event(10), links[-1].digest)
    links.insert(place - 1, Link(event(place, actor_name="别人"), "sha256:00"))
    found = checked(renumbered(links), head)
    assert (found.broken, found.fault) == (place, Fault.INSERTED)


def test_a_row_added_behind_the_head_is_named():
    links = chained(6)
    found = checked(links, links[4])
    assert (found.count, found.broken, found.fault) == (5, 6, Fault.INSERTED)


def test_a_row_that_cannot_be_read_is_named():
    links = chained(5)
    head = links[-1]
    assert checked([*links[:2], unreadable(3)], head).broken == 3


def test_the_spelling_is_fixed():
    """Events of years ago must verify: another spelling is another FORMAT."""
    change = Change("/lines/4/actual", None, 'a"b')
    assert canonical(event(1, changes=(change,))) == (
        b'["jixiao-audit-1",1,"2025-03-03T02:01:00.000000+00:00",7,"\\u5468\\u6653\\u5c9a",'
        b'"filler","10.1.2.3","edit","self_evaluation","12",3,"310000",2024,"done",'
        b'[["/lines/4/actual",null,"a\\"b"]]]'
    )
    assert FORMAT == "jixiao-audit-1"


def test_a_moment_is_spelled_alike_in_every_zone():
    there = AT.astimezone(timezone(timedelta(hours=8)))
    assert canonical(event(1, at=AT)) == canonical(event(1, at=there))


def test_a_digest_is_the_plain_hash_of_what_was_before_and_the_event():
    plain = hashlib.sha256(GENESIS.encode() + canonical(event(1))).hexdigest()
    assert digest(GENESIS, event(1), "sha256") == f"sha256:{plain}"


def test_sm3_is_the_national_one():
    assert hashlib.new("sm3", b"abc").hexdigest() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


def test_a_machine_without_the_hash_says_what_to_do(monkeypatch):
    def lacking(name, *_):
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(audit_chain.hashlib, "new", lacking)
    with pytest.raises(HashMissing, match=r"没有杂凑算法 sm3.*JIXIAO_AUDIT_HASH"):
        digest(GENESIS, event(1), "sm3")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", None),
        ("  ", "  "),
        (Decimal("4986000.00"), "4986000"),
        (Decimal("0.10"), "0.1"),
        (True, "true"),
        (False, "false"),
        (2024, "2024"),
        (date(2025, 3, 31), "2025-03-31"),
        (Role.FILLER, "filler"),
    ],
)
def test_values_are_kept_as_text(value, text):
    assert text_of(value) == text


def test_only_what_differs_is_a_change():
    before = {"name": "甲", "full": Decimal("10.00"), "code": "", "gone": "x"}
    after = {"name": "乙", "full": Decimal(10), "code": None, "new": 1}
    assert differences(before, after, "/lines/4") == (
        Change("/lines/4/name", "甲", "乙"),
        Change("/lines/4/gone", "x", None),
        Change("/lines/4/new", None, "1"),
    )


def test_changes_are_read_as_they_were_written():
    changes = (Change("/achieved", None, "第一行\n“第二行”"), Change("/state", "draft", None))
    assert read(written(changes)) == changes
    assert "第一行" in written(changes)


@pytest.mark.parametrize(
    "text", ["", "[", "1", "[[]]", '[["/a",null]]', '[["/a", null, "b"]]', "null", '{"a":1}']
)
def test_a_text_that_was_not_so_written_is_a_change_like_no_other(text):
    assert read(text) == (Change("", None, text),)


def test_an_address_is_kept_short_and_printable():
    assert shown_address("10.1.2.3\x00\n\u202e") == "10.1.2.3"
    assert len(shown_address("a" * 500)) == 64


def test_everything_has_its_words():
    assert set(AUDIT_LABELS) == set(AuditAction)
    assert set(OBJECT_LABELS) == set(ObjectKind)
    assert set(RESULT_LABELS) == set(Result)
    assert set(FAULT_WORDS) == set(Fault)
