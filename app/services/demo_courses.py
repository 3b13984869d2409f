"""The course of the demo forms: what their reviewers did, through the services that people use."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.db import indicator_lines, messages
from app.domain.actors import Actor, Role
from app.domain.workflow import State
from app.services import completions, reviews, threads
from app.services.remarks import RemarkEntry
from app.services.reviews import JudgementEntry, ReturnEntry, ReviewEntry

Act = Mapping[str, Any]
UNREAD_FOR, READ_AFTER = timedelta(days=3), timedelta(hours=4)


def follow(
    session: Session,
    now: datetime,
    people: Mapping[Role, Actor],
    form_id: int,
    acts: Iterable[Act],
) -> None:
    """Let each act of a course happen on its day."""
    ids = {line.name: line.id for line in indicator_lines.of_form(session, form_id)}
    for act in acts:
        actor, at = people[Role(act["by"])], now - timedelta(days=act["days_ago"])
        place = (session, actor, at, form_id, None)
        if act["does"] == "approve":
            reviews.approve(*place, _review(act, ids))
        elif act["does"] == "say":
            threads.say(*place[:-1], act["text"], _path(act, ids) if "cell" in act else "")
        elif act["does"] == "return":
            to = act.get("to", State.RETURNED)
            entry = ReturnEntry(act["reason"], act["code"], to, _review(act, ids))
            reviews.send_back(*place, entry)
        else:
            completions.publish(*place)


def _review(act: Act, ids: Mapping[str, int]) -> ReviewEntry:
    return ReviewEntry(
        opinion=act.get("opinion"),
        lines={
            ids[name]: JudgementEntry(said.get("points", ""), said.get("opinion", ""))
            for name, said in act.get("lines", {}).items()
        },
        remarks=tuple(
            RemarkEntry(_path(remark, ids), remark["text"]) for remark in act.get("remarks", ())
        ),
    )


def _path(remark: Act, ids: Mapping[str, int]) -> str:
    """The cell of a remark: of an indicator by its name, or of the form."""
    if "indicator" in remark:
        return f"/lines/{ids[remark['indicator']]}/{remark['cell']}"
    return f"/{remark['cell']}"


def settle_messages(session: Session, now: datetime) -> None:
    """Put the messages into the order of their days, and let people have read the older ones.

    The forms of the demo are loaded one after another, while their courses ran side by side.
    """
    rows = messages.taken_out(session)
    for row in sorted(rows, key=lambda row: row.sent_at):
        if row.sent_at < now - UNREAD_FOR:
            row.read_at = row.sent_at + READ_AFTER
        messages.add_all(session, [row])
