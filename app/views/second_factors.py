"""One's own second factor (二次验证): set up, renew the recovery codes, switch off."""

from dataclasses import dataclass
from datetime import datetime

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from sqlmodel import Session

from app.domain.policies import SIGNED_IN
from app.doors import GuardedRoute
from app.errors import Unacceptable
from app.services import second_factors
from app.services.accounts import Holder
from app.services.duties import Duty
from app.views import cookies
from app.views.dependencies import Fields, Held, Now, ReadSession, WriteSession, allows, settle_in
from app.views.page import go_to, page

router = APIRouter(route_class=GuardedRoute)

FACTOR = "account/second_factor.html"
CODES = "account/recovery_codes.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorPage:
    """二次验证: a picture to scan while it is off, what can be changed while it is on."""

    here: str = "factor"
    demo: bool
    forced: bool
    required: bool
    confirmed_at: datetime | None
    codes_left: int
    key: str
    picture: Markup
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesPage:
    """恢复码: shown once."""

    here: str = "factor"
    demo: bool
    codes: tuple[str, ...]


@router.get("/account/second-factor", dependencies=[allows(SIGNED_IN, Duty.ENROL, Duty.POST)])
def show_second_factor(request: Request, found: Held, session: ReadSession) -> Response:
    """Set up the second factor, or see that it is on."""
    return _factor(request, session, found)


@router.post("/account/second-factor", dependencies=[allows(SIGNED_IN, Duty.ENROL, Duty.POST)])
def post_second_factor(
    request: Request, found: Held, fields: Fields, session: WriteSession, now: Now
) -> Response:
    """Switch the second factor on with a first code, and show the recovery codes once."""
    (holder, _), key = found, request.app.state.secret_key
    try:
        done = second_factors.confirm(session, now, key, holder, fields.get("code", ""))
    except Unacceptable as refusal:
        return _factor(request, session, found, refusal)
    settle_in(request, session, now, done.token)
    return cookies.hold(request, _codes(request, holder, done.codes), done.token)


@router.post("/account/second-factor/codes", dependencies=[allows(SIGNED_IN, Duty.POST)])
def post_recovery_codes(
    request: Request, found: Held, fields: Fields, session: WriteSession, now: Now
) -> Response:
    """New recovery codes, the old ones forgotten."""
    (holder, _), key = found, request.app.state.secret_key
    given = (key, holder.user.id, fields.get("code", ""), holder.address)
    try:
        return _codes(request, holder, second_factors.renew_codes(session, now, *given))
    except Unacceptable as refusal:
        return _factor(request, session, found, refusal)


@router.post("/account/second-factor/off", dependencies=[allows(SIGNED_IN, Duty.POST)])
def post_factor_off(
    request: Request, found: Held, fields: Fields, session: WriteSession, now: Now
) -> Response:
    """Forget the telephone; whoever may not do without sets up another one at once."""
    (holder, _), key = found, request.app.state.secret_key
    given = (key, holder.user.id, fields.get("code", ""), holder.address)
    try:
        second_factors.switch_off(session, now, *given)
    except Unacceptable as refusal:
        return _factor(request, session, found, refusal)
    return go_to(request, "show_second_factor")


def _codes(request: Request, holder: Holder, codes: list[str]) -> Response:
    return page(request, CODES, CodesPage(demo=holder.user.demo, codes=tuple(codes)))


def _factor(
    request: Request,
    session: Session,
    found: tuple[Holder, Duty],
    refusal: Unacceptable | None = None,
) -> Response:
    holder, duty = found
    user = holder.user
    key, picture = "", Markup()
    if user.totp_confirmed_at is None:
        enrolment = second_factors.begin(session, request.app.state.secret_key, user.id)
        key, picture = enrolment.key, _picture(enrolment.address)
    context = FactorPage(
        demo=user.demo,
        forced=duty is Duty.ENROL,
        required=second_factors.required(session, user),
        confirmed_at=user.totp_confirmed_at,
        codes_left=second_factors.codes_left(session, user.id),
        key=key,
        picture=picture,
        message=refusal.errors[0].message if refusal else "",
    )
    return page(request, FACTOR, context, status=refusal.status if refusal else 200)


def _picture(address: str) -> Markup:
    """The address as a QR code, drawn here: no other program learns the key."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=False)
    return Markup(drawn)  # noqa: S704 - made of numbers alone
