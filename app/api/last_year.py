"""Last year's form beside this year's (从上年复制): read it, and take over what is chosen."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.attachments import attachment_out
from app.api.dependencies import Changes, Reads, allows
from app.api.etags import expected_version, list_tag, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id
from app.api.shapes import FORM, form_out, form_tag
from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.errors import NotFound
from app.schemas.last_year import CopyIn, EarlierLineOut, LastYearOut
from app.schemas.self_evaluations import SelfEvaluationOut
from app.services import attachment_policies, last_year
from app.services.last_year import CopyEntry, EarlierLine, LastYear

router = APIRouter(route_class=ExactRoute, tags=["绩效自评"])
ONE = "/self-evaluations/{form_id}/last-year"


@router.get(
    ONE,
    dependencies=[allows(READS)],
    summary="读取同一项目上年的自评表",
    description="按指标代码对应，没有代码的按级次和名称对应；没有上年的表时答 404。",
    response_model=LastYearOut,
)
def get_last_year(call: Reads, form_id: Id) -> Response:
    """Last year's form by the rows of this one."""
    sheet, earlier = last_year.compare(call.session, call.actor, form_id)
    if earlier is None:
        raise NotFound
    tag = list_tag(
        "last-year", (form_id, sheet.form.version, earlier.form.id, earlier.form.version)
    )
    return represented(call.request, tag, _out(earlier))


@router.post(
    ONE,
    dependencies=[allows(acts(Action.EDIT))],
    summary="从上年复制",
    description=(
        "写入所选的原因、文字和佐证材料，原有内容由它替换；实际完成的数字不会自动复制，"
        "只有列在 actuals 中的行才写入。全部写入，或一处也不写。"
    ),
    response_model=SelfEvaluationOut,
)
def copy_last_year(call: Changes, form_id: Id, body: CopyIn) -> Response:
    """Take over what is chosen."""
    version = expected_version(call.if_match, FORM, form_id)
    entry = CopyEntry(
        achieved=body.achieved,
        actuals=frozenset(body.actuals),
        reasons=frozenset(body.reasons),
        files=frozenset(body.attachments),
    )
    acting, policy = (call.session, call.actor, call.now), attachment_policies.policy()
    sheet = last_year.copy(*acting, form_id, version, entry, policy)
    return represented(call.request, form_tag(sheet), form_out(sheet))


def _out(earlier: LastYear) -> LastYearOut:
    here = [_line(line_id, row) for line_id, row in earlier.lines.items()]
    return LastYearOut(
        id=earlier.form.id,
        fiscal_year=earlier.form.fiscal_year,
        state=earlier.form.state,
        achieved=earlier.achieved,
        lines=[*here, *(_line(None, row) for row in earlier.others)],
        attachments=[attachment_out(row) for row in earlier.whole],
    )


def _line(line_id: int | None, row: EarlierLine) -> EarlierLineOut:
    line = row.line
    return EarlierLineOut(
        line_id=line_id,
        level1=line.level1,
        level2=line.level2,
        name=line.name,
        code=line.code,
        target=line.target,
        actual=line.actual,
        reason=line.reason,
        attachments=[attachment_out(file) for file in row.files],
    )
