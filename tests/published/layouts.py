"""Published layouts of the self-evaluation form, drawn from the figures of a scoring request."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from tests.published.drawing import Drawn, Sheet

Form = Mapping[str, Any]
LABELS = {
    "total": "年度资金总额：",
    "appropriation": "其中：当年财政拨款",
    "carried_over": "上年结转资金",
    "other": "其他资金",
}
HEADINGS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "name": "三级指标",
    "target": "年度指标值",
    "actual": "实际完成值",
    "full": "分值",
    "points": "得分",
    "reason": "偏差原因分析及改进措施",
}
OFFICIAL = ("level1", "level2", "name", "target", "actual", "full", "points", "reason")
AMOUNTS = ("initial", "adjusted", "executed", "full", "rate", "points")
FUND_HEADINGS = ("年初预算数", "全年预算数", "全年执行数", "分数", "执行率(%)", "得分")


def row(number: int, texts: Sequence[str], first: int = 0) -> list[Drawn]:
    """Cells of one row side by side."""
    return [Drawn(text, number, first + place) for place, text in enumerate(texts)]


def official(
    form: Form, columns: Sequence[str] = OFFICIAL, title: str = "财政项目支出绩效自评表"
) -> Sheet:
    """The official form (domain rules 1.10): a tall label left of each block."""
    width = 1 + len(columns)
    cells = [*row(0, ["项目名称", form["project"]])]
    cells += row(1, ["主管部门", form.get("department", ""), "", "", "实施单位", form["unit"]])
    unit = form["funds"][0]["unit"]
    funds = form["funds"]
    cells.append(Drawn(f"项目资金\n（{unit}）", 2, 0, rows=1 + len(funds)))
    cells += row(2, ["", *FUND_HEADINGS], 1)
    for number, fund in enumerate(funds, 3):
        texts = [fund.get(key, "") for key in AMOUNTS]
        cells += row(number, [LABELS.get(fund["source"], fund["source"]), *texts], 1)
    top = 3 + len(funds)
    cells += [
        Drawn("年度\n总体\n目标", top, 0, rows=2),
        Drawn("预期目标", top, 1, columns=3),
        Drawn("实际完成情况", top, 4, columns=width - 4),
        Drawn(form.get("expected", ""), top + 1, 1, columns=3),
        Drawn(form.get("achieved", ""), top + 1, 4, columns=width - 4),
    ]
    lines = form["indicators"]
    cells.append(Drawn("绩\n效\n指\n标", top + 2, 0, rows=1 + len(lines)))
    cells += row(top + 2, [HEADINGS[key] for key in columns], 1)
    cells += indicator_cells(lines, columns, top + 3)
    end = top + 3 + len(lines)
    cells += total_cells(form["claimed"], columns, end)
    return Sheet((title, f"（{form['fiscal_year']}年度）"), tuple(cells))


def indicator_cells(
    lines: Sequence[Mapping[str, str]], columns: Sequence[str], top: int
) -> list[Drawn]:
    """The indicator rows, equal levels one below another merged."""
    cells: list[Drawn] = []
    for place, key in enumerate(columns, 1):
        if not key.startswith("level"):
            cells += [
                Drawn(line.get(key, ""), top + number, place) for number, line in enumerate(lines)
            ]
            continue
        number = top
        keys = ("level1",) if key == "level1" else ("level1", "level2")
        for _, group in groupby(lines, key=lambda line: [line[name] for name in keys]):
            many = len(members := list(group))
            cells.append(Drawn(members[0][key], number, place, rows=many))
            number += many
    return cells


def total_cells(claimed: Mapping[str, str], columns: Sequence[str], top: int) -> list[Drawn]:
    """总分 below 分值 and 得分, and the grade."""
    cells = [Drawn("总分", top, 0)]
    for key, name in (("full", "full"), ("points", "total")):
        if key in columns:
            cells.append(Drawn(claimed.get(name, ""), top, 1 + columns.index(key)))
    if claimed.get("grade"):
        cells += row(top + 1, ["评分等级", claimed["grade"]])
    return cells


def judged(form: Form) -> Sheet:
    """项目绩效自我评价 of 2019: labels with colons, a level-1 group with its points, no targets."""
    fund = form["funds"][0]
    cells = [
        *row(0, ["项目名称：", form["project"], "预算单位：", form["unit"]]),
        *row(1, ["具体实施处（科室）：", "业务科", "是否为经常性项目：", "是"]),
        *row(2, ["当年预算数（元）：", fund["adjusted"], "上年预算金额（元）：", "1.00"]),
        *row(3, ["预算执行数（元）：", fund["executed"], "预算执行率（%）：", f"{fund['rate']}%"]),
        *row(4, ["项目年度总目标：", "保障业务办理。"]),
        *row(5, ["自评时间：", f"{form['fiscal_year'] + 1}-03-20"]),
        *row(6, ["绩效等级：", form["claimed"]["grade"]]),
        *row(7, ["主要绩效：", "按计划完成。"]),
        *row(8, ["一级指标", "指标名称", "指标解释", "权重", "自评分", "备注"]),
    ]
    number = 9
    for level, group in groupby(form["indicators"], key=lambda line: line["level1"]):
        lines = list(group)
        points = sum(int(line["full"]) for line in lines)
        cells.append(Drawn(f"{level} ({points}分)", number, 0, rows=len(lines)))
        for line in lines:
            cells += row(
                number, [line["name"], "逐条核对材料。", line["full"], line["points"], ""], 1
            )
            number += 1
    cells += [
        Drawn("合计", number, 0),
        Drawn(form["claimed"]["full"], number, 3),
        Drawn(form["claimed"]["total"], number, 4),
    ]
    return Sheet(("项目绩效自我评价",), tuple(cells), ("说明：1、依据本项目的绩效目标进行自评。",))


def department(form: Form) -> Sheet:
    """部门整体支出: 基本支出 and 项目支出, letters in the headings, a method beside the points."""
    unit = form["funds"][0]["unit"]
    cells = [
        *row(0, ["部门名称", form["unit"], "年度", f"{form['fiscal_year']}年"]),
        *row(
            1,
            [
                "部门资金",
                "",
                f"年初预算数（A）（{unit}）",
                "全年执行数（B）",
                "分值",
                "执行率（B/A）",
            ],
        ),
        Drawn("得分", 1, 6),
        Drawn("得分计算方法", 1, 7),
    ]
    for number, fund in enumerate(form["funds"], 2):
        keys = ("initial", "executed", "full", "rate", "points")
        cells += row(
            number,
            [LABELS.get(fund["source"], fund["source"]), *(fund.get(k, "") for k in keys)],
            1,
        )
    cells.append(Drawn("执行率×分值，最高不超过分值", 2, 7))
    cells += department_indicators(form, 2 + len(form["funds"]))
    return Sheet((f"{form['fiscal_year']}年度部门整体支出绩效自评表",), tuple(cells))


def department_indicators(form: Form, top: int) -> list[Drawn]:
    """Indicator rows and 总分 in the order of columns that departments use."""
    headings = [
        "一级指标",
        "二级指标",
        "三级指标",
        "分值",
        "年度指标值(A)",
        "全年实际值(B)",
        "得分",
        "未完成原因分析",
    ]
    keys = ("full", "target", "actual", "points", "reason")
    cells = row(top, headings)
    for number, line in enumerate(form["indicators"], top + 1):
        levels = [line["level1"], line["level2"], line["name"]]
        cells += row(number, [*levels, *(line.get(key, "") for key in keys)])
    end = top + 1 + len(form["indicators"])
    cells += [
        Drawn("总分", end, 0, columns=3),
        Drawn(form["claimed"]["full"], end, 3),
        Drawn(form["claimed"]["total"], end, 6),
    ]
    return cells


def measured(form: Form) -> Sheet:
    """Comparator, figure and unit in columns of their own (指标性质, 指标值, 度量单位)."""
    headings = [
        "一级指标",
        "二级指标",
        "三级指标",
        "指标性质",
        "指标值",
        "度量单位",
        "实际完成值",
        "分值",
        "得分",
    ]
    cells = [
        *row(0, ["项目名称", form["project"], "实施单位", form["unit"]]),
        *row(1, ["资金来源", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]),
        *row(2, ["资金总额", *(form["funds"][0].get(key, "") for key in AMOUNTS)]),
        *row(3, headings),
    ]
    for number, line in enumerate(form["indicators"], 4):
        keys = (
            "level1",
            "level2",
            "name",
            "nature",
            "figure",
            "measure",
            "actual",
            "full",
            "points",
        )
        cells += row(number, [line[key] for key in keys])
    end = 4 + len(form["indicators"])
    cells += row(
        end, ["合计", "", "", "", "", "", "", *(form["claimed"][k] for k in ("full", "total"))]
    )
    above = (f"项目支出绩效自评表（{form['fiscal_year']}年度）", "金额单位：万元")
    return Sheet(above, tuple(cells))
