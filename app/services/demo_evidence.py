"""Evidence of the demo forms (演示佐证材料): small files made at load time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.db import indicator_lines
from app.domain.actors import Actor
from app.files import plain_pdf
from app.files.store import Store
from app.services import attachment_policies, attachments
from app.services.attachments import Received

Paper = Mapping[str, Any]


def attach(
    session: Session,
    filler: Actor,
    now: datetime,
    form_id: int,
    papers: Iterable[Paper],
    store: Store,
) -> None:
    """Attach each paper to the form, or to the indicator that it names."""
    lines = {line.name: line.id for line in indicator_lines.of_form(session, form_id)}
    policy = attachment_policies.policy()
    for paper in papers:
        line_id = lines[paper["indicator"]] if "indicator" in paper else None
        received = _kept(store, paper)
        attachments.attach(session, filler, now, form_id, line_id, (received,), policy)


def _kept(store: Store, paper: Paper) -> Received:
    incoming = store.begin()
    try:
        incoming.write(plain_pdf.made(paper["lines"]))
        incoming.finish()
        incoming.keep()
    finally:
        incoming.close()
    return Received(incoming.key, paper["name"], "pdf", incoming.size, incoming.sha256)
