"""Imports (导入): preview a table, read its report, let it be written."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import Tag, created, expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id
from app.api.paging import After, Limit, own_version, paged
from app.db.imports import Import
from app.domain.audit import Change
from app.domain.imports import EFFECT_LABELS, STATE_LABELS, Effect, ImportState, RowEffect
from app.domain.policies import IMPORTS, READS_IMPORTS, REGISTERS
from app.schemas.audit_events import ChangeOut
from app.schemas.cells import USUAL
from app.schemas.imports import (
    ImportEffectOut,
    ImportIn,
    ImportOut,
    ImportProblemOut,
    ImportReportOut,
    IssuedPasswordOut,
    IssuedPasswordsOut,
)
from app.schemas.pages import PageOut
from app.services import import_passwords, imports, password_policies
from app.services.imports import Upload

router = APIRouter(route_class=ExactRoute, tags=["导入"])
KIND = "import"
ONE = "/imports/{import_id}"


@router.get(
    "/imports",
    dependencies=[allows(READS_IMPORTS)],
    summary="列出导入记录",
    description="管理范围内、这把密钥可以导入的各类，从新到旧。",
    response_model=PageOut[ImportOut],
)
def list_imports(call: Reads, after: After = None, limit: Limit = USUAL) -> Response:
    """A page of imports."""
    page = imports.list_imports(call.session, call.actor, after, limit)
    return paged(call.request, KIND, page, _out, own_version)


@router.post(
    "/imports",
    dependencies=[allows(IMPORTS)],
    summary="预览或导入一份表",
    description="dry_run 为 true 时只预览；为 false 时没有问题就写入，有一处问题就全部不写入。",
    status_code=201,
    response_model=ImportReportOut,
)
def create_import(call: Writes, body: ImportIn) -> Response:
    """Preview a table, and apply it where that is asked for."""
    upload = Upload(body.file_name, body.content)
    row = imports.take(*call.acting, body.kind, upload, dry_run=body.dry_run)
    return created(call.request, _tag(row), _report(row))


@router.get(
    ONE,
    dependencies=[allows(READS_IMPORTS)],
    summary="读取一次导入的报告",
    description="逐行的新增和修改、逐格的问题。",
    response_model=ImportReportOut,
)
def get_import(call: Reads, import_id: Id) -> Response:
    """One import with its report."""
    row = imports.get(call.session, call.actor, import_id)
    return represented(call.request, _tag(row), _report(row))


@router.post(
    f"{ONE}/previews",
    dependencies=[allows(IMPORTS)],
    summary="重新预览",
    description="同一份表与现在的数据再比较一次，不写入。",
    response_model=ImportReportOut,
)
def preview_import(call: Changes, import_id: Id) -> Response:
    """Compare the same table with the data as they are now."""
    version = expected_version(call.if_match, KIND, import_id)
    row = imports.preview_again(*call.acting, import_id, version)
    return represented(call.request, _tag(row), _report(row))


@router.post(
    f"{ONE}/applications",
    dependencies=[allows(IMPORTS)],
    summary="确认导入",
    description="写入预览所示的全部内容。预览以后数据已经变动的，答 409，请重新预览。",
    response_model=ImportReportOut,
)
def apply_import(call: Changes, import_id: Id) -> Response:
    """Store everything that the preview showed."""
    version = expected_version(call.if_match, KIND, import_id)
    row = imports.apply(*call.acting, import_id, version)
    return represented(call.request, _tag(row), _report(row))


@router.post(
    f"{ONE}/passwords",
    dependencies=[allows(REGISTERS)],
    summary="发放所建账号的初始密码",
    description="只发放一次，不保存原文；每个密码只能登录一次，登录后须修改。",
    response_model=IssuedPasswordsOut,
    openapi_extra={"x-untagged": True},
)
def issue_import_passwords(call: Changes, import_id: Id) -> Response:
    """The first passwords of the accounts that were made."""
    version = expected_version(call.if_match, KIND, import_id)
    profile = password_policies.profile(call.request.app.state.settings.password_profile)
    issued = import_passwords.issue_all(*call.acting, import_id, version, profile)
    items = [IssuedPasswordOut.model_validate(item) for item in issued]
    body = IssuedPasswordsOut(items=items).model_dump_json()
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _tag(row: Import) -> Tag:
    return Tag(KIND, row.id, row.version)


def _out(row: Import) -> ImportOut:
    return ImportOut(**_head(row))


def _report(row: Import) -> ImportReportOut:
    found = imports.report_of(row)
    return ImportReportOut(
        **_head(row),
        problem_list=[ImportProblemOut(**asdict(item)) for item in found.problems],
        effect_list=[_effect(item) for item in found.effects],
        left_out=list(found.left_out),
    )


def _head(row: Import) -> dict[str, Any]:
    names = set(ImportOut.model_fields) - {"state_label"}
    told = {name: getattr(row, name) for name in names}
    return {**told, "state_label": STATE_LABELS[ImportState(row.state)]}


def _effect(item: RowEffect) -> ImportEffectOut:
    return ImportEffectOut(
        sheet=item.sheet,
        row=item.row,
        effect=item.effect,
        effect_label=EFFECT_LABELS[Effect(item.effect)],
        key=item.key,
        changes=[_change(change) for change in item.changes],
    )


def _change(change: Change) -> ChangeOut:
    return ChangeOut(
        field=change.field, label=change.field, before=change.before, after=change.after
    )
