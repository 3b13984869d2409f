"""A form whose people have accounts: what tests of messages, mail and threads begin from."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, select

from app.db.mail_addresses import MailAddress
from app.db.messages import Message
from app.db.organisations import Organisation
from app.domain.actors import Actor, Role
from app.services import submissions
from tests import factories
from tests.services.filling_cases import fill, opened


@dataclass(frozen=True, slots=True)
class Peopled:
    """A form with everything filled in, and those who have to do with it."""

    form_id: int
    line_ids: tuple[int, ...]
    filler: Actor
    colleague: Actor
    lead: Actor
    department: Actor
    finance: Actor
    stranger: Actor

    @property
    def names(self) -> dict[int, str]:
        """What each person is called in a test."""
        people = ("filler", "colleague", "lead", "department", "finance", "stranger")
        return {getattr(self, name).id: name for name in people}


def peopled(session: Session, now: datetime) -> Peopled:
    """The form still with its filler; nobody has been told anything."""
    case = opened(session, now)
    fill(session, now, case)
    unit = session.get_one(Organisation, case.filler.organisation_id)
    department = session.get_one(Organisation, unit.parent_id)
    finance = session.get_one(Organisation, department.parent_id)
    other = session.get_one(Organisation, case.stranger.organisation_id)
    person = factories.make_account
    return Peopled(
        form_id=case.form_id,
        line_ids=case.line_ids,
        filler=person(session, unit, "周晓岚", Role.FILLER),
        colleague=person(session, unit, "同事", Role.FILLER),
        lead=person(session, unit, "顾明远", Role.UNIT_LEAD),
        department=person(session, department, "沈立群", Role.DEPARTMENT),
        finance=person(session, finance, "陆建中", Role.FINANCE),
        stranger=person(session, other, "外人", Role.FILLER),
    )


def submitted(session: Session, now: datetime) -> Peopled:
    """The form before its unit's lead, who was told of it."""
    case = peopled(session, now)
    submissions.submit(session, case.filler, now, case.form_id, None)
    return case


def told(session: Session, case: Peopled, since: int = 0) -> list[tuple[str, str]]:
    """Who was told what kind of thing after that message, in order."""
    rows = session.exec(select(Message).where(Message.id > since).order_by(Message.id))
    return [(case.names[row.user_id], row.kind) for row in rows]


def newest(session: Session) -> Message:
    """The last message that was sent."""
    return session.exec(select(Message).order_by(Message.id.desc())).first()


def with_mail(
    session: Session, actor: Actor, address: str, now: datetime, unwanted: str = ""
) -> None:
    """Let a person have verified an address."""
    row = MailAddress(user_id=actor.id, address=address, verified_at=now, unwanted=unwanted)
    session.add(row)
    session.flush()


def key_of(actor: Actor) -> Actor:
    """Another system of the same organisation."""
    return replace(actor, role=Role.SYSTEM, name="一体化系统")
