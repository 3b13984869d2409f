"""Filling templates (填报模板) over the API: workbooks that the imports read back."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Writes, allows
from app.api.exact_json import ExactRoute
from app.api.filters import Id
from app.domain.policies import acts
from app.domain.workflow import Action
from app.files.workbook_writer import MEDIA_TYPE
from app.schemas.filling_templates import TemplateIn
from app.services import filling_templates
from app.services.filling_templates import Template

router = APIRouter(route_class=ExactRoute, tags=["绩效自评"])
WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "填报模板，一张工作表是一张自评表",
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string", "format": "binary"},
                "example": "（.xlsx 文件的内容）",
            }
        },
    }
}


@router.post(
    "/self-evaluations/{form_id}/template",
    dependencies=[allows(acts(Action.EDIT))],
    summary="下载一张表的填报模板",
    description=(
        "离线填写后用 POST /imports（kind 为 self_evaluations）上传。"
        "不在填报中的表答 409；每次下载都记入审计记录。"
    ),
    response_class=Response,
    responses=WORKBOOK,
    openapi_extra={"x-untagged": True},
)
def take_template(call: Writes, form_id: Id) -> Response:
    """The template of one form."""
    return _saved(filling_templates.of_form(*call.acting, form_id))


@router.post(
    "/filling-templates",
    dependencies=[allows(acts(Action.EDIT))],
    summary="下载一个年度的填报模板",
    description=(
        "管理范围内这个年度可以填写的自评表，最多 100 张，可以只要一个单位的。"
        "一张也没有或超过的答 409；每张表的下载都记入审计记录。"
    ),
    response_class=Response,
    responses=WORKBOOK,
    openapi_extra={"x-untagged": True},
)
def take_templates(call: Writes, body: TemplateIn) -> Response:
    """One workbook of every form that can be filled in."""
    year, unit = body.fiscal_year, body.organisation_id
    return _saved(filling_templates.of_year(*call.acting, year, unit))


def _saved(made: Template) -> Response:
    said = f"attachment; filename=\"template.xlsx\"; filename*=UTF-8''{quote(made.name)}.xlsx"
    headers = {"Content-Disposition": said, "Cache-Control": "no-store"}
    return Response(made.content, media_type=MEDIA_TYPE, headers=headers)
