"""What a person has to do before anything else is open to them."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from app.domain.passwords import PasswordProfile
from app.services import passwords, second_factors
from app.services.accounts import Holder


class Duty(StrEnum):
    """The step that comes first: the second factor, a new password, setting it up, a post."""

    NONE = ""
    FACTOR = "factor"
    PASSWORD = "password"  # noqa: S105 - the name of a page
    ENROL = "enrol"
    POST = "post"


def duty_of(session: Session, now: datetime, holder: Holder, profile: PasswordProfile) -> Duty:
    """The first duty of whoever holds a session."""
    if holder.held.pending:
        return Duty.FACTOR
    if passwords.must_change(holder.user, now, profile):
        return Duty.PASSWORD
    if second_factors.must_enrol(session, holder.user):
        return Duty.ENROL
    if holder.actor is None:
        return Duty.POST
    return Duty.NONE
