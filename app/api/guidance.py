"""Guidance for one row (指标说明)."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Reads, allows
from app.api.etags import list_tag, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, LineId
from app.domain.policies import READS
from app.schemas.guidance import GuidanceOut
from app.services import guidance
from app.services.guidance import Guidance

router = APIRouter(route_class=ExactRoute, tags=["绩效自评"])


@router.get(
    "/self-evaluations/{form_id}/lines/{line_id}/guidance",
    dependencies=[allows(READS)],
    summary="读取一行指标的说明",
    description="用什么规则计分、得分怎么来的、申报时写明的指标说明和数据来源、依据的文件。",
    response_model=GuidanceOut,
)
def get_guidance(call: Reads, form_id: Id, line_id: LineId) -> Response:
    """What helps to fill in a row."""
    body = _out(guidance.of_line(call.session, call.actor, form_id, line_id))
    return represented(call.request, list_tag("guidance", body.model_dump().values()), body)


def _out(found: Guidance) -> GuidanceOut:
    scored, standard, declared = found.scored.scored, found.sheet.standard, found.declared
    return GuidanceOut(
        line_id=found.line.id,
        name=found.line.name,
        rule=found.rule,
        rule_words=found.rule_words,
        because=scored.because,
        inferred_from=scored.inferred_from,
        explanation=declared.explanation if declared else "",
        data_source=declared.data_source if declared else "",
        standard=standard.title,
        clause=standard.document,
        reference=standard.reference,
    )
