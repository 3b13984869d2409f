"""What a person has to do before anything else is open to them."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from app.domain.passwords import PasswordProfile
from app.services import passwords, second_factors
from app.services.accounts import Holder
from app.services.own_sessions import Method


class Duty(StrEnum):
    """The step that comes first: the second factor, a new password, setting it up, a post."""

    NONE = ""
    FACTOR = "factor"
    PASSWORD = "password"  # noqa: S105 - the name of a page
    ENROL = "enrol"
    POST = "post"


def duty_of(session: Session, now: datetime, holder: Holder, profile: PasswordProfile) -> Duty:
    """The first duty of whoever holds a session.

    Who came in by a provider may not even know a password of this system.
    """
    if holder.held.pending:
        return Duty.FACTOR
    by_password = holder.held.method == Method.PASSWORD
    if by_password and passwords.must_change(holder.user, now, profile):
        return Duty.PASSWORD
    if not holder.held.assured and second_factors.must_enrol(session, holder.user):
        return Duty.ENROL
    if holder.actor is None:
        return Duty.POST
    return Duty.NONE
