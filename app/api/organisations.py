"""Organisations (单位): the tree below the caller's own organisation."""

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import Tag, created, deleted, expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, WhichOrganisations
from app.api.paging import own_version, paged
from app.db.organisations import Organisation
from app.domain.actors import Noun
from app.domain.policies import READS, maintains
from app.schemas.organisations import OrganisationIn, OrganisationOut
from app.schemas.pages import PageOut
from app.services import organisations
from app.services.organisations import OrganisationEntry

router = APIRouter(route_class=ExactRoute, tags=["基础数据"])
KIND = "organisation"
shape = OrganisationOut.model_validate


@router.get(
    "/organisations",
    dependencies=[allows(READS)],
    summary="列出单位",
    description="密钥所属单位及其下级单位，按编号排列。",
    response_model=PageOut[OrganisationOut],
)
def list_organisations(call: Reads, asked: WhichOrganisations) -> Response:
    """A page of organisations."""
    page = organisations.list_organisations(call.session, call.actor, **asdict(asked))
    return paged(call.request, KIND, page, shape, own_version)


@router.post(
    "/organisations",
    dependencies=[allows(maintains(Noun.ORGANISATION))],
    summary="登记一个单位",
    description="登记在一个看得到的上级单位之下；不写上级时登记在密钥所属单位之下。",
    status_code=201,
    response_model=OrganisationOut,
)
def create_organisation(call: Writes, body: OrganisationIn) -> Response:
    """Store a new organisation."""
    row = organisations.create(call.session, call.actor, call.now, OrganisationEntry(**dict(body)))
    return created(call.request, _tag(row), shape(row))


@router.get(
    "/organisations/{organisation_id}",
    dependencies=[allows(READS)],
    summary="读取一个单位",
    description="单位的名称、代码和在单位树中的位置。",
    response_model=OrganisationOut,
)
def get_organisation(call: Reads, organisation_id: Id) -> Response:
    """One organisation."""
    row = organisations.get(call.session, call.actor, organisation_id)
    return represented(call.request, _tag(row), shape(row))


@router.put(
    "/organisations/{organisation_id}",
    dependencies=[allows(maintains(Noun.ORGANISATION))],
    summary="整体修改一个单位",
    description="整体替换；换一个上级时连同全部下级移过去，权限从下一次请求起按新位置判断。",
    response_model=OrganisationOut,
)
def replace_organisation(call: Changes, organisation_id: Id, body: OrganisationIn) -> Response:
    """Replace a organisation."""
    version = expected_version(call.if_match, KIND, organisation_id)
    entry = OrganisationEntry(**dict(body))
    row = organisations.update(call.session, call.actor, call.now, organisation_id, version, entry)
    return represented(call.request, _tag(row), shape(row))


@router.delete(
    "/organisations/{organisation_id}",
    dependencies=[allows(maintains(Noun.ORGANISATION))],
    summary="删除一个单位",
    description="还有下级、项目、用户或密钥的单位不能删除，可以停用。",
    status_code=204,
    response_class=Response,
)
def delete_organisation(call: Changes, organisation_id: Id) -> Response:
    """Delete a organisation."""
    version = expected_version(call.if_match, KIND, organisation_id)
    organisations.delete(call.session, call.actor, call.now, organisation_id, version)
    return deleted()


def _tag(row: Organisation) -> Tag:
    return Tag(KIND, row.id, row.version)
