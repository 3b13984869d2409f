"""The standards and their editions: public, whole, and never edited once in use."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from app.api.dependencies import allows
from app.api.etags import list_tag, represented
from app.api.exact_json import ExactRoute
from app.domain.policies import ANYBODY
from app.schemas.standards import EditionsOut, StandardOut, edition_of, standard_of
from app.services import standards

router = APIRouter(route_class=ExactRoute, tags=["评分标准"])
PUBLIC = {"x-public": True}

Name = Annotated[str, Path(description="标准名，如 shanghai-self-evaluation")]
Edition = Annotated[str, Path(description="施行日期，如 2024-01-01")]


@router.get(
    "/standards",
    dependencies=[allows(ANYBODY)],
    summary="列出全部评分标准",
    description="每个标准的每个版本一条，不分页。",
    response_model=EditionsOut,
    openapi_extra=PUBLIC,
)
def list_editions(request: Request) -> Response:
    """Every edition by its head."""
    known = standards.editions()
    body = EditionsOut(items=[edition_of(edition) for edition in known])
    return represented(request, list_tag("standards", (item.digest for item in known)), body)


@router.get(
    "/standards/{standard}/{edition}",
    dependencies=[allows(ANYBODY)],
    summary="读取一个评分标准的全文",
    description="权重、评分规则、舍入办法、等级、审核项目，数值一律写成字符串。",
    response_model=StandardOut,
    openapi_extra=PUBLIC,
)
def get_edition(request: Request, standard: Name, edition: Edition) -> Response:
    """One edition whole."""
    found = standards.get(standard, edition)
    return represented(request, f'"standard.{found.digest}"', standard_of(found))
