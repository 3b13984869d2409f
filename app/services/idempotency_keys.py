"""Idempotency keys: a request sent twice is done once, and answered twice alike.

The answer is stored in the transaction of what it tells. Who finds no answer does the work;
a request that failed has left none, and is simply tried again.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlmodel import Session

from app.db import idempotency_keys
from app.db.idempotency_keys import IdempotencyKey
from app.errors import InFlight, KeyReused

# Longer than any outage that a caller sits out before it tries again.
KEPT = timedelta(days=7)

_lock = Lock()
_under_way: set[str] = set()


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that names a key: whose, the key and the request, both as hashes."""

    api_key_id: int
    key_hash: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it left the house."""

    status: int
    headers: Mapping[str, str]
    content: str


@contextmanager
def alone(session: Session, claim: Claim) -> Iterator[None]:
    """While the claim is worked on, whoever makes the same one gets InFlight.

    Asked before the transaction begins: a second request must not queue behind the first.
    """
    name = f"{session.get_bind().url}/{claim.api_key_id}/{claim.key_hash}"  # type: ignore[union-attr]
    with _lock:
        if name in _under_way:
            raise InFlight
        _under_way.add(name)
    try:
        if not idempotency_keys.take_turn(session, f"{claim.api_key_id}/{claim.key_hash}"):
            raise InFlight
        yield
    finally:
        with _lock:
            _under_way.discard(name)


def earlier(session: Session, now: datetime, claim: Claim) -> Answer | None:
    """How the same request was answered; raises KeyReused where the key stands for another."""
    found = idempotency_keys.find(session, claim.api_key_id, claim.key_hash)
    if found is None:
        return None
    if found.created_at <= now - KEPT:
        session.delete(found)
        session.flush()
        return None
    if found.request_hash != claim.request_hash:
        raise KeyReused
    return Answer(found.status, json.loads(found.headers), found.content)


def keep(session: Session, now: datetime, claim: Claim, answer: Answer) -> None:
    """Store an answer beside what it tells, and drop some that are too old."""
    idempotency_keys.forget(session, now - KEPT)
    session.add(
        IdempotencyKey(
            api_key_id=claim.api_key_id,
            key_hash=claim.key_hash,
            request_hash=claim.request_hash,
            status=answer.status,
            headers=json.dumps(dict(answer.headers)),
            content=answer.content,
            created_at=now,
        )
    )
    session.flush()
