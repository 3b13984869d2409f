"""Declared targets (绩效目标申报): the goal and indicator tree that prefill a form."""

import json
from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import Tag, created, deleted, expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, WhichDeclarations
from app.api.paging import paged
from app.db.declarations import DeclaredIndicator
from app.domain.actors import Noun
from app.domain.policies import READS, maintains
from app.schemas.declarations import DeclarationIn, DeclarationOut, DeclaredIndicatorOut
from app.schemas.pages import PageOut
from app.services import declarations
from app.services.declarations import (
    DeclarationEntry,
    DeclarationSheet,
    DeclaredIndicatorEntry,
)

router = APIRouter(route_class=ExactRoute, tags=["基础数据"])
KIND = "declaration"


@router.get(
    "/declarations",
    dependencies=[allows(READS)],
    summary="列出绩效目标",
    description="每个项目每年一份，连同指标，按编号排列。",
    response_model=PageOut[DeclarationOut],
)
def list_declarations(call: Reads, asked: WhichDeclarations) -> Response:
    """A page of declarations."""
    page = declarations.list_declarations(call.session, call.actor, **asdict(asked))
    return paged(call.request, KIND, page, _out, _seen)


@router.post(
    "/declarations",
    dependencies=[allows(maintains(Noun.DECLARATION))],
    summary="登记一份绩效目标",
    description="每个项目每年一份；打开自评表时由它预填。",
    status_code=201,
    response_model=DeclarationOut,
)
def create_declaration(call: Writes, body: DeclarationIn) -> Response:
    """Store a new declaration."""
    sheet = declarations.create(call.session, call.actor, call.now, _entry(body))
    return created(call.request, _tag(sheet), _out(sheet))


@router.get(
    "/declarations/{declaration_id}",
    dependencies=[allows(READS)],
    summary="读取一份绩效目标",
    description="年度总体目标和全部指标。",
    response_model=DeclarationOut,
)
def get_declaration(call: Reads, declaration_id: Id) -> Response:
    """One declaration."""
    sheet = declarations.get(call.session, call.actor, declaration_id)
    return represented(call.request, _tag(sheet), _out(sheet))


@router.put(
    "/declarations/{declaration_id}",
    dependencies=[allows(maintains(Noun.DECLARATION))],
    summary="整体修改一份绩效目标",
    description="替换目标和全部指标；项目和年度不能更改。已经打开的自评表不受影响。",
    response_model=DeclarationOut,
)
def replace_declaration(call: Changes, declaration_id: Id, body: DeclarationIn) -> Response:
    """Replace a declaration."""
    version = expected_version(call.if_match, KIND, declaration_id)
    sheet = declarations.update(
        call.session, call.actor, call.now, declaration_id, version, _entry(body)
    )
    return represented(call.request, _tag(sheet), _out(sheet))


@router.delete(
    "/declarations/{declaration_id}",
    dependencies=[allows(maintains(Noun.DECLARATION))],
    summary="删除一份绩效目标",
    description="连同指标一起删除；已经打开的自评表不受影响。",
    status_code=204,
    response_class=Response,
)
def delete_declaration(call: Changes, declaration_id: Id) -> Response:
    """Delete a declaration."""
    version = expected_version(call.if_match, KIND, declaration_id)
    declarations.delete(call.session, call.actor, call.now, declaration_id, version)
    return deleted()


def _entry(body: DeclarationIn) -> DeclarationEntry:
    return DeclarationEntry(
        project_id=body.project_id,
        fiscal_year=body.fiscal_year,
        goal=body.goal,
        indicators=tuple(DeclaredIndicatorEntry(**dict(row)) for row in body.indicators),
    )


def _tag(sheet: DeclarationSheet) -> Tag:
    return Tag(KIND, sheet.declaration.id, sheet.declaration.version)


def _seen(sheet: DeclarationSheet) -> tuple[object, ...]:
    return (sheet.declaration.id, sheet.declaration.version)


def _out(sheet: DeclarationSheet) -> DeclarationOut:
    row = sheet.declaration
    return DeclarationOut(
        id=row.id,
        project_id=row.project_id,
        region_code=row.region_code,
        fiscal_year=row.fiscal_year,
        goal=row.goal,
        indicators=[_indicator(indicator) for indicator in sheet.indicators],
        version=row.version,
    )


def _indicator(row: DeclaredIndicator) -> DeclaredIndicatorOut:
    parameters = json.loads(row.parameters) if row.parameters else {}
    return DeclaredIndicatorOut(**{**row.model_dump(), "parameters": parameters})
