"""Every route, everybody, everywhere, in every state: who gets what, and what it leaves behind."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.api import create_api
from app.views import create_views
from tests.matrix.asgi import Answer, Request
from tests.matrix.case import ANY, ID, Case
from tests.matrix.cases import body, cases_of, guard
from tests.matrix.expectations import OK, SIGN_IN, expected, strange, strange_to
from tests.matrix.places import ABSENT, Person, Record
from tests.matrix.stage import REFUSAL, Stage, credentials
from tests.matrix.table import Declared, routes

TABLE = [*routes(create_api(), "api"), *routes(create_views(), "page")]
ASKED = [(declared, case) for declared in TABLE for case in cases_of(declared)]
NAMES = [" ".join(filter(None, (declared.name, case.label))) for declared, case in ASKED]
# Ids that a request has from the program itself, not from a record.
GIVEN = {
    "region_code": "310000",
    "source": "appropriation",
    "standard": "shanghai-self-evaluation",
    "edition": "2024-01-01",
    "kind": "projects",
    "ending": "csv",
    "code": "ACDE-FGHJ-KLMN-PQRT-UVWX",
    "file_format": "xlsx",
}
# Of the people whom the door refuses by their role, one in so many asks at each route, in turn.
SHARE, FULL = 5, os.environ.get("JIXIAO_MATRIX") == "full"
DOOR = {SIGN_IN, 401, 403}
TURNS = {declared.name: turn for turn, declared in enumerate(TABLE)}
DIGITS = re.compile(rb"\d{6,}")


@pytest.mark.parametrize("declared", TABLE, ids=lambda item: item.name)
def test_every_route_is_asked(declared: Declared):
    assert cases_of(declared), "write a case in tests/matrix/cases.py"


@pytest.mark.parametrize(("declared", "case"), ASKED, ids=NAMES)
def test_who_gets_what(stage: Stage, declared: Declared, case: Case):
    faults = list(_faults(stage, declared, case))
    assert not faults, "\n".join(faults[:40])


def _faults(stage: Stage, declared: Declared, case: Case) -> Iterator[str]:
    people = stage.world.keys if declared.face == "api" else stage.world.people
    for place, person in enumerate(people):
        absent: Answer | None = None
        for record in _records(stage, declared, case, place, person):
            name = record.name
            wanted = expected(stage.world, declared, case, person, record)
            answer, written = stage.ask(_request(declared, case, person, record))
            about = f"{person.name}, {name}: "
            yield from (about + fault for fault in _wrong(stage, declared, person, answer, wanted))
            yield from (about + fault for fault in _left(case, declared, answer, written, wanted))
            if strange_to(stage.world, declared, case, person, record):
                if absent is None:
                    gone = replace(record, ids=dict.fromkeys(record.ids, ABSENT) | _words(record))
                    absent, _ = stage.ask(_request(declared, case, person, gone))
                if _blind(answer, case) != _blind(absent, case):
                    yield f"{about}a foreign id answers {answer.said}, an absent one {absent.said}"
            if written - REFUSAL:
                stage.restore()


def _records(
    stage: Stage, declared: Declared, case: Case, place: int, person: Person
) -> list[Record]:
    """The forms to ask for: in each standing, or in some where no standing can matter.

    Who reads, is refused at the door or does not reach the form asks in one standing in turn,
    and of those refused at the door, whose place cannot matter, some ask: over the routes every
    role, every relation and every standing still meet. `JIXIAO_MATRIX=full` asks all.
    """
    records = [stage.world.records[name] for name in case.standings(declared)]
    wanted = {expected(stage.world, declared, case, person, record) for record in records}
    early = not wanted - DOOR - {case.foreign} or not case.done(declared)
    if FULL or not early:
        return records
    turn = place + TURNS[declared.name]
    if wanted <= DOOR and turn % SHARE:
        return []
    return [records[turn // SHARE % len(records)]]


def _words(record: Record) -> dict[str, str]:
    return {name: value for name, value in record.ids.items() if not name.endswith("_id")}


def _request(declared: Declared, case: Case, person: Person, record: Record) -> Request:
    ids = (
        dict.fromkeys(ID.findall(declared.path), ABSENT)
        | GIVEN
        | dict(record.ids)
        | {"handle": person.handle or "0" * 32}
    )
    headers = credentials(person, declared.face)
    tag = guard(declared, record)
    if tag:
        headers = (*headers, (b"if-match", tag.encode()))
    prefix = "/api/v1" if declared.face == "api" else ""
    return Request(
        method=declared.method,
        path=prefix + declared.path.format(**ids),
        headers=headers,
        body=body(declared, case, person, record),
        fields=declared.face == "page",
    )


def _wrong(
    stage: Stage, declared: Declared, person: Person, answer: Answer, wanted: int
) -> Iterator[str]:
    """What is wrong with an answer by itself."""
    right = answer.status < 400 if wanted == OK else answer.status == wanted
    right = right or (wanted == ANY and answer.status < 500)
    if not right:
        yield f"{answer.status} instead of {wanted}: {answer.body[:300].decode(errors='replace')}"
    if wanted == SIGN_IN and not dict(answer.headers).get(b"location", b"").startswith(b"/login"):
        yield "is not led to the log-in"
    for mark in strange(stage.world, declared, person, answer.body):
        yield f"reads of {mark}"


def _left(
    case: Case, declared: Declared, answer: Answer, written: Counter[str], wanted: int
) -> Iterator[str]:
    """What is wrong with what was written."""
    if wanted in (401, 403):
        if written != REFUSAL:
            yield f"a refusal leaves {dict(written)}"
    elif wanted != OK:
        if written and case.writes is not None:
            yield f"{answer.status} leaves {dict(written)}"
    elif case.writes is False and written:
        yield f"reading leaves {dict(written)}"
    elif case.writes and not written["INSERT audit_events"]:
        yield f"nothing on record of {dict(written)}"


def _blind(answer: Answer, case: Case) -> tuple[object, ...]:
    """An answer without the ids of the request's own body, which it may repeat."""
    status, headers, said = answer.said
    if not case.in_body:
        return answer.said
    return status, [pair for pair in headers if pair[0] != b"etag"], DIGITS.sub(b"#", said)
