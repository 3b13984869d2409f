"""Re-pulling (重新取数): what a form could take from what is declared and budgeted by now."""

from collections.abc import Mapping
from decimal import Decimal

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, allows
from app.api.etags import expected_version, list_tag, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id
from app.api.shapes import FORM, form_out, form_tag
from app.db.declarations import DeclaredIndicator
from app.db.indicator_lines import IndicatorLine
from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.schemas.repulls import (
    RepullAmountsOut,
    RepullCellsOut,
    RepullFundOut,
    RepullIn,
    RepullOut,
    RepullRowOut,
)
from app.schemas.self_evaluations import SelfEvaluationOut
from app.services import repulls
from app.services.repulled_rows import cells
from app.services.repulls import AMOUNTS, FundChange, Repull, RepullEntry, RowChange

router = APIRouter(route_class=ExactRoute, tags=["绩效自评"])
ONE = "/self-evaluations/{form_id}/repulls"


@router.get(
    ONE,
    dependencies=[allows(READS)],
    summary="读取可以重新取的内容",
    description="绩效目标申报和预算与这张表的不同之处，逐行列出原有的、现在的和已填的。",
    response_model=RepullOut,
)
def get_repulls(call: Reads, form_id: Id) -> Response:
    """What differs by now."""
    found = repulls.compare(call.session, call.actor, form_id)
    tag = list_tag("repulls", (form_id, found.sheet.form.version, found.basis))
    return represented(call.request, tag, _out(found))


@router.post(
    ONE,
    dependencies=[allows(acts(Action.EDIT))],
    summary="重新取数",
    description=(
        "把所选的指标值、分值、金额和预期目标写入这张表，已填的实际完成值、原因和佐证材料不动，"
        "立即重新计分。填写过而不再申报的行，只有写明它的 key 才删去。"
    ),
    response_model=SelfEvaluationOut,
)
def take_repulls(call: Changes, form_id: Id, body: RepullIn) -> Response:
    """Take what is chosen."""
    version = expected_version(call.if_match, FORM, form_id)
    entry = RepullEntry(
        basis=body.basis,
        goal=body.goal,
        rows=frozenset(body.rows),
        funds=frozenset(str(source) for source in body.funds),
        everything=body.everything,
    )
    sheet = repulls.take(call.session, call.actor, call.now, form_id, version, entry)
    return represented(call.request, form_tag(sheet), form_out(sheet))


def _out(found: Repull) -> RepullOut:
    return RepullOut(
        basis=found.basis,
        outdated=found.news,
        goal=found.goal,
        rows=[_row(change) for change in found.rows],
        funds=[_fund(change) for change in found.funds],
    )


def _row(change: RowChange) -> RepullRowOut:
    line = change.line
    return RepullRowOut(
        key=change.key,
        kind=change.kind,
        before=_cells(line),
        after=_cells(change.declared),
        actual=line.actual if line else "",
        reason=line.reason if line else "",
        worked_on=change.worked_on,
    )


def _cells(row: IndicatorLine | DeclaredIndicator | None) -> RepullCellsOut | None:
    return None if row is None else RepullCellsOut.model_validate(cells(row))


def _fund(change: FundChange) -> RepullFundOut:
    fund = change.fund
    return RepullFundOut(
        source=fund.source,
        pulled=_amounts({name: getattr(fund, f"pulled_{name}") for name in AMOUNTS}),
        registered=_amounts(change.new),
        filled=_amounts({name: getattr(fund, name) for name in AMOUNTS}),
    )


def _amounts(values: Mapping[str, Decimal | None]) -> RepullAmountsOut:
    return RepullAmountsOut.model_validate(dict(values))
