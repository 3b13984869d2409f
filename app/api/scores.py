"""Scores (得分) for those who poll them all day: stored, tagged, never computed on the way."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Reads, allows
from app.api.etags import holds
from app.api.exact_json import ExactRoute
from app.api.filters import Id, WhichForms, listed_forms
from app.api.paging import paged
from app.api.score_cache import ScoreCache
from app.api.score_shapes import listed_score_out, score_out
from app.api.shapes import listed_seen
from app.domain.policies import POLLS
from app.schemas.pages import PageOut
from app.schemas.scores import ListedScoreOut, ScoreOut
from app.services import scores

router = APIRouter(route_class=ExactRoute, tags=["评分"])


@router.get(
    "/self-evaluations/{form_id}/score",
    dependencies=[allows(POLLS)],
    summary="取一张自评表的得分",
    description=(
        "供驾驶舱轮询：带上 If-None-Match，没有变化时答 304。建议间隔不少于 10 秒。"
        "密钥有 score 或 read 权限即可。"
    ),
    response_model=ScoreOut,
)
def get_score(call: Reads, form_id: Id) -> Response:
    """The score of one form."""
    found = scores.get(call.session, call.actor, form_id)
    cache: ScoreCache = call.request.app.state.score_cache
    version = found.form.version
    built = cache.get(form_id, version)
    if built is None:
        built = cache.put(form_id, version, score_out(found).model_dump_json().encode())
    headers = {name.decode(): value.decode() for name, value in built.headers}
    if holds(call.request.headers.get("if-none-match"), built.tag):
        return Response(status_code=304, headers=headers)
    return Response(built.body, headers=headers, media_type="application/json")


@router.get(
    "/scores",
    dependencies=[allows(POLLS)],
    summary="列出得分",
    description="看得到的单位的自评得分，按自评表编号排列。密钥有 score 或 read 权限即可。",
    response_model=PageOut[ListedScoreOut],
)
def list_scores(call: Reads, asked: WhichForms) -> Response:
    """A page of scores."""
    page = listed_forms(call.session, call.actor, call.now, asked)
    return paged(call.request, "scores", page, listed_score_out, listed_seen)
