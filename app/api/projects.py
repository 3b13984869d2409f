"""Projects (项目) of the organisations within the caller's scope."""

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import Tag, created, deleted, expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, WhichProjects
from app.api.paging import own_version, paged
from app.db.projects import Project
from app.domain.actors import Noun
from app.domain.policies import READS, maintains
from app.schemas.pages import PageOut
from app.schemas.projects import ProjectIn, ProjectOut
from app.services import projects
from app.services.projects import ProjectEntry

router = APIRouter(route_class=ExactRoute, tags=["基础数据"])
KIND = "project"
shape = ProjectOut.model_validate


@router.get(
    "/projects",
    dependencies=[allows(READS)],
    summary="列出项目",
    description="看得到的单位的项目，按编号排列。写 fiscal_year 时只列该年度在实施期内的项目。",
    response_model=PageOut[ProjectOut],
)
def list_projects(call: Reads, asked: WhichProjects) -> Response:
    """A page of projects."""
    page = projects.list_projects(call.session, call.actor, **asdict(asked))
    return paged(call.request, KIND, page, shape, own_version)


@router.post(
    "/projects",
    dependencies=[allows(maintains(Noun.PROJECT))],
    summary="登记一个项目",
    description="类别由项目代码中的字母决定：T 特定目标类、Y 运转类、R 人员类。",
    status_code=201,
    response_model=ProjectOut,
)
def create_project(call: Writes, body: ProjectIn) -> Response:
    """Store a new project."""
    row = projects.create(call.session, call.actor, call.now, ProjectEntry(**dict(body)))
    return created(call.request, _tag(row), shape(row))


@router.get(
    "/projects/{project_id}",
    dependencies=[allows(READS)],
    summary="读取一个项目",
    description="项目的代码、类别、实施单位和起止年度。",
    response_model=ProjectOut,
)
def get_project(call: Reads, project_id: Id) -> Response:
    """One project."""
    row = projects.get(call.session, call.actor, project_id)
    return represented(call.request, _tag(row), shape(row))


@router.put(
    "/projects/{project_id}",
    dependencies=[allows(maintains(Noun.PROJECT))],
    summary="整体修改一个项目",
    description="整体替换；实施单位不能更改。",
    response_model=ProjectOut,
)
def replace_project(call: Changes, project_id: Id, body: ProjectIn) -> Response:
    """Replace a project."""
    version = expected_version(call.if_match, KIND, project_id)
    entry = ProjectEntry(**dict(body))
    row = projects.update(call.session, call.actor, call.now, project_id, version, entry)
    return represented(call.request, _tag(row), shape(row))


@router.delete(
    "/projects/{project_id}",
    dependencies=[allows(maintains(Noun.PROJECT))],
    summary="删除一个项目",
    description="已有预算、绩效目标或自评表的项目不能删除。",
    status_code=204,
    response_class=Response,
)
def delete_project(call: Changes, project_id: Id) -> Response:
    """Delete a project."""
    version = expected_version(call.if_match, KIND, project_id)
    projects.delete(call.session, call.actor, call.now, project_id, version)
    return deleted()


def _tag(row: Project) -> Tag:
    return Tag(KIND, row.id, row.version)
