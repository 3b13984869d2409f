"""Scoring without storing: the public contract for anybody who holds a form."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Visitor
from app.api.exact_json import ExactRoute
from app.domain.sheet import Sheet
from app.errors import NotFound, Problem, Unacceptable
from app.schemas.scorings import ScoringIn, ScoringOut, fiscal_year_of, form_of, scoring_of
from app.services import scorings, standards

router = APIRouter(route_class=ExactRoute, tags=["评分"])


@router.post(
    "/scorings",
    summary="给一张表评分，不保存",
    description=(
        "任何一格都可以空缺、写成 null 或读不出来：读不出来的写进 findings，仍答 200。"
        "同时写明 standard 与 edition 时，预算年度可以早于该版本。不需要密钥。"
    ),
    response_model=ScoringOut,
    openapi_extra={"x-public": True, "x-untagged": True},
)
def score(body: ScoringIn, _: Visitor) -> Response:
    """Score and examine the form."""
    return Response(answer(body).model_dump_json(), media_type="application/json")


def answer(body: ScoringIn) -> ScoringOut:
    """What the route and the command line answer; raises Unacceptable for an unknown standard."""
    return scoring_of(_scored(body), body)


def _scored(body: ScoringIn) -> Sheet:
    """The sheet; a standard that does not exist is a fault of the request, not of the address."""
    name = _standard_name(body)
    try:
        return scorings.score(
            form_of(body),
            standard=name or None,
            edition=body.edition or None,
            region_code=body.region_code or None,
            kind=body.kind or None,
        )
    except NotFound as error:
        known = any(item.standard == name for item in standards.editions())
        pointer, given = ("/edition", body.edition) if known else ("/standard", body.standard)
        raise Unacceptable([Problem(pointer, error.message, given)], error.message) from error


def _standard_name(body: ScoringIn) -> str:
    """The standard named, or the one that had such an edition in the region."""
    if body.standard or not body.edition:
        return body.standard
    year = fiscal_year_of(body.edition[:4])
    if year is None:
        mend = "标准版本（edition）请写施行日期，如 2024-01-01。"
        raise Unacceptable([Problem("/edition", mend, body.edition)], mend)
    region, kind = body.region_code or scorings.NATION, body.kind or scorings.DEFAULT_KIND
    return standards.in_force(region, kind, year).standard
