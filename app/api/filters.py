"""Path ids and the closed list of query filters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Path, Query
from sqlmodel import Session

from app.api.paging import After, Limit
from app.domain.actors import Actor
from app.domain.workflow import State
from app.schemas.budgets import BudgetSource
from app.schemas.cells import USUAL, Number, RegionCode, Year
from app.schemas.organisations import OrganisationKind
from app.services.paging import Page
from app.services.self_evaluations import ListedForm, list_forms

Id = Annotated[Number, Path(description="编号")]
LineId = Annotated[Number, Path(description="指标行编号")]
Source = Annotated[BudgetSource, Path(description="资金来源：appropriation、carried_over、other")]

FiscalYearFilter = Annotated[Year | None, Query(description="预算年度")]
RegionFilter = Annotated[RegionCode | None, Query(description="地区代码")]
ParentFilter = Annotated[Number | None, Query(description="直接上级单位")]
OrganisationFilter = Annotated[Number | None, Query(description="实施单位")]
UnitFilter = Annotated[Number | None, Query(description="实施单位的编号")]
ProjectFilter = Annotated[Number | None, Query(description="项目")]
OrganisationKindFilter = Annotated[OrganisationKind | None, Query(description="单位类别")]
ProjectKindFilter = Annotated[
    Literal["specific", "operating", "personnel"] | None, Query(description="项目类别")
]
BudgetSourceFilter = Annotated[BudgetSource | None, Query(description="资金来源")]
StateFilter = Annotated[State | None, Query(description="办理状态")]


@dataclass(frozen=True, slots=True)
class FormFilter:
    """Which forms a list asks for."""

    fiscal_year: FiscalYearFilter = None
    organisation: UnitFilter = None
    state: StateFilter = None
    after: After = None
    limit: Limit = USUAL


WhichForms = Annotated[FormFilter, Depends()]


def listed_forms(
    session: Session, actor: Actor, now: datetime, asked: FormFilter
) -> Page[ListedForm]:
    """The page of forms that was asked for."""
    return list_forms(
        session,
        actor,
        now,
        fiscal_year=asked.fiscal_year,
        organisation_id=asked.organisation,
        state=asked.state,
        after=asked.after,
        limit=asked.limit,
    )
