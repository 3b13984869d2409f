"""Filled forms in each official layout, made of invented figures, for tests of documents."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.domain.actors import Actor
from app.services import filling, self_evaluations
from app.services.entries import FormEntry, LineEntry
from app.services.form_sheets import FormSheet
from tests import factories

LAYOUTS = ("shanghai-2024", "shanghai-2019", "national-2020")
REGIONS = {"shanghai-2024": "310000", "shanghai-2019": "310000", "national-2020": "110000"}
YEARS = {"shanghai-2024": 2024, "shanghai-2019": 2019, "national-2020": 2024}
EXPECTED = (
    "1.完成全市公共图书馆阅读推广活动的组织和宣传，服务读者不少于12万人次。\n"
    "2.更新馆藏图书，改善少儿阅览环境，读者满意度保持在90%以上。"
)
ACHIEVED = (
    "1.全年举办阅读推广活动126场，服务读者13.2万人次。\n"
    "2.新购图书2.4万册，少儿阅览室改造完成并开放，读者满意度96.50%。"
)
Row = dict[str, Any]


def row(levels: str, name: str, target: str, actual: str, full: str, **given: str) -> Row:
    """An indicator: what is declared of it, what is filled in."""
    level1, _, level2 = levels.partition("/")
    return {"level1": level1, "level2": level2, "name": name, "target": target,
            "full": Decimal(full), "actual": actual, **given}  # fmt: skip


QUANTITATIVE = (
    row("产出指标/数量指标", "举办阅读推广活动场次", "≥120.00(场)", "126.00(场)", "15"),
    row("产出指标/数量指标", "新购图书册数", "≥25000.00(册)", "24000.00(册)", "10",
        reason="部分外文图书延期到货，已与供应商约定补货时间，次年一季度入藏。"),
    row("产出指标/质量指标", "图书编目差错率", "≤2.00(%)", "0.80(%)", "15"),
    row("产出指标/时效指标", "少儿阅览室改造完成时间", "10月31日前", "9月28日", "10"),
    row("效益指标/社会效益指标", "读者到馆人次增长率", "≥5.00(%)", "6.40(%)", "20"),
    row("效益指标/可持续影响指标", "全民阅读氛围", "持续改善", "达成指标", "10"),
    row("满意度指标/服务对象满意度指标", "读者满意度", "≥90.00(%)", "96.50(%)", "10"),
)  # fmt: skip
JUDGED = (
    row("投入与管理", "资金使用的合规性", "资金使用符合法律和制度规定。", "", "12", judged="12"),
    row("投入与管理", "预算执行率", "反映项目预算执行的进度。", "", "12", judged="11",
        reason="尾款次年支付。"),
    row("投入与管理", "财务制度的健全性", "制度健全、完善、有效。", "", "12", judged="12"),
    row("产出目标", "活动场次完成率", "", "", "17", judged="17"),
    row("产出目标", "新购图书完成率", "", "", "17", judged="15", reason="外文图书延期到货。"),
    row("效果目标", "读者满意度", "", "", "15", judged="15"),
    row("影响力目标", "长效管理制度及落实情况", "", "", "15", judged="14"),
)  # fmt: skip
ROWS = {"shanghai-2024": QUANTITATIVE, "shanghai-2019": JUDGED, "national-2020": QUANTITATIVE}


@dataclass(frozen=True, slots=True)
class Case:
    """A filled form and who filled it in."""

    form_id: int
    filler: Actor
    stranger: Actor

    def sheet(self, session: Session) -> FormSheet:
        """The form as it is stored now."""
        return self_evaluations.get_sheet(session, self.filler, self.form_id)


def filled(
    session: Session,
    now: datetime,
    layout: str,
    *,
    rows: tuple[Row, ...] = (),
    project: str = "公共图书馆阅读推广经费",
    goal: str = EXPECTED,
    achieved: str = ACHIEVED,
) -> Case:
    """A form in that layout, filled from the rows and scored."""
    region, year = REGIONS[layout], YEARS[layout]
    bureau = factories.make_organisation(session, name="市文化和旅游局", region_code=region)
    unit = factories.make_organisation(session, bureau, name="市图书馆", region_code=region)
    other = factories.make_organisation(session, bureau, name="市博物馆", region_code=region)
    stored = factories.make_project(
        session, unit, name=project, first_year=year, last_year=year, recurring=True
    )
    place = {"region_code": region, "fiscal_year": year}
    for source, initial, executed in (
        ("appropriation", "12345678.90", "11965432.10"),
        ("carried_over", "500000.00", "500000.00"),
    ):
        amounts = {"initial": Decimal(initial), "executed": Decimal(executed)}
        factories.make_budget(session, stored, source=source, **place, **amounts)
    wanted = rows or ROWS[layout]
    declared = ("level1", "level2", "name", "target", "full")
    indicators = [{key: item[key] for key in declared} for item in wanted]
    factories.make_declaration(session, stored, indicators, goal=goal, **place)
    filler = factories.make_actor(unit)
    form = self_evaluations.open_form(session, filler, now, stored.id, year)
    case = Case(form.id, filler, factories.make_actor(other))
    _fill(session, now, case, wanted, achieved)
    return case


def _fill(
    session: Session, now: datetime, case: Case, rows: tuple[Row, ...], achieved: str
) -> None:
    sheet = case.sheet(session)
    lines = {
        line.id: LineEntry(
            actual=item["actual"], reason=item.get("reason", ""), judged=item.get("judged")
        )
        for line, item in zip(sheet.lines, rows, strict=True)
    }
    entry = FormEntry(achieved=achieved, lines=lines)
    filling.save_all(session, case.filler, now, case.form_id, sheet.form.version, entry)
