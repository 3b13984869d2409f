"""Scoring without storing: the public contract for anybody who holds a form."""

import re

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import allows
from app.api.exact_json import ExactRoute
from app.domain.policies import ANYBODY
from app.domain.sheet import Sheet
from app.errors import NotFound, Problem, Unacceptable
from app.schemas.cells import REGION_PATTERN
from app.schemas.scored import fiscal_year_of, form_of, scoring_of
from app.schemas.scorings import ScoringIn, ScoringOut
from app.services import scorings, standards

REGION = re.compile(REGION_PATTERN, re.ASCII)

router = APIRouter(route_class=ExactRoute, tags=["评分"])


@router.post(
    "/scorings",
    dependencies=[allows(ANYBODY)],
    summary="给一张表评分，不保存",
    description=(
        "任何一格都可以空缺、写成 null 或读不出来：读不出来的写进 findings，仍答 200。"
        "同时写明 standard 与 edition 时，预算年度可以早于该版本。不需要密钥。"
    ),
    response_model=ScoringOut,
    openapi_extra={"x-public": True, "x-untagged": True},
)
def score(body: ScoringIn) -> Response:
    """Score and examine the form."""
    return Response(answer(body).model_dump_json(), media_type="application/json")


def answer(body: ScoringIn) -> ScoringOut:
    """What the route and the command line answer; raises Unacceptable for an unknown standard."""
    return scoring_of(_scored(body), body)


def _scored(body: ScoringIn) -> Sheet:
    """The sheet; a standard that does not exist is a fault of the request, not of the address."""
    _check_choice(body)
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


def _check_choice(body: ScoringIn) -> None:
    """Region and kind choose the standard when none is named: a misspelt one must not guess."""
    if body.standard:
        return
    kinds = {item.kind for item in standards.editions()}
    problems = []
    if body.kind and body.kind not in kinds:
        mend = f"表类（kind）请从 {'、'.join(sorted(kinds))} 中选择。"
        problems.append(Problem("/kind", mend, body.kind))
    if body.region_code and not REGION.fullmatch(body.region_code):
        mend = "地区代码（region_code）请写 6 位行政区划代码，如 310000。"
        problems.append(Problem("/region_code", mend, body.region_code))
    if problems:
        raise Unacceptable(problems, problems[0].message)


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
