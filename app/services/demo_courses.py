"""The course of the demo forms: what their reviewers did, through the services that people use."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.db import indicator_lines
from app.domain.actors import Actor, Role
from app.domain.workflow import State
from app.services import completions, reviews
from app.services.remarks import RemarkEntry
from app.services.reviews import JudgementEntry, ReturnEntry, ReviewEntry

Act = Mapping[str, Any]


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


def _path(remark: Mapping[str, str], ids: Mapping[str, int]) -> str:
    """The cell of a remark: of an indicator by its name, or of the form."""
    if "indicator" in remark:
        return f"/lines/{ids[remark['indicator']]}/{remark['cell']}"
    return f"/{remark['cell']}"
