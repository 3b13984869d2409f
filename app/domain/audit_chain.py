"""The chain of the audit trail (审计链): each event's digest is taken over the one before it.

A row that is changed, deleted, moved or put in later no longer fits its neighbours.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain
from types import MappingProxyType

from app.domain.audit import AuditEvent

# Names the order of the fields in `canonical`; a new order needs a new name.
FORMAT = "jixiao-audit-1"
HASHES = ("sha256", "sm3")
GENESIS = "0" * 64


class HashMissing(ValueError):
    """The machine's cryptographic library does not have the hash; the message says what to do."""

    def __init__(self, algorithm: str) -> None:
        super().__init__(
            f"本机的密码库没有杂凑算法 {algorithm}：请换用支持它的 OpenSSL，"
            "或把 JIXIAO_AUDIT_HASH 设为 sha256。"
        )


def canonical(event: AuditEvent) -> bytes:
    """The one spelling of an event that digests are taken over: a JSON array in ASCII."""
    fields = (
        FORMAT,
        event.number,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor_id,
        event.actor_name,
        event.actor_role,
        event.address,
        event.action,
        event.object_kind,
        event.object_id,
        event.organisation_id,
        event.region_code,
        event.fiscal_year,
        event.result,
        [[change.field, change.before, change.after] for change in event.changes],
    )
    # A tampered cell may hold bytes: spelled like nothing that was recorded, it fits no digest.
    return json.dumps(fields, separators=(",", ":"), default=repr).encode("ascii")


def digest(previous: str, event: AuditEvent, algorithm: str) -> str:
    """The event's link in the chain, written `sha256:…`; raises HashMissing."""
    try:
        made = hashlib.new(algorithm, previous.encode())
    except ValueError as error:
        raise HashMissing(algorithm) from error
    made.update(canonical(event))
    return f"{algorithm}:{made.hexdigest()}"


class Fault(StrEnum):
    """What happened to the chain, as far as the rows around the break tell."""

    CHANGED = "changed"
    DELETED = "deleted"
    REORDERED = "reordered"
    INSERTED = "inserted"
    REWRITTEN = "rewritten"


FAULT_WORDS: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.CHANGED: "内容与校验值不符，这一条或它的前一条被改动过",
        Fault.DELETED: "这一条已被删除",
        Fault.REORDERED: "这一条的位置被调换过",
        Fault.INSERTED: "这一条是事后插入的",
        Fault.REWRITTEN: "校验值与以前抄下的不同，这一条或更早的记录连同其后各条被整体改写过",
    }
)


@dataclass(frozen=True, slots=True)
class Link:
    """An event as it is stored, with its digest."""

    event: AuditEvent
    digest: str


def unreadable(number: int) -> Link:
    """What stands for a stored row that cannot be read: it fits nowhere."""
    event = AuditEvent(
        number=number,
        at=datetime.min.replace(tzinfo=UTC),
        actor_id=None,
        actor_name="",
        actor_role="",
        address="",
        action="",
        object_kind="",
        object_id="",
        organisation_id=None,
        region_code=None,
        fiscal_year=None,
        result="",
        changes=(),
    )
    return Link(event, "")


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the chain holds: `count` sound rows up to `digest`, then the fault at `broken`."""

    count: int
    digest: str
    broken: int | None = None
    fault: Fault | None = None


def verify(links: Iterable[Link], head_number: int, head_digest: str) -> Verified:
    """Walk the rows in the order of their numbers to the head; stop at the first that is wrong."""
    previous, expected = GENESIS, 1
    rest = iter(links)
    for link in rest:
        fault = _fault(previous, expected, link, rest)
        if fault is None and expected > head_number:
            fault = Fault.INSERTED
        if fault is not None:
            return Verified(expected - 1, previous, expected, fault)
        previous, expected = link.digest, expected + 1
    if expected <= head_number:
        return Verified(expected - 1, previous, expected, Fault.DELETED)
    if head_number and previous != head_digest:
        return Verified(head_number - 1, previous, head_number, Fault.CHANGED)
    return Verified(expected - 1, previous)


def _fault(previous: str, expected: int, link: Link, rest: Iterator[Link]) -> Fault | None:
    """What is wrong with the link at a place, told from it and from the rows behind it."""
    if link.event.number != expected:
        return Fault.DELETED
    if _fits(previous, link.event, link.digest):
        return None
    following = next(rest, None)
    return Fault.CHANGED if following is None else _why(previous, link, following, rest)


def _why(previous: str, link: Link, following: Link, rest: Iterator[Link]) -> Fault:
    takes_its_place = _fits(previous, _numbered(following, link.event.number), following.digest)
    if not takes_its_place and _fits(link.digest, following.event, following.digest):
        return Fault.CHANGED
    if _belongs_later(link, chain((following,), rest)):
        return Fault.REORDERED
    if takes_its_place:
        return Fault.INSERTED
    closed_up = _numbered(following, following.event.number + 1)
    return Fault.DELETED if _fits(link.digest, closed_up, following.digest) else Fault.CHANGED


def _belongs_later(link: Link, rest: Iterable[Link]) -> bool:
    """Whether the link fits behind a later row, in that row's place or in the next."""
    return any(
        _fits(later.digest, _numbered(link, later.event.number + step), link.digest)
        for later in rest
        for step in (0, 1)
    )


def _numbered(link: Link, number: int) -> AuditEvent:
    return replace(link.event, number=number)


def _fits(previous: str, event: AuditEvent, stored: str) -> bool:
    algorithm = str(stored).partition(":")[0]
    return algorithm in HASHES and digest(previous, event, algorithm) == stored
