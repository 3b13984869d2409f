"""Verifying a document by its check code (校验码核验): open to anybody, and sparing of words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.domain.check_codes import Verdict
from app.domain.policies import ANYBODY
from app.domain.workflow import LABELS, State
from app.doors import GuardedRoute
from app.services import check_codes
from app.services.check_codes import Verified
from app.views.dependencies import ReadSession, allows
from app.views.page import page

router = APIRouter(route_class=GuardedRoute)
CHECK = "check_codes/check.html"
LONGEST = 100
GONE = "表已删除"
Typed = Annotated[str, Query(max_length=LONGEST)]
Code = Annotated[str, Path(max_length=LONGEST)]


@dataclass(frozen=True, slots=True)
class Found:
    """What a document with that code shows, and what became of its form."""

    genuine: bool
    superseded: bool
    code: str
    project: str
    unit: str
    fiscal_year: int
    revision: int
    state_then: str
    state_now: str
    total: str
    full: str
    grade: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class CheckPage:
    """校验码核验: `typed` is what was asked for, `found` what it is, or nothing."""

    typed: str
    found: Found | None


@router.get("/check-codes", dependencies=[allows(ANYBODY)])
def show_code(request: Request, session: ReadSession, code: Typed = "") -> Response:
    """A place to type a code, and what the code is."""
    return _checked(request, session, code)


@router.get("/check-codes/{code}", dependencies=[allows(ANYBODY)])
def show_checked(request: Request, session: ReadSession, code: Code) -> Response:
    """The address that is printed beside a code."""
    return _checked(request, session, code)


def _checked(request: Request, session: ReadSession, typed: str) -> Response:
    code = typed.strip()
    verified = check_codes.verify(session, code) if code else None
    context = CheckPage(code, _found(verified) if verified else None)
    status = 404 if code and verified is None else 200
    return page(request, CHECK, context, status=status)


def _found(verified: Verified) -> Found:
    now = verified.state_now
    return Found(
        genuine=verified.verdict is Verdict.GENUINE,
        superseded=verified.superseded,
        code=verified.code,
        project=verified.project,
        unit=verified.unit,
        fiscal_year=verified.fiscal_year,
        revision=verified.revision,
        state_then=LABELS[State(verified.state_then)],
        state_now=LABELS[State(now)] if now else GONE,
        total=verified.total,
        full=verified.full,
        grade=verified.grade,
        issued_at=verified.issued_at,
    )
