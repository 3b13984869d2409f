"""Budgets and execution (预算与执行), one row a fund source of a project and year."""

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import Tag, created, deleted, expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, WhichBudgets
from app.api.paging import own_version, paged
from app.db.budgets import Budget
from app.domain.actors import Noun
from app.domain.policies import READS, maintains
from app.schemas.budgets import BudgetIn, BudgetOut
from app.schemas.pages import PageOut
from app.services import budgets
from app.services.budgets import BudgetEntry

router = APIRouter(route_class=ExactRoute, tags=["基础数据"])
KIND = "budget"
shape = BudgetOut.model_validate


@router.get(
    "/budgets",
    dependencies=[allows(READS)],
    summary="列出预算与执行",
    description="每个项目每年每种资金来源一条，按编号排列。",
    response_model=PageOut[BudgetOut],
)
def list_budgets(call: Reads, asked: WhichBudgets) -> Response:
    """A page of budgets."""
    page = budgets.list_budgets(call.session, call.actor, **asdict(asked))
    return paged(call.request, KIND, page, shape, own_version)


@router.post(
    "/budgets",
    dependencies=[allows(maintains(Noun.BUDGET))],
    summary="登记一条预算与执行",
    description="金额以元为单位，写成字符串。全年预算数等于年初预算数加年度调整数。",
    status_code=201,
    response_model=BudgetOut,
)
def create_budget(call: Writes, body: BudgetIn) -> Response:
    """Store a new budget."""
    row = budgets.create(call.session, call.actor, call.now, BudgetEntry(**dict(body)))
    return created(call.request, _tag(row), shape(row))


@router.get(
    "/budgets/{budget_id}",
    dependencies=[allows(READS)],
    summary="读取一条预算与执行",
    description="金额以元为单位，写成字符串。",
    response_model=BudgetOut,
)
def get_budget(call: Reads, budget_id: Id) -> Response:
    """One budget."""
    row = budgets.get(call.session, call.actor, budget_id)
    return represented(call.request, _tag(row), shape(row))


@router.put(
    "/budgets/{budget_id}",
    dependencies=[allows(maintains(Noun.BUDGET))],
    summary="整体修改一条预算与执行",
    description="整体替换四项金额；项目、年度、资金来源不能更改。",
    response_model=BudgetOut,
)
def replace_budget(call: Changes, budget_id: Id, body: BudgetIn) -> Response:
    """Replace a budget."""
    version = expected_version(call.if_match, KIND, budget_id)
    entry = BudgetEntry(**dict(body))
    row = budgets.update(call.session, call.actor, call.now, budget_id, version, entry)
    return represented(call.request, _tag(row), shape(row))


@router.delete(
    "/budgets/{budget_id}",
    dependencies=[allows(maintains(Noun.BUDGET))],
    summary="删除一条预算与执行",
    description="删除一种资金来源的预算与执行。",
    status_code=204,
    response_class=Response,
)
def delete_budget(call: Changes, budget_id: Id) -> Response:
    """Delete a budget."""
    version = expected_version(call.if_match, KIND, budget_id)
    budgets.delete(call.session, call.actor, call.now, budget_id, version)
    return deleted()


def _tag(row: Budget) -> Tag:
    return Tag(KIND, row.id, row.version)
